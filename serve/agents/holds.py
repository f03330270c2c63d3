"""Cases that agents have open: two agents never hold one."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Select, case, delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from model.errors import Conflict, Forbidden
from serve.accounts.service import PEOPLE, Caller, names_of_accounts, person_id
from serve.agents.models import CaseHold, PendingVerdict
from serve.claims.queue import list_free
from serve.claims.service import load_claim
from serve.times import after, to_iso, utc_now

if TYPE_CHECKING:
    from serve.claims.models import Claim

HOLD_S = 600
"""How long a case is held; taking it again renews that."""

_CANDIDATES = 20


@dataclass(frozen=True)
class Holder:
    """Who has a case open, and until when."""

    account_id: uuid.UUID
    name: str
    held_until: datetime


def take_case(session: Session, agent: Caller, claim_id: uuid.UUID) -> CaseHold:
    """Gives an agent a case for `HOLD_S` seconds, or longer where they have it already.

    The claim's row is locked, so that a photo came either before, and is seen by whoever reads the
    claim now, or after, see `serve.agents.checks.refuse_unseen`.

    Raises:
        NotFound: there is no such claim.
        Forbidden: it was handed over to a lead, and the agent is none.
        Conflict: another agent holds it (`case_held`) or has entered a verdict on it that is not
            given yet (`verdict_pending`), or it does not wait for an agent.
    """
    claim = load_claim(session, agent, str(claim_id), lock=True)
    if claim.agent_due_at is None:
        raise Conflict(
            "A case is held while it waits for an agent",
            f"a claim with the status {claim.status}",
            "Read it; there is no verdict to give",
            code="no_verdict_wanted",
        )
    refuse_handed_over(agent, claim)
    refuse_pending(session, claim_id, but=agent)
    hold = _insert_hold(session, person_id(agent), claim_id)
    if hold is None:
        raise _held(holders_of(session, [claim_id]).get(claim_id))
    return hold


def release_case(session: Session, agent: Caller, claim_id: uuid.UUID) -> None:
    """Gives back a case that the agent holds; one that they do not hold stays as it is."""
    load_claim(session, agent, str(claim_id))
    session.execute(
        delete(CaseHold).where(CaseHold.claim_id == claim_id, CaseHold.agent_id == person_id(agent))
    )


def take_next(session: Session, agent: Caller) -> uuid.UUID | None:
    """Gives an agent the most urgent case that nobody has; without one, their own again.

    Returns:
        The claim's id; None where nothing is left for this agent.
    """
    leads = is_lead(agent)
    while free := list_free(session, _select_taken(), _CANDIDATES, for_leads=leads):
        for claim_id in free:
            if _try_to_take(session, agent, claim_id):
                return claim_id
    own = list_free(session, _select_taken(but=person_id(agent)), 1, for_leads=leads)
    return own[0] if own and _try_to_take(session, agent, own[0]) else None


def hold_of(session: Session, claim_id: uuid.UUID, agent_id: uuid.UUID) -> CaseHold | None:
    """Returns the agent's own hold on a case, run out or not."""
    query = select(CaseHold).where(CaseHold.claim_id == claim_id, CaseHold.agent_id == agent_id)
    return session.scalar(query)


def end_hold(session: Session, claim_id: uuid.UUID) -> None:
    """Ends any hold on a case that needs none any more."""
    session.execute(delete(CaseHold).where(CaseHold.claim_id == claim_id))


def holders_of(session: Session, claim_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Holder]:
    """Returns who holds which of these cases now; a hold that has run out is none."""
    query = select(CaseHold).where(
        CaseHold.claim_id.in_(claim_ids), CaseHold.held_until > utc_now()
    )
    holds = session.scalars(query).all()
    names = names_of_accounts(session, [hold.agent_id for hold in holds])
    return {
        hold.claim_id: Holder(hold.agent_id, names[hold.agent_id], hold.held_until)
        for hold in holds
    }


def is_lead(agent: Caller) -> bool:
    """Returns whether somebody decides what is above an agent's authority."""
    return agent.decides and agent.role != PEOPLE[0]


def refuse_handed_over(agent: Caller, claim: Claim) -> None:
    """Leaves a case that was handed over to leads and admins.

    Raises:
        Forbidden: it was, and the agent is neither.
    """
    if claim.for_lead and not is_lead(agent):
        raise Forbidden(
            "A case that was handed over is decided by a lead or an admin",
            "an agent",
            "Take another one: POST /console/next",
            code="for_a_lead",
        )


def refuse_held(session: Session, agent: Caller, claim_id: uuid.UUID) -> None:
    """Lets nobody decide a case that another agent holds.

    Raises:
        Conflict: another one does.
    """
    holder = holders_of(session, [claim_id]).get(claim_id)
    if holder is not None and holder.account_id != person_id(agent):
        raise _held(holder)


def refuse_pending(session: Session, claim_id: uuid.UUID, but: Caller | None = None) -> None:
    """Lets nobody near a case with a verdict that is entered and not given yet.

    Args:
        session: to read with.
        claim_id: which case.
        but: whom it does not concern if the verdict is theirs.

    Raises:
        Conflict: there is such a verdict.
    """
    pending = session.get(PendingVerdict, claim_id)
    if pending is None or (but is not None and pending.agent_id == person_id(but)):
        return
    name = names_of_accounts(session, [pending.agent_id])[pending.agent_id]
    raise Conflict(
        "A case has one verdict at a time",
        f"a case on which {name} entered one that is given at {to_iso(pending.due_at)}",
        "Wait until it is given; whoever entered it can undo it before",
        code="verdict_pending",
    )


def _insert_hold(session: Session, agent_id: uuid.UUID, claim_id: uuid.UUID) -> CaseHold | None:
    """Takes or renews a hold in one statement; None where another agent has it."""
    now = utc_now()
    new = insert(CaseHold).values(
        claim_id=claim_id, agent_id=agent_id, taken_at=now, held_until=after(now, HOLD_S)
    )
    own = CaseHold.agent_id == agent_id
    # An agent who comes back began when they first came: what they saw then is what they know.
    began = case((own, CaseHold.taken_at), else_=new.excluded.taken_at)
    return session.scalar(
        new.on_conflict_do_update(
            index_elements=["claim_id"],
            set_={
                "agent_id": new.excluded.agent_id,
                "taken_at": began,
                "held_until": new.excluded.held_until,
            },
            where=or_(own, CaseHold.held_until <= now),
        ).returning(CaseHold),
        execution_options={"populate_existing": True},
    )


def _select_taken(but: uuid.UUID | None = None) -> Select[uuid.UUID]:
    """Returns the query for cases that somebody holds, other than this agent, or has decided."""
    held = select(CaseHold.claim_id).where(CaseHold.held_until > utc_now())
    if but is not None:
        held = held.where(CaseHold.agent_id != but)
    return select(held.union(select(PendingVerdict.claim_id)).subquery().c.claim_id)


def _try_to_take(session: Session, agent: Caller, claim_id: uuid.UUID) -> bool:
    try:
        take_case(session, agent, claim_id)
    except (Conflict, Forbidden):
        return False
    return True


def _held(holder: Holder | None) -> Conflict:
    who = f"{holder.name}, until {to_iso(holder.held_until)}" if holder else "another agent"
    return Conflict(
        "Two agents never hold one case",
        f"a case that is held by {who}",
        "Take another one: POST /console/next, or wait",
        code="case_held",
    )
