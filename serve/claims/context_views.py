from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from model.errors import NotFound
from serve.accounts.access import AGENT, current_caller, require_role
from serve.claims.context import describe_context
from serve.claims.context_schemas import ContextOut
from serve.claims.pictures import show_picture
from serve.claims.service import load_claim
from serve.openapi import PICTURE
from serve.orders.service import get_order
from serve.privacy.service import VIEW, log_access
from serve.runtime import current_runtime

blueprint = APIBlueprint("claim_context", __name__, url_prefix="/v1", tag="Agents")


@blueprint.get("/claims/<claim_id>/context")
@require_role(AGENT)
@blueprint.output(ContextOut)
@blueprint.doc(security="api_key", responses={404: "No such claim"})
def get_context(claim_id: str) -> dict[str, Any]:
    """See what there is to know about a claim beside its photos.

    Order facts, the cold chain, signals, the history of customer and batch, and judged claims
    with photos that look alike. A blind case shows no such claims before its verdict.
    """
    with current_runtime().transaction() as session:
        claim = load_claim(session, current_caller(), claim_id)
        return describe_context(session, claim)


@blueprint.get("/claims/<claim_id>/packing-photo")
@require_role(AGENT)
@blueprint.doc(security="api_key", responses=PICTURE)
def get_packing_photo(claim_id: str) -> Response:
    """See the kitchen's packing photo of a claim's order.

    The look is noted like a look at the customer's photos.
    """
    runtime, caller = current_runtime(), current_caller()
    with runtime.transaction() as session:
        claim = load_claim(session, caller, claim_id)
        sha256 = get_order(session, claim.order_id).packing_sha256
        if sha256 is None:
            raise NotFound(
                "A packing photo is shown where the kitchen sent one",
                "an order without one",
                "Judge the photos by themselves",
                code="no_packing_photo",
            )
        log_access(session, caller, claim.id, sha256, VIEW)
    return show_picture(runtime, caller, sha256)
