"""What a verdict is checked for, when it is entered and when it is given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from model.errors import Conflict, Forbidden, InvalidInput
from serve.accounts.service import Caller, person_id
from serve.agents.holds import (
    hold_of,
    is_lead,
    refuse_handed_over,
    refuse_held,
    refuse_pending,
)
from serve.agents.labels import check_labels
from serve.agents.records import verdicts_of
from serve.agents.schemas import VerdictIn
from serve.claims.service import list_claims, policy_of, refuse_erased
from serve.ledger.refunds import sum_claim_fen, sum_granted_fen, sum_verdicts_fen
from serve.orders.service import get_order
from serve.privacy.service import THUMBNAIL, accesses_of
from serve.times import to_iso

if TYPE_CHECKING:
    from serve.claims.models import Claim

_READING = timedelta(seconds=60)
"""How long before an agent takes a case, or sees its first photo, its page may have been read."""

_WRITING = timedelta(seconds=5)
"""How long after a claim came in a photo can still be one of those that it came with."""


@dataclass(frozen=True)
class Checked:
    """A verdict that can be given.

    Attributes:
        round: 1, and 2 after an appeal.
        granted_fen: what the claim was granted before.
        amount_fen: what it is granted in all.
        labels: as they are stored.
    """

    round: int
    granted_fen: int
    amount_fen: int
    labels: list[dict[str, Any]]


def check_entry(
    session: Session, agent: Caller, claim: Claim, verdict: VerdictIn, *, entering: bool = False
) -> Checked:
    """Checks a verdict that comes in; the claim's row is locked.

    Raises:
        Conflict: another agent holds the case, a verdict on it is entered and not given yet, a
            photo or an appeal came that the agent has not seen, or it does not wait for one.
        Forbidden: the amount is above the agent's authority, or a lead decides the case.
        InvalidInput: the amount is above what is left of the price, or a label does not fit.
    """
    person_id(agent)
    if claim.agent_due_at is not None:
        refuse_held(session, agent, claim.id)
        refuse_pending(session, claim.id)
        refuse_unseen(session, agent, claim)
        refuse_unread(session, agent, claim)
    return check_verdict(session, agent, claim, verdict, entering=entering)


def check_verdict(
    session: Session, agent: Caller, claim: Claim, verdict: VerdictIn, *, entering: bool = False
) -> Checked:
    """Checks whether a verdict can be given on a claim as it stands; locks its order.

    Where it is only entered, a blind case beside it tells nothing: entering and undoing would be a
    way to try how much that was granted.

    Raises:
        Conflict: the claim does not wait for an agent, or was erased.
        Forbidden: the amount is above the agent's authority, or a lead decides the case.
        InvalidInput: the amount is above what is left of the price, or a label does not fit.
    """
    refuse_erased(claim)
    number = _next_round(session, claim)
    refuse_handed_over(agent, claim)
    get_order(session, claim.order_id, lock=True)
    granted_fen = sum_claim_fen(session, claim.id)
    if verdict.amount_fen is not None:
        _check_amount(verdict.amount_fen, find_available_fen(session, claim))
        if not entering:
            _check_left(verdict.amount_fen, find_left_fen(session, claim))
        _check_authority(verdict.amount_fen, find_authority_fen(session, agent, claim))
    return Checked(
        round=number,
        granted_fen=granted_fen,
        amount_fen=granted_fen if verdict.amount_fen is None else verdict.amount_fen,
        labels=check_labels(verdict.labels, claim.photos),
    )


def find_available_fen(session: Session, claim: Claim) -> int:
    """Returns what is left of the price for a claim, what it was granted before included.

    As it may be shown: what the machine granted on another claim of the order that is to be judged
    blind is left out, and holds when a verdict is given.
    """
    others = list_claims(session, claim.order_id)
    hidden_fen = sum(sum_claim_fen(session, c.id) for c in others if c.hidden and c != claim)
    return find_left_fen(session, claim) + hidden_fen


def find_left_fen(session: Session, claim: Claim) -> int:
    """Returns the same with everything that was granted: for no eyes."""
    elsewhere_fen = sum_granted_fen(session, claim.order_id) - sum_claim_fen(session, claim.id)
    return get_order(session, claim.order_id).price_fen - elsewhere_fen


def find_authority_fen(session: Session, agent: Caller, claim: Claim) -> int | None:
    """Returns the most that a person may grant on a claim in all; None for no limit but the price.

    The limit is for the order: what people granted on its other claims counts. Leads and admins
    have none. What was granted before may be confirmed by anyone, except in a blind case: there the
    limit would tell what the machine gave.
    """
    limit_fen = policy_of(session, claim).table.authority.agent_fen
    if limit_fen is None or is_lead(agent):
        return None
    limit_fen = max(0, limit_fen - sum_verdicts_fen(session, claim.order_id, but=claim.id))
    return limit_fen if claim.blind else max(limit_fen, sum_claim_fen(session, claim.id))


def refuse_unseen(session: Session, agent: Caller, claim: Claim) -> None:
    """Lets no verdict overtake a photo that came while its agent was at the case.

    The agent has been at it since they took it or first looked at one of its photos, or a moment
    longer: their page was read before. Every look is logged, so it is known whether they were given
    what was sent later, too.

    Raises:
        Conflict: they were not.
    """
    looks = [
        look
        for look in accesses_of(session, claim.id)
        if look.actor == agent.name and look.purpose != THUMBNAIL
    ]
    hold = hold_of(session, claim.id, person_id(agent))
    begun = [look.at for look in looks] + ([hold.taken_at] if hold else [])
    if not begun:
        return
    since = max(min(begun) - _READING, claim.acknowledged_at + _WRITING)
    seen = {look.sha256 for look in looks}
    unseen = [p for p in claim.photos if p.added_at > since and p.sha256 not in seen]
    if unseen:
        raise Conflict(
            "A verdict is given by who has seen the photos that came meanwhile",
            f"{len(unseen)} not seen, such as {unseen[0].sha256}",
            "Look at them: GET /v1/claims/{id} lists them with their addresses",
            code="photo_unseen",
        )


def refuse_unread(session: Session, agent: Caller, claim: Claim) -> None:
    """Lets no verdict overtake an appeal that came while its agent was at the case.

    They have read it where they were shown the claim since, which is kept with their hold.

    Raises:
        Conflict: they have not.
    """
    hold = hold_of(session, claim.id, person_id(agent))
    begun = hold.taken_at if hold else _first_look(session, agent, claim)
    if claim.appealed_at is None or begun is None or (hold and hold.appeal_read):
        return
    if claim.appealed_at > begun - _READING:
        raise Conflict(
            "A verdict is given by who has read the appeal that came meanwhile",
            f"an appeal of {to_iso(claim.appealed_at)}",
            "Read it: take the case (POST /v1/claims/{id}/hold), then GET /v1/claims/{id}",
            code="appeal_unseen",
        )


def _first_look(session: Session, agent: Caller, claim: Claim) -> datetime | None:
    """Returns when the agent began to look at a claim's photos after the verdict before."""
    verdicts = verdicts_of(session, claim.id)
    looks = [look.at for look in accesses_of(session, claim.id) if look.actor == agent.name]
    return min((at for at in looks if not verdicts or at > verdicts[-1].at), default=None)


