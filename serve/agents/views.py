from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint

from serve.accounts.access import AGENT, current_caller, require_role
from serve.agents.handover import hand_over
from serve.agents.holds import release_case, take_case
from serve.agents.pending import enter_verdict, undo_verdict
from serve.agents.schemas import HoldOut, VerdictIn
from serve.agents.service import give_verdict
from serve.claims.presentation import present_claim
from serve.claims.queue import list_claims
from serve.claims.schemas import ClaimOut, QueueOut, QueueQuery
from serve.claims.service import load_claim
from serve.claims.submission import show_claim
from serve.runtime import current_runtime
from serve.times import to_iso

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
        shown = [
            present_claim(session, runtime, claim, for_agent=True, reader=current_caller())
            for claim in claims
        ]
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
@blueprint.doc(
    security="api_key", responses={409: "No verdict wanted, held by another agent, or entered"}
)
def post_verdict(claim_id: str, json_data: VerdictIn) -> dict[str, Any]:
    """Give a verdict on a claim.

    Grade, labels and boxes become training data; what the amount adds to earlier grants is paid.
    With `undoable` it is checked now and given after 60 seconds; until then nothing is owed.
    """
    give = enter_verdict if json_data.undoable else give_verdict
    give(current_runtime(), current_caller(), claim_id, json_data)
    return show_claim(current_runtime(), current_caller(), claim_id)


@blueprint.delete("/claims/<claim_id>/verdict")
@require_role(AGENT)
@blueprint.output(ClaimOut)
@blueprint.doc(security="api_key", responses={409: "Nothing to undo"})
def delete_verdict(claim_id: str) -> dict[str, Any]:
    """Undo a verdict.

    Possible for who entered it with `undoable`, until it is given; the case is theirs again.
    """
    undo_verdict(current_runtime(), current_caller(), claim_id)
    return show_claim(current_runtime(), current_caller(), claim_id)


@blueprint.post("/claims/<claim_id>/hold")
@require_role(AGENT)
@blueprint.output(HoldOut)
@blueprint.doc(
    security="api_key", responses={404: "No such claim", 409: "Held, or entered, by another agent"}
)
def post_hold(claim_id: str) -> dict[str, Any]:
    """Hold a case for ten minutes, or longer where you hold it already.

    Nobody else decides it meanwhile.
    """
    with current_runtime().transaction() as session:
        claim = load_claim(session, current_caller(), claim_id)
        hold = take_case(session, current_caller(), claim.id)
        return {"held_until": to_iso(hold.held_until)}


@blueprint.delete("/claims/<claim_id>/hold")
@require_role(AGENT)
@blueprint.output({}, status_code=204)
@blueprint.doc(security="api_key", responses={404: "No such claim"})
def delete_hold(claim_id: str) -> tuple[str, int]:
    """Give a case back.

    One that you do not hold stays as it is.
    """
    with current_runtime().transaction() as session:
        claim = load_claim(session, current_caller(), claim_id)
        release_case(session, current_caller(), claim.id)
    return "", 204


@blueprint.post("/claims/<claim_id>/hand-over")
@require_role(AGENT)
@blueprint.output(ClaimOut)
@blueprint.doc(
    security="api_key", responses={404: "No such claim", 409: "Waits for nobody, held, or entered"}
)
def post_hand_over(claim_id: str) -> dict[str, Any]:
    """Hand a case over to a lead.

    Agents are given it no more, and their verdicts on it are refused, until a lead or an admin has
    decided. Once more changes nothing.
    """
    hand_over(current_runtime(), current_caller(), claim_id)
    return show_claim(current_runtime(), current_caller(), claim_id)
