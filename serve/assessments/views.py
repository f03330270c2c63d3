from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint

from serve.accounts.access import SHOP, require_role
from serve.assessments.schemas import AssessmentForm, AssessmentOut
from serve.assessments.uploads import clean_name, read_checked
from serve.runtime import current_runtime

blueprint = APIBlueprint("assessments", __name__, url_prefix="/v1", tag="Assessments")


@blueprint.post("/assessments")
@require_role(SHOP)
@blueprint.input(AssessmentForm, location="files")
@blueprint.output(AssessmentOut)
@blueprint.doc(security="api_key", responses={413: "Too large", 415: "Not a photo"})
def assess_photo(files_data: AssessmentForm) -> dict[str, Any]:
    """Assess a photo.

    Returns what the photo shows and keeps nothing. A photo that can be opened but not used (dark,
    blurred, no food) is answered with `usable: false` and the problems; a file that cannot be
    opened is an error.
    """
    gate, rules = current_runtime().scoring, current_runtime().policy().grade_rules
    with gate.slots:
        data = read_checked(files_data.photo, gate)
        packing = files_data.packing_photo and read_checked(files_data.packing_photo, gate)
        found = gate.assess(data, clean_name(files_data.photo), rules, packing=packing or None)
    return found.to_dict()
