"""Cases that an agent hands over to a lead: one that calls for more than agents may grant."""

from __future__ import annotations

from model.errors import Conflict
from serve.accounts.service import Caller
from serve.agents.holds import refuse_held, refuse_pending, release_case
from serve.claims.service import load_claim
from serve.ledger.service import Entry, append_event
from serve.runtime import Runtime


def hand_over(runtime: Runtime, agent: Caller, claim_id: str) -> None:
    """Leaves a case to leads and admins until the verdict; once more changes nothing.

    Raises:
        NotFound: there is no such claim.
        Conflict: it waits for nobody, another agent holds it, or a verdict is entered on it.
    """
    with runtime.transaction() as session:
        claim = load_claim(session, agent, claim_id, lock=True)
        if claim.agent_due_at is None:
            raise Conflict(
                "A case is handed over while it waits for an agent",
                f"a claim with the status {claim.status}",
                "Read it; there is no verdict to give",
                code="no_verdict_wanted",
            )
        refuse_pending(session, claim.id)
        if claim.for_lead:
            return
        refuse_held(session, agent, claim.id)
        release_case(session, agent, claim.id)
        claim.for_lead = True
        append_event(session, Entry(claim.id, "handed_over", agent.name))
