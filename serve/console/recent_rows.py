"""What a person decided lately: what can still be undone, what was not given, what was."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from serve.accounts.service import Caller, person_id
from serve.agents.records import entered_by, latest_of
from serve.agents.service import VERDICT_NOT_GIVEN
from serve.alerts.board import list_alerts
from serve.alerts.schemas import AlertsQuery
from serve.claims.service import get_claim
from serve.orders.service import get_order
from serve.times import to_iso, utc_now

if TYPE_CHECKING:
    from serve.agents.models import PendingVerdict

DECISION_TEXTS = {
    "approve": "decision_approve",
    "decline": "decision_decline",
    "close": "decision_close",
}
_WHY_TEXTS = {
    "photo_added": "not_given_photo_added",
    "appeal_added": "not_given_appeal_added",
    "amount_above_price": "not_given_amount_above_price",
    "above_authority": "not_given_above_authority",
}
_RECENT, _RECENT_FOR = 5, timedelta(minutes=30)
_MOST_ALERTS = 100


def describe_recent(
    session: Session, reader: Caller, texts: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Returns what a person decided lately: what can be undone, what was not given, what was."""
    me, now = person_id(reader), utc_now()
    given = latest_of(session, me, now - _RECENT_FOR, _RECENT)
    return [
        *describe_entered(session, reader),
        *describe_not_given(session, reader, texts),
        *(
            {
                **_name_claim(session, verdict.claim_id),
                "decision": verdict.decision,
                "amount_fen": verdict.amount_fen,
                "given_at": to_iso(verdict.at),
            }
            for verdict in given
        ),
    ]


def describe_entered(session: Session, reader: Caller) -> list[dict[str, Any]]:
    """Returns the verdicts that a person can still undo, latest first."""
    now = utc_now()
    found = entered_by(session, person_id(reader))
    return [_describe_entered(session, pending, now) for pending in found]


def _describe_entered(session: Session, pending: PendingVerdict, now: datetime) -> dict[str, Any]:
    left_s = max(0, round((pending.due_at - now).total_seconds()))
    return {
        **_name_claim(session, pending.claim_id),
        "decision": pending.verdict["decision"],
        "amount_fen": pending.verdict["amount_fen"],
        "entered_at": to_iso(pending.entered_at),
        "left_s": left_s,
    }


def describe_not_given(
    session: Session, reader: Caller, texts: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Yields the person's verdicts that were not given, with why, while their cases still wait."""
    me = str(person_id(reader))
    query = AlertsQuery(open=True, kind=VERDICT_NOT_GIVEN, limit=_MOST_ALERTS)
    for alert in list_alerts(session, query)[0]:
        if alert.claim_id is None or alert.details.get("agent_id") != me:
            continue
        why = word_why(alert.details.get("code", ""), texts)
        yield {**_name_claim(session, alert.claim_id), "why": why}


def word_why(code: str, texts: Mapping[str, str]) -> str:
    """Words why a verdict was not given."""
    return texts[_WHY_TEXTS.get(code, "not_given_other")]


def _name_claim(session: Session, claim_id: uuid.UUID) -> dict[str, Any]:
    claim = get_claim(session, claim_id)
    order = get_order(session, claim.order_id)
    return {"id": str(claim_id), "reason": claim.reason, "product": order.product}
