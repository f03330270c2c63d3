"""What customers say about an answer: how satisfied they are, and why they asked for a human."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from model.errors import Conflict
from serve.accounts.service import Caller
from serve.claims.models import Claim, Feedback
from serve.claims.service import load_claim, refuse_erased
from serve.ledger.refunds import refunds_of
from serve.ledger.service import Entry, append_event
from serve.runtime import Runtime
from serve.times import to_iso, utc_now

log = logging.getLogger(__name__)

CHANGEABLE_DAYS = 7
"""So long after it was given a score can be changed; what a lead has read then stays as it is."""


def give_feedback(
    runtime: Runtime, caller: Caller, claim_id: str, score: int, comment: str
) -> None:
    """Keeps how satisfied the customer is, or changes it; the same twice changes nothing.

    Raises:
        Conflict: the claim is not settled yet, the score was given too long ago to change, or the
            claim was erased.
    """
    with runtime.transaction() as session:
        claim = load_claim(session, caller, claim_id, lock=True)
        refuse_erased(claim)
        log.info("feedback on claim %s by %s", claim.id, caller.name)
        given, now = session.get(Feedback, claim.id), utc_now()
        if given is None:
            _check_settled(session, claim)
            session.add(Feedback(claim_id=claim.id, score=score, comment=comment, given_at=now))
            return
        if (given.score, given.comment) == (score, comment):
            return
        if now >= _final_at(given):
            raise Conflict(
                f"A score can be changed for {CHANGEABLE_DAYS} days",
                f"a change of the score given at {to_iso(given.given_at)}",
                "Nothing is left to do: the first score counts",
                code="feedback_final",
            )
        given.score, given.comment, given.changed_at = score, comment, now


def explain_appeal(runtime: Runtime, caller: Caller, claim_id: str, text: str) -> None:
    """Adds words to an appeal that was made without any, while an agent has not answered it.

    Raises:
        Conflict: there is no such appeal, or the claim was erased.
    """
    with runtime.transaction() as session:
        claim = load_claim(session, caller, claim_id, lock=True)
        refuse_erased(claim)
        if claim.appeal == text:
            return
        if claim.appeal != "" or claim.status != "needs_agent":
            raise Conflict(
                "Words are added once, to an appeal that waits for its agent",
                f"a claim with the status {claim.status}",
                "Appeal first, or wait for the answer",
                code="nothing_to_explain",
            )
        claim.appeal = text
        append_event(session, Entry(claim.id, "appeal_explained", caller.name))


def present_feedback(session: Session, claim: Claim) -> dict[str, Any]:
    """Returns what was said and what still can be, as JSON values."""
    given = session.get(Feedback, claim.id)
    if given is None:
        may_rate = claim.erased_at is None and is_settled(session, claim)
        return {"feedback": None, "may_rate": may_rate}
    final_at = _final_at(given)
    said = {
        "score": given.score,
        "comment": given.comment,
        "at": to_iso(given.changed_at or given.given_at),
        "changeable_until": to_iso(final_at),
    }
    return {"feedback": said, "may_rate": claim.erased_at is None and utc_now() < final_at}


def is_settled(session: Session, claim: Claim) -> bool:
    """Whether nothing more is to come: answered by an agent, or pre-approved and paid."""
    if claim.status == "pre_approved":
        refunds = refunds_of(session, claim.id)
        return bool(refunds) and all(refund.released_at for refund in refunds)
    return claim.status in ("resolved", "closed")


def _check_settled(session: Session, claim: Claim) -> None:
    if not is_settled(session, claim):
        raise Conflict(
            "A claim is rated once it is settled",
            f"a claim with the status {claim.status}",
            "Wait until it is resolved and its refund is on the way",
            code="feedback_too_early",
        )


def _final_at(given: Feedback) -> datetime:
    return given.given_at + timedelta(days=CHANGEABLE_DAYS)
