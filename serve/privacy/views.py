from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from pydantic import BaseModel, Field

from serve.accounts.access import LEAD, current_caller, require_role
from serve.claims.service import load_claim
from serve.privacy.service import accesses_of
from serve.runtime import current_runtime
from serve.times import to_iso

blueprint = APIBlueprint("privacy", __name__, url_prefix="/v1", tag="Privacy")


class AccessOut(BaseModel):
    at: str
    actor: str = Field(description="role and id of the account, operator, or link")
    sha256: str = Field(description="the photo")
    purpose: str = Field(description="view, thumbnail, overlay or export")


class AccessesOut(BaseModel):
    accesses: list[AccessOut]


@blueprint.get("/claims/<claim_id>/accesses")
@require_role(LEAD)
@blueprint.output(AccessesOut)
@blueprint.doc(security="api_key", responses={404: "No such claim"})
def get_accesses(claim_id: str) -> dict[str, Any]:
    """See who looked at a claim's photos.

    The latest look comes first; those by the claim link are noted once an hour and photo.
    """
    with current_runtime().transaction() as session:
        claim = load_claim(session, current_caller(), claim_id)
        return {
            "accesses": [
                {
                    "at": to_iso(access.at),
                    "actor": access.actor,
                    "sha256": access.sha256,
                    "purpose": access.purpose,
                }
                for access in accesses_of(session, claim.id)
            ]
        }
