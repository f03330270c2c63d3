"""Finding claims for those who may see them, and appeals."""

from __future__ import annotations

import secrets
import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from model.errors import Conflict, NotFound
from serve.accounts.service import Caller
from serve.claims.missed import note_late_resolution
from serve.claims.models import Claim, ClaimPhoto
from serve.claims.safety import raise_food_safety
from serve.ledger.service import Entry, append_event
from serve.policy.rules import Policy
from serve.policy.service import load_policy, policy_in_force
from serve.runtime import Runtime
from serve.times import after, utc_now

_SALT_BYTES = 16


def load_claim(session: Session, caller: Caller, claim_id: str, *, lock: bool = False) -> Claim:
    """Returns a claim that the caller may see: its shop, its customer, or any agent.

    Raises:
        NotFound: there is no such claim for this caller; a stranger learns no more than that.
    """
    claim = None
    key = _parse_id(claim_id)
    if key is not None:
        # Once locked it is as it is now, not as this session has read it before.
        locking = True if lock else None
        claim = session.get(Claim, key, with_for_update=locking, populate_existing=lock)
    if claim is None or not _may_see(caller, claim):
        raise NotFound(
            "A claim is shown to its shop, to the holder of its claim link and to agents",
            f"claim id {claim_id[:80]}",
            "Check the id, and that the key or link belongs to this claim",
            code="no_claim",
        )
    return claim


def get_claim(session: Session, claim_id: uuid.UUID) -> Claim:
    """Returns a claim by its id, for callers inside the service."""
    return session.get_one(Claim, claim_id)


def policy_of(session: Session, claim: Claim) -> Policy:
    """Returns the policy that was in force when the claim came in: it is judged by no other."""
    if claim.policy_sha256 is None:
        return policy_in_force(session)
    return load_policy(session, claim.policy_sha256)


def list_claims(session: Session, order_pk: uuid.UUID) -> list[Claim]:
    """Returns the claims made on an order, oldest first."""
    query = select(Claim).where(Claim.order_id == order_pk).order_by(Claim.received_at, Claim.id)
    return list(session.scalars(query))


def find_photo(claim: Claim, sha256: str) -> ClaimPhoto:
    """Returns the claim's photo of that hash.

    Raises:
        NotFound: the claim has no such photo, or it was erased.
    """
    if claim.erased_at is not None:
        raise NotFound(
            "A claim's photos are kept for a time, and then erased",
            f"a photo of a claim that was erased on {claim.erased_at:%Y-%m-%d}",
            "Its decision and money are still there: GET /v1/claims/{id}",
            code="photo_erased",
        )
    for photo in claim.photos:
        if photo.sha256 == sha256:
            return photo
    raise NotFound(
        "A photo is named by the sha256 that its claim lists",
        f"sha256 {sha256[:80]}",
        "GET /v1/claims/{id} lists the photos of a claim",
        code="no_photo",
    )


def appeal_claim(runtime: Runtime, caller: Caller, claim_id: str, text: str) -> None:
    """Asks a human to look; possible once, on any answer of machine or agent.

    Raises:
        Conflict: nothing is answered yet, an agent is on it anyway, there was an appeal, or the
            claim's photos and texts were erased.
    """
    with runtime.transaction() as session:
        claim = load_claim(session, caller, claim_id, lock=True)
        refuse_erased(claim)
        if claim.appeal is not None:
            raise Conflict(
                "A claim can be appealed once",
                "a second appeal",
                "Wait for the agent's verdict, or read it if it is there",
                code="appealed_before",
            )
        if claim.status not in ("pre_approved", "needs_photo", "resolved", "closed"):
            raise Conflict(
                "A claim can be appealed once it is answered",
                f"a claim with the status {claim.status}",
                "Wait for the answer: it is on its way",
                code="nothing_to_appeal",
            )
        now = utc_now()
        note_late_resolution(session, claim)
        claim.appeal, claim.salt = text, claim.salt or make_salt()
        claim.appealed_at = now
        claim.status = "needs_agent"
        # An agent who reads the appeal knows that the machine has answered.
        claim.blind = claim.for_lead = False
        claim.verified_at = claim.resolved_at = claim.closed_at = None
        table = policy_of(session, claim).table
        clocks = table.clocks
        due_s = clocks.food_safety_s if claim.food_safety else clocks.verified_s
        due_at = after(now, due_s)
        if claim.agent_due_at is None:
            claim.escalated_at = None
        # A clock that runs for an agent already is not put off.
        claim.agent_due_at = min(claim.agent_due_at or due_at, due_at)
        claim.resolve_due_at = after(now, clocks.resolved_s)
        payload = {"text_sha256": claim.seal(text)}
        append_event(session, Entry(claim.id, "appealed", caller.name, payload=payload))
        if table.urgent.find(text):
            raise_food_safety(session, runtime.jobs, claim, clocks, ["urgent_words"])


def make_salt() -> str:
    """Returns a new claim's salt, see `Claim.seal`."""
    return secrets.token_hex(_SALT_BYTES)


def refuse_erased(claim: Claim) -> None:
    """Lets nothing happen any more to a claim that was erased.

    Raises:
        Conflict: it was.
    """
    if claim.erased_at is not None:
        raise Conflict(
            "A claim is looked at while its photos and texts are kept",
            f"a claim that was erased on {claim.erased_at:%Y-%m-%d}",
            "Settle it outside of this service",
            code="claim_erased",
        )


def _parse_id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _may_see(caller: Caller, claim: Claim) -> bool:
    if caller.decides:
        return True
    if caller.role == "shop":
        return claim.shop_id == caller.account_id
    return claim.order_id == caller.order_pk
