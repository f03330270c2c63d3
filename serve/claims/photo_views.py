from __future__ import annotations

import cv2
from apiflask import APIBlueprint
from flask import Response

from model.errors import Forbidden, InvalidInput
from model.photo import read_photo
from serve.accounts.access import AGENT, CUSTOMER, SHOP, current_caller, require_role
from serve.claims.assessing import score_photo
from serve.claims.presentation import is_photo_hidden
from serve.claims.service import find_photo, load_claim, policy_of
from serve.openapi import OWNERS, PICTURE
from serve.privacy.service import OVERLAY, VIEW, log_access
from serve.runtime import Runtime, current_runtime

blueprint = APIBlueprint("claim_photos", __name__, url_prefix="/v1", tag="Claims")

_JPEG_QUALITY = 88


@blueprint.get("/claims/<claim_id>/photos/<sha256>")
@require_role(SHOP, CUSTOMER, AGENT)
@blueprint.doc(security=OWNERS, responses=PICTURE)
def get_photo(claim_id: str, sha256: str) -> Response:
    """See a photo of a claim.

    Always a fresh JPEG, upright and without the camera's metadata, whatever was uploaded: neither
    a location nor anything hidden in a file reaches a browser.
    """
    runtime, caller = current_runtime(), current_caller()
    with runtime.transaction() as session:
        claim = load_claim(session, caller, claim_id)
        photo = find_photo(claim, sha256)
        log_access(session, caller, claim.id, photo.sha256, VIEW)
    return show_picture(runtime, photo.sha256)


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
            return _picture(draw_overlay(found))
    raise InvalidInput(
        "Evidence is drawn on a usable photo only",
        f"a photo that is {', '.join(found.problems)}",
        "See the photo itself at the same address without /overlay",
        code="unusable",
    )


def show_picture(runtime: Runtime, sha256: str) -> Response:
    """Answers with a stored photo as a fresh JPEG, upright and without metadata."""
    with runtime.scoring.slots:
        picture = read_photo(runtime.photos.get(sha256))
        done, encoded = cv2.imencode(".jpg", picture.bgr, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    if not done:
        raise InvalidInput(
            "A photo is shown as a JPEG picture",
            f"photo {sha256}, which cannot be turned into one",
            code="undecodable",
        )
    return _picture(encoded.tobytes())


def _picture(data: bytes) -> Response:
    answer = Response(data, mimetype="image/jpeg")
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer
