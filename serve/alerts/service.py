"""Alerts: what a person has to know now, kept until somebody closes it."""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass, field
from typing import Any

from prometheus_client import Counter
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from serve.alerts.models import Alert
from serve.times import utc_now

log = logging.getLogger(__name__)

_RAISED = Counter("freshclaim_alerts", "Alerts raised by kind", ["kind"])


@dataclass(frozen=True)
class Notice:
    """What an alert says.

    Attributes:
        kind: such as clock_missed, batch_cluster, certificate_frozen, webhook_failing.
        subject: what it is about; one alert of a kind and subject is open at a time.
        details: JSON values for those who look.
        claim_id: the claim it is about, if one.
        shop_id: the shop it concerns, if one.
    """

    kind: str
    subject: str
    details: dict[str, Any] = field(default_factory=dict)
    claim_id: uuid.UUID | None = None
    shop_id: uuid.UUID | None = None


def raise_alert(session: Session, notice: Notice) -> bool:
    """Raises an alert in the caller's transaction, unless the same one is open; returns whether."""
    raised = session.scalar(
        insert(Alert)
        .values(
            kind=notice.kind,
            subject=notice.subject,
            details=notice.details,
            claim_id=notice.claim_id,
            shop_id=notice.shop_id,
            raised_at=utc_now(),
        )
        .on_conflict_do_nothing(
            index_elements=["kind", "subject"], index_where=Alert.closed_at.is_(None)
        )
        .returning(Alert.id)
    )
    if raised is None:
        return False
    _RAISED.labels(notice.kind).inc()
    log.warning("alert %s: %s %s", notice.kind, notice.subject, notice.details)
    return True


def close_alerts(session: Session, kind: str, subject: str, by: str) -> int:
    """Closes the open alert of a kind and subject, if there is one; returns how many it closed."""
    closed = session.execute(
        update(Alert)
        .where(Alert.kind == kind, Alert.subject == subject, Alert.closed_at.is_(None))
        .values(closed_at=utc_now(), closed_by=by)
    )
    return int(getattr(closed, "rowcount", 0))
