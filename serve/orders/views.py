from __future__ import annotations

import uuid
from typing import Any

from apiflask import APIBlueprint
from apiflask.fields import UploadFile
from pydantic import BaseModel, ConfigDict

from model.errors import Forbidden
from serve.accounts.access import SHOP, current_caller, require_role
from serve.assessments.uploads import check_uploads, store_uploads
from serve.claims.service import list_claims
from serve.ledger.refunds import sum_claim_fen
from serve.orders.models import Order
from serve.orders.schemas import OrderIn, OrderOut, OrderWithClaimsOut
from serve.orders.service import attach_packing_photo, find_order, register_order
from serve.runtime import Runtime, current_runtime
from serve.times import to_iso

blueprint = APIBlueprint("orders", __name__, url_prefix="/v1", tag="Orders")


class PackingForm(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)

    photo: UploadFile


@blueprint.post("/orders")
@require_role(SHOP)
@blueprint.input(OrderIn)
@blueprint.output(OrderOut, status_code=201)
@blueprint.doc(
    security="api_key", responses={200: "Registered before, same facts", 409: "Other facts"}
)
def post_order(json_data: OrderIn) -> tuple[dict[str, Any], int]:
    """Register an order.

    Returns the claim link to send to the customer. Sending the same facts again is safe.
    """
    runtime = current_runtime()
    with runtime.transaction() as session:
        order, is_new = register_order(session, _shop_id(), json_data)
        return present_order(runtime, order), 201 if is_new else 200


@blueprint.get("/orders/<order_id>")
@require_role(SHOP)
@blueprint.output(OrderWithClaimsOut)
@blueprint.doc(security="api_key", responses={404: "No such order"})
def get_order(order_id: str) -> dict[str, Any]:
    """See an order and the claims on it.

    By the shop's own number; claims that the customer made by link are among them.
    """
    runtime = current_runtime()
    with runtime.transaction() as session:
        order = find_order(session, _shop_id(), order_id)
        claims = [
            {
                "id": str(claim.id),
                "reason": claim.reason,
                "status": claim.status,
                "amount_fen": sum_claim_fen(session, claim.id),
                "received_at": to_iso(claim.received_at),
            }
            for claim in list_claims(session, order.id)
        ]
        return {**present_order(runtime, order), "claims": claims}


@blueprint.put("/orders/<order_id>/packing-photo")
@require_role(SHOP)
@blueprint.input(PackingForm, location="files")
@blueprint.output(OrderOut)
@blueprint.doc(
    security="api_key",
    responses={409: "It has another", 413: "Too large", 415: "Not a photo"},
)
def put_packing_photo(order_id: str, files_data: PackingForm) -> dict[str, Any]:
    """Add the kitchen's packing photo.

    Portions are compared with it.
    """
    runtime = current_runtime()
    with runtime.transaction() as session:
        find_order(session, _shop_id(), order_id)
    uploads = check_uploads([files_data.photo], runtime.scoring)
    with runtime.transaction() as session:
        order = find_order(session, _shop_id(), order_id, lock=True)
        attach_packing_photo(session, order, uploads[0].sha256)
        store_uploads(session, runtime, uploads)
        return present_order(runtime, order)


def present_order(runtime: Runtime, order: Order) -> dict[str, Any]:
    """Returns the answer for an order, with its claim link."""
    token = runtime.links.sign(order.id)
    return {
        "order_id": order.order_id,
        "product": order.product,
        "price_fen": order.price_fen,
        "created_at": order.created_at,
        "packing_photo": order.packing_sha256,
        "claim_token": token,
        "claim_link": f"{runtime.settings.base_url}/c/{token}",
    }


def _shop_id() -> uuid.UUID:
    shop_id = current_caller().account_id
    if shop_id is None:
        raise Forbidden(
            "Orders are registered by shops",
            f"the role {current_caller().role}",
            "Use a shop's key",
            code="wrong_role",
        )
    return shop_id
