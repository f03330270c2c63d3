from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from pydantic import BaseModel

from serve.policy.table import PolicyTable
from serve.runtime import current_runtime

blueprint = APIBlueprint("policy", __name__, url_prefix="/v1", tag="Policy")


class PolicyOut(BaseModel):
    sha256: str
    policy: PolicyTable


@blueprint.get("/policy")
@blueprint.output(PolicyOut)
def get_policy() -> dict[str, Any]:
    """See the policy in force.

    With its wording in zh and en. `sha256` is what decisions name.
    """
    policy = current_runtime().policy()
    return {"sha256": policy.sha256, "policy": policy.table}
