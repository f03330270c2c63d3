from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import g

from serve.accounts.access import AGENT, CUSTOMER, SHOP, current_caller, require_role
from serve.assessments.uploads import check_uploads
from serve.claims.feedback import give_feedback
from serve.claims.intake import Submission
from serve.claims.schemas import (
    AppealIn,
    ClaimForm,
    ClaimOut,
    FeedbackIn,
    KeyHeader,
    PhotosForm,
)
from serve.claims.service import appeal_claim, load_claim
from serve.claims.submission import show_claim, submit_claim, submit_photos
from serve.openapi import OWNERS
from serve.runtime import current_runtime

blueprint = APIBlueprint("claims", __name__, url_prefix="/v1", tag="Claims")

CreatedClaim = tuple[dict[str, Any], int, dict[str, str]]
_PHOTO_ERRORS = {413: "Too large", 415: "Not a photo"}


@blueprint.post("/claims")
@require_role(SHOP, CUSTOMER)
@blueprint.input(KeyHeader, location="headers")
@blueprint.input(ClaimForm, location="form_and_files")
@blueprint.output(ClaimOut, status_code=201)
@blueprint.doc(
    security=OWNERS, responses={404: "No such order", 409: "Claimed before", **_PHOTO_ERRORS}
)
def post_claim(headers_data: KeyHeader, form_and_files_data: ClaimForm) -> CreatedClaim:
    """Make a claim.

    The claim is stored before it is judged, and judged before this answers. Should judging take
    longer, the status is `received` and GET shows the decision.
    """
    runtime, caller, form = current_runtime(), current_caller(), form_and_files_data
    submission = Submission(
        order_id=form.order_id,
        reason=form.reason,
        description=form.description,
        uploads=check_uploads(form.photo or [], runtime.scoring),
        idempotency_key=headers_data.idempotency_key,
        received_at=g.started_at,
    )
    answer = submit_claim(runtime, caller, submission)
    headers = {"Location": f"/v1/claims/{answer.claim['id']}"}
    if answer.replayed:
        headers["Idempotent-Replayed"] = "true"
    return answer.claim, 201, headers


@blueprint.get("/claims/<claim_id>")
@require_role(SHOP, CUSTOMER, AGENT)
@blueprint.output(ClaimOut)
@blueprint.doc(security=OWNERS)
def get_claim(claim_id: str) -> dict[str, Any]:
    """See a claim."""
    return show_claim(current_runtime(), current_caller(), claim_id)


@blueprint.post("/claims/<claim_id>/photos")
@require_role(SHOP, CUSTOMER)
@blueprint.input(PhotosForm, location="files")
@blueprint.output(ClaimOut)
@blueprint.doc(security=OWNERS, responses={409: "Decided already", **_PHOTO_ERRORS})
def post_photos(claim_id: str, files_data: PhotosForm) -> dict[str, Any]:
    """Add a photo to a claim.

    A claim that waits for a better photo is judged anew.
    """
    runtime, caller = current_runtime(), current_caller()
    with runtime.transaction() as session:
        load_claim(session, caller, claim_id)
    uploads = check_uploads(files_data.photo, runtime.scoring)
    return submit_photos(runtime, caller, claim_id, uploads)


@blueprint.post("/claims/<claim_id>/appeal")
@require_role(SHOP, CUSTOMER)
@blueprint.input(AppealIn)
@blueprint.output(ClaimOut)
@blueprint.doc(security=OWNERS, responses={409: "Nothing to appeal, or appealed before"})
def post_appeal(claim_id: str, json_data: AppealIn) -> dict[str, Any]:
    """Ask a human to look."""
    runtime, caller = current_runtime(), current_caller()
    appeal_claim(runtime, caller, claim_id, json_data.text)
    return show_claim(runtime, caller, claim_id)


@blueprint.post("/claims/<claim_id>/feedback")
@require_role(CUSTOMER)
@blueprint.input(FeedbackIn)
@blueprint.output(ClaimOut)
@blueprint.doc(security="claim_link", responses={409: "Not settled yet, or too late to change"})
def post_feedback(claim_id: str, json_data: FeedbackIn) -> dict[str, Any]:
    """Say how satisfied the customer is.

    From 1 to 5, once the claim is settled; another score takes its place for seven days. Only the
    claim link says so: a shop does not rate in its customer's place.
    """
    runtime, caller = current_runtime(), current_caller()
    give_feedback(runtime, caller, claim_id, json_data.score, json_data.comment)
    return show_claim(runtime, caller, claim_id)
