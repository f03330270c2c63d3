from __future__ import annotations

import uuid
from typing import Any

from apiflask import APIBlueprint

from model.errors import Forbidden
from serve.accounts.access import SHOP, current_caller, require_role
from serve.runtime import current_runtime
from serve.webhooks.schemas import EndpointOut, TrialOut
from serve.webhooks.trial import describe_endpoint, try_endpoint

blueprint = APIBlueprint("webhooks", __name__, url_prefix="/v1", tag="Webhooks")

_NONE = {404: "No endpoint is set"}


@blueprint.get("/webhook")
@require_role(SHOP)
@blueprint.output(EndpointOut)
@blueprint.doc(security="api_key", responses=_NONE)
def get_webhook() -> dict[str, Any]:
    """See where webhooks go, and what waits.

    The operator sets the endpoint; its secret is never shown here.
    """
    return describe_endpoint(current_runtime(), _shop_id())


@blueprint.post("/webhook/test")
@require_role(SHOP)
@blueprint.output(TrialOut)
@blueprint.doc(
    security="api_key", responses={**_NONE, 429: "A ping is on its way, or others wait for theirs"}
)
def post_test() -> dict[str, Any]:
    """Send the endpoint a signed ping now.

    Answers within 15 seconds with what the receiver did. Of its answer nothing but the status is
    read, and redirects are not followed.
    """
    return try_endpoint(current_runtime(), _shop_id())


def _shop_id() -> uuid.UUID:
    shop_id = current_caller().account_id
    if shop_id is None:
        raise Forbidden(
            "An endpoint is tried by the shop that it belongs to",
            f"the role {current_caller().role}",
            "Use a shop's key",
            code="wrong_role",
        )
    return shop_id
