"""What an agent sees of others and of their own limits beside a claim."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from serve.accounts.service import Caller, names_of_accounts
from serve.agents.checks import find_authority_fen, find_available_fen
from serve.agents.holds import holders_of, note_appeal_read
from serve.agents.records import pending_by_claim
from serve.times import to_iso

if TYPE_CHECKING:
    from serve.claims.models import Claim


def describe_desk(session: Session, claim: Claim, reader: Caller | None) -> dict[str, Any]:
    """Returns who holds the claim, what is entered on it, and what may be granted.

    Args:
        session: to read with.
        claim: the claim.
        reader: which agent asks; None for nobody in particular.
    """
    if reader is not None:
        note_appeal_read(session, reader, claim)
    return {
        "held_by": _describe_holder(session, claim.id, reader),
        "pending_verdict": _describe_pending(session, claim, reader),
        "available_fen": find_available_fen(session, claim),
        "authority_fen": reader and find_authority_fen(session, reader, claim),
    }


def _describe_holder(
    session: Session, claim_id: uuid.UUID, reader: Caller | None
) -> dict[str, Any] | None:
    holder = holders_of(session, [claim_id]).get(claim_id)
    if holder is None:
        return None
    return {
        "name": holder.name,
        "held_until": to_iso(holder.held_until),
        "mine": _is(reader, holder.account_id),
    }


def _describe_pending(
    session: Session, claim: Claim, reader: Caller | None
) -> dict[str, Any] | None:
    """Tells what was entered; not to others in a blind case, who might be the next to judge it."""
    pending = pending_by_claim(session, [claim.id]).get(claim.id)
    if pending is None:
        return None
    mine = _is(reader, pending.agent_id)
    told = pending.verdict if mine or not claim.blind else {}
    return {
        "agent": names_of_accounts(session, [pending.agent_id])[pending.agent_id],
        "due_at": to_iso(pending.due_at),
        **{name: told.get(name) for name in ("decision", "severity", "amount_fen")},
        "mine": mine,
    }


def _is(reader: Caller | None, account_id: uuid.UUID) -> bool:
    return reader is not None and reader.account_id == account_id
