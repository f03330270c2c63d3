"""The board of alerts: what agents see, and close."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from model.errors import NotFound
from serve.alerts.models import Alert
from serve.alerts.schemas import AlertsQuery
from serve.times import to_iso, utc_now

_LARGEST_ID = 2**63 - 1


def list_alerts(session: Session, query: AlertsQuery) -> tuple[Sequence[Alert], int]:
    """Returns a page of alerts, the latest first, and how many there are in all."""
    conditions: list[ColumnElement[bool]] = []
    if query.open is not None:
        is_open = Alert.closed_at.is_(None)
        conditions.append(is_open if query.open else ~is_open)
    if query.kind is not None:
        conditions.append(Alert.kind == query.kind)
    page = select(Alert).where(*conditions).order_by(Alert.raised_at.desc(), Alert.id.desc())
    total = session.scalar(select(func.count()).select_from(Alert).where(*conditions))
    return session.scalars(page.limit(query.limit).offset(query.offset)).all(), int(total or 0)


def count_by_kind(session: Session, *, is_open: bool = True) -> dict[str, int]:
    """Returns how many alerts of each kind are open, or closed, by kind."""
    state = Alert.closed_at.is_(None) if is_open else Alert.closed_at.is_not(None)
    counted = select(Alert.kind, func.count()).where(state).group_by(Alert.kind)
    return dict(session.execute(counted.order_by(Alert.kind)).all())


def lock_alert(session: Session, alert_id: int) -> Alert:
    """Returns an alert that nobody else closes until the transaction ends.

    Raises:
        NotFound: there is no such alert.
    """
    alert = None
    if alert_id <= _LARGEST_ID:
        alert = session.get(Alert, alert_id, with_for_update=True)
    if alert is None:
        raise NotFound(
            "An alert is closed by the id that it is listed with",
            f"alert id {str(alert_id)[:80]}",
            "GET /v1/alerts lists them",
            code="no_alert",
        )
    return alert


def close_alert(session: Session, alert_id: int, by: str, note: str) -> Alert:
    """Closes an alert and returns it; one that is closed stays as it was closed.

    Raises:
        NotFound: there is no such alert.
    """
    alert = lock_alert(session, alert_id)
    if alert.closed_at is None:
        alert.closed_at, alert.closed_by, alert.note = utc_now(), by, note or None
    return alert


def present_alert(alert: Alert) -> dict[str, Any]:
    """Returns an alert as JSON values."""
    return {
        "id": alert.id,
        "kind": alert.kind,
        "subject": alert.subject,
        "details": alert.details,
        "claim_id": alert.claim_id and str(alert.claim_id),
        "shop_id": alert.shop_id and str(alert.shop_id),
        "raised_at": to_iso(alert.raised_at),
        "closed_at": to_iso(alert.closed_at),
        "closed_by": alert.closed_by,
        "note": alert.note,
    }
