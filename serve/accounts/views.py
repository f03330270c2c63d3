from __future__ import annotations

import uuid
from typing import Any

from apiflask import APIBlueprint

from model.errors import Forbidden
from serve.accounts.access import SHOP, current_caller, require_role
from serve.accounts.administration import add_key, drop_key
from serve.accounts.keys import valid_keys
from serve.accounts.models import ApiKey
from serve.accounts.schemas import KeysOut, NewKeyOut
from serve.runtime import current_runtime
from serve.times import to_iso

blueprint = APIBlueprint("accounts", __name__, url_prefix="/v1", tag="Keys")


@blueprint.get("/keys")
@require_role(SHOP)
@blueprint.output(KeysOut)
@blueprint.doc(security="api_key")
def get_keys() -> dict[str, Any]:
    """List the shop's valid keys."""
    with current_runtime().transaction() as session:
        return {"keys": [_present(key) for key in valid_keys(session, _shop_id())]}


@blueprint.post("/keys")
@require_role(SHOP)
@blueprint.output(NewKeyOut, status_code=201)
@blueprint.doc(security="api_key", responses={409: "Too many keys"})
def post_key() -> tuple[dict[str, Any], int]:
    """Issue a further key.

    It is shown this once. Earlier keys stay valid: change over to the new one, then revoke them.
    """
    with current_runtime().transaction() as session:
        key, row = add_key(session, current_caller().name, _shop_id())
        return {**_present(row), "key": key}, 201


@blueprint.delete("/keys/<key_id>")
@require_role(SHOP)
@blueprint.output({}, status_code=204)
@blueprint.doc(security="api_key", responses={404: "No such key", 409: "The last valid key"})
def delete_key(key_id: str) -> tuple[str, int]:
    """Revoke a key.

    The last valid key cannot be revoked: issue its successor first.
    """
    with current_runtime().transaction() as session:
        drop_key(session, current_caller().name, _shop_id(), key_id)
    return "", 204


def _shop_id() -> uuid.UUID:
    shop_id = current_caller().account_id
    if shop_id is None:
        raise Forbidden(
            "Keys are managed by the shop that they belong to",
            f"the role {current_caller().role}",
            "Use a shop's key",
            code="wrong_role",
        )
    return shop_id


def _present(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "hint": key.hint,
        "created_at": to_iso(key.created_at),
        "last_used_at": to_iso(key.last_used_at),
    }
