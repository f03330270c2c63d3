from __future__ import annotations

import hashlib

from apiflask import APIBlueprint
from flask import Response, request

from model.errors import Forbidden, InvalidInput
from serve.accounts.access import AGENT, CUSTOMER, SHOP, current_caller, require_role
from serve.claims.assessing import score_photo
from serve.claims.pictures import answer_picture, show_picture
from serve.claims.presentation import is_photo_hidden
from serve.claims.schemas import PictureQuery
from serve.claims.service import find_photo, load_claim, policy_of
from serve.openapi import OWNERS, PICTURE
from serve.privacy.service import OVERLAY, THUMBNAIL, VIEW, log_access
from serve.runtime import current_runtime

blueprint = APIBlueprint("claim_photos", __name__, url_prefix="/v1", tag="Claims")


@blueprint.get("/claims/<claim_id>/photos/<sha256>")
@require_role(SHOP, CUSTOMER, AGENT)
@blueprint.input(PictureQuery, location="query")
@blueprint.doc(security=OWNERS, responses=PICTURE)
def get_photo(claim_id: str, sha256: str, query_data: PictureQuery) -> Response:
    """See a photo of a claim.

    Always a fresh JPEG, upright and without the camera's metadata, whatever was uploaded: neither
    a location nor anything hidden in a file reaches a browser. With `width` it is a thumbnail,
    which is noted as such. Whoever is no customer asks each time, and each time is noted.
    """
    runtime, caller = current_runtime(), current_caller()
    with runtime.transaction() as session:
        claim = load_claim(session, caller, claim_id)
        photo = find_photo(claim, sha256)
        purpose = THUMBNAIL if query_data.width else VIEW
        log_access(session, caller, claim.id, photo.sha256, purpose)
    return show_picture(runtime, caller, photo.sha256, query_data.width or 0)


@blueprint.get("/claims/<claim_id>/photos/<sha256>/overlay")
@require_role(SHOP, CUSTOMER, AGENT)
@blueprint.doc(security=OWNERS, responses=PICTURE)
def get_overlay(claim_id: str, sha256: str) -> Response:
    """See the evidence drawn on a photo.

    The photo is scored once more, against the references that its decision used.
    """
    from model.overlay import draw_overlay

    runtime, caller = current_runtime(), current_caller()
    with runtime.transaction() as session:
        claim = load_claim(session, caller, claim_id)
        photo, policy = find_photo(claim, sha256), policy_of(session, claim)
        if caller.decides and is_photo_hidden(session, claim, photo.sha256):
            raise Forbidden(
                "A blind case shows no finding before its verdict",
                "a photo of a blind case that waits for one",
                "Look at the photo itself, and give the verdict first",
                code="blind_case",
            )
        log_access(session, caller, claim.id, photo.sha256, OVERLAY)
    with runtime.scoring.slots:
        found = score_photo(runtime, photo.sha256, photo.name, photo.references or {}, policy)
        if found.usable:
            drawn = draw_overlay(found)
            answer = answer_picture(drawn, caller, hashlib.sha256(drawn).hexdigest())
            answer.make_conditional(request)
            return answer
    raise InvalidInput(
        "Evidence is drawn on a usable photo only",
        f"a photo that is {', '.join(found.problems)}",
        "See the photo itself at the same address without /overlay",
        code="unusable",
    )
