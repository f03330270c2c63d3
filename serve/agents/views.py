from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint

from serve.accounts.access import AGENT, current_caller, require_role
from serve.agents.schemas import VerdictIn
from serve.agents.service import give_verdict
from serve.claims.presentation import present_claim
from serve.claims.queue import list_claims
from serve.claims.schemas import ClaimOut, QueueOut, QueueQuery
from serve.claims.service import load_claim
from serve.runtime import current_runtime

blueprint = APIBlueprint("agents", __name__, url_prefix="/v1", tag="Agents")


@blueprint.get("/claims")
@require_role(AGENT)
@blueprint.input(QueueQuery, location="query")
@blueprint.output(QueueOut)
@blueprint.doc(security="api_key")
def get_claims(query_data: QueueQuery) -> dict[str, Any]:
    """List claims, most urgent first.

    Food safety comes first, then what is due soonest. Blind cases are listed without the
    machine's finding.
    """
    runtime = current_runtime()
    with runtime.transaction() as session:
        claims, total = list_claims(session, query_data)
        shown = [present_claim(session, runtime, claim, for_agent=True) for claim in claims]
    return {
        "claims": shown,
        "total": total,
        "limit": query_data.limit,
        "offset": query_data.offset,
    }


@blueprint.post("/claims/<claim_id>/verdict")
@require_role(AGENT)
@blueprint.input(VerdictIn)
@blueprint.output(ClaimOut)
@blueprint.doc(security="api_key", responses={409: "No verdict wanted"})
def post_verdict(claim_id: str, json_data: VerdictIn) -> dict[str, Any]:
    """Give a verdict on a claim.

    Grade, labels and boxes become training data; what the amount adds to earlier grants is paid.
    """
    runtime, agent = current_runtime(), current_caller()
    give_verdict(runtime, agent, claim_id, json_data)
    with runtime.transaction() as session:
        claim = load_claim(session, agent, claim_id)
        return present_claim(session, runtime, claim, for_agent=True)
