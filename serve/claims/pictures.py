"""Photos as answers: a fresh JPEG, and who may keep it."""

from __future__ import annotations

import cv2
import numpy as np
from flask import Response, request

from model.errors import InvalidInput
from model.photo import read_photo
from serve.accounts.service import Caller
from serve.runtime import Runtime

_JPEG_QUALITY = 88


def show_picture(runtime: Runtime, caller: Caller, sha256: str, width_px: int = 0) -> Response:
    """Answers with a stored photo as a fresh JPEG, upright and without metadata.

    Args:
        runtime: with the photos.
        caller: who asks; the look is noted before.
        sha256: of the photo.
        width_px: of a smaller picture; 0 for the photo's own. None is made larger.
    """
    tag = f"{sha256}-{width_px}"
    if request.if_none_match.contains(tag):
        return _keep(Response(status=304), caller, tag)
    with runtime.scoring.slots:
        bgr = read_photo(runtime.photos.get(sha256)).bgr
        if 0 < width_px < bgr.shape[1]:
            height_px = max(1, round(bgr.shape[0] * width_px / bgr.shape[1]))
            small = cv2.resize(bgr, (width_px, height_px), interpolation=cv2.INTER_AREA)
            bgr = np.asarray(small, dtype=np.uint8)
        done, encoded = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    if not done:
        raise InvalidInput(
            "A photo is shown as a JPEG picture",
            f"photo {sha256}, which cannot be turned into one",
            code="undecodable",
        )
    return answer_picture(encoded.tobytes(), caller, tag)


def answer_picture(data: bytes, caller: Caller, tag: str) -> Response:
    """Answers with a JPEG picture that is known by a tag."""
    return _keep(Response(data, mimetype="image/jpeg"), caller, tag)


def _keep(answer: Response, caller: Caller, tag: str) -> Response:
    """Lets only customers' browsers show a picture again by themselves.

    Anybody else asks each time: a look again is a look, and who comes after them at the same
    machine is given nothing that they may not see.
    """
    kept = "max-age=3600" if caller.role == "customer" else "no-cache"
    answer.headers["Cache-Control"] = f"private, {kept}"
    answer.headers["Vary"] = "Authorization, Cookie"
    answer.set_etag(tag)
    return answer
