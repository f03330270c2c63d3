"""What reports say of alerts."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from serve.alerts.models import Alert

_NAMED = 5


@dataclass(frozen=True)
class OpenAlerts:
    """Alerts of a kind that nobody has closed.

    Attributes:
        kind: of the alerts.
        count: how many.
        oldest_at: when the first of them was raised.
        claim_ids: the claims that the oldest of them are about, at most five.
    """

    kind: str
    count: int
    oldest_at: datetime
    claim_ids: Sequence[uuid.UUID]


@dataclass(frozen=True)
class Subject:
    """What an alert is about that is about no single claim.

    Attributes:
        shop_id: the shop.
        batch: of that shop; None where the alert is about the shop.
    """

    shop_id: uuid.UUID
    batch: str | None


def list_open_alerts(session: Session, shop_id: uuid.UUID | None) -> list[OpenAlerts]:
    """Returns the kinds of which alerts are open, the one that waits longest first.

    Args:
        session: to read with.
        shop_id: only alerts that concern this shop; all if None.
    """
    still_open: list[ColumnElement[bool]] = [Alert.closed_at.is_(None)]
    if shop_id is not None:
        still_open.append(Alert.shop_id == shop_id)
    oldest_at = func.min(Alert.raised_at)
    kinds = select(Alert.kind, func.count(), oldest_at).where(*still_open).group_by(Alert.kind)
    return [
        OpenAlerts(kind, count, raised_at, _name_claims(session, kind, shop_id))
        for kind, count, raised_at in session.execute(kinds.order_by(oldest_at, Alert.kind))
    ]


def list_subjects(session: Session, kind: str, shop_id: uuid.UUID | None) -> list[Subject]:
    """Returns the shops and batches that the oldest open alerts of a kind are about, at most five.

    Args:
        session: to read with.
        kind: of the alerts.
        shop_id: only alerts that concern this shop; all if None.
    """
    query = select(Alert.shop_id, Alert.details["batch"].as_string()).where(
        Alert.kind == kind, Alert.closed_at.is_(None), Alert.shop_id.is_not(None)
    )
    if shop_id is not None:
        query = query.where(Alert.shop_id == shop_id)
    oldest = session.execute(query.order_by(Alert.raised_at, Alert.id).limit(_NAMED))
    return [Subject(shop, batch) for shop, batch in oldest if shop is not None]


def _name_claims(session: Session, kind: str, shop_id: uuid.UUID | None) -> list[uuid.UUID]:
    query = select(Alert.claim_id).where(
        Alert.kind == kind, Alert.closed_at.is_(None), Alert.claim_id.is_not(None)
    )
    if shop_id is not None:
        query = query.where(Alert.shop_id == shop_id)
    # An alert of one clock and an alert of another may be about the same claim.
    grouped = query.group_by(Alert.claim_id).order_by(func.min(Alert.raised_at)).limit(_NAMED)
    return [claim_id for claim_id in session.scalars(grouped) if claim_id is not None]