def _next_round(session: Session, claim: Claim) -> int:
    if claim.agent_due_at is None:
        raise Conflict(
            "A verdict is given on a claim that waits for an agent",
            f"a claim with the status {claim.status}",
            "GET /v1/claims?waiting=true lists the claims that wait",
            code="no_verdict_wanted",
        )
    return len(verdicts_of(session, claim.id)) + 1


def _check_amount(amount_fen: int, available_fen: int) -> None:
    if amount_fen > available_fen:
        raise InvalidInput(
            f"Compensations never add up past the price paid: at most {available_fen} fen here",
            f"amount_fen {amount_fen}",
            "Send a smaller amount_fen",
            code="amount_above_price",
        )


def _check_left(amount_fen: int, left_fen: int) -> None:
    """Refuses what another claim of the order has taken, without a word on how much that is."""
    if amount_fen > left_fen:
        raise InvalidInput(
            "Compensations never add up past the price paid",
            f"amount_fen {amount_fen}, beside another claim of the order that is to be judged",
            "Give the verdict on the order's other claim first",
            code="amount_above_price",
        )


def _check_authority(amount_fen: int, authority_fen: int | None) -> None:
    if authority_fen is not None and amount_fen > authority_fen:
        raise Forbidden(
            f"An agent grants at most {authority_fen} fen on this claim",
            f"amount_fen {amount_fen}",
            "Hand the case over, and a lead decides: POST /v1/claims/{id}/hand-over",
            code="above_authority",
        )
