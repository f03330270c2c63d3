"""What a customer posts, read and checked, with every mistake in words."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from flask import request
from pydantic import BaseModel, ValidationError
from werkzeug.datastructures import FileStorage

from model import quality
from model.errors import FreshclaimError
from model.photo import MAX_BYTES, MIN_SIDE_PX
from serve.assessments.uploads import Upload, check_uploads, clean_name
from serve.claims.schemas import MAX_PHOTOS, AppealIn, FeedbackIn, KeyHeader, Reason
from serve.fields import Line
from serve.pages.texts import texts_in
from serve.runtime import current_runtime

_SENT_SIDE_PX = 2048
"""Longer sides are scaled down to this before sending; the network looks at much less."""
_SMALL_BYTES = 1_500_000
"""A photo of fewer bytes and no longer side is sent as the camera stored it."""

_TEXT_OF_FIELD = {"reason": "error_reason_missing", "description": "error_description"}

_TEXT_OF_CODE = {
    "photo_missing": "error_photo_missing",
    "too_many_photos": "error_too_many_photos",
    "too_many_bytes": "error_too_many_bytes",
    "too_many_pixels": "error_too_many_pixels",
    "body_too_large": "error_body_too_large",
    "not_an_image": "error_not_an_image",
    "empty_file": "error_damaged",
    "truncated": "error_damaged",
    "undecodable": "error_damaged",
    "idempotency_key_reused": "error_key_used",
    "claim_decided": "error_decided",
    "appealed_before": "error_no_appeal",
    "nothing_to_appeal": "error_no_appeal",
    "feedback_too_early": "error_rated_early",
    "feedback_final": "error_rated_late",
    "nothing_to_explain": "error_explained",
    "invalid_link": "error_link_invalid",
    "link_expired": "error_link_expired",
}
_TEXT_OF_STATUS = {404: "error_not_found", 405: "error_not_found", 503: "error_busy"}


class _Fields(BaseModel):
    reason: Reason
    description: Line = ""


def _mint_key() -> str:
    return secrets.token_urlsafe(16)


@dataclass
class ClaimPost:
    """A claim as posted; it goes back onto the page where something is wrong with it.

    Attributes:
        reason: what was picked, empty when nothing or nothing known.
        description: what was written.
        key: the Idempotency-Key, minted when the page was opened.
        uploads: the photos that are fine.
        mistakes: what is wrong, in the visitor's language, and the status that says so.
    """

    reason: str = ""
    description: str = ""
    key: str = field(default_factory=_mint_key)
    uploads: Sequence[Upload] = ()
    mistakes: list[str] = field(default_factory=list)
    status: int = 422

    def renew_key(self) -> None:
        """Makes the post one that can be sent after its key went with another claim."""
        self.key = _mint_key()


def read_claim(language: str) -> ClaimPost:
    """Reads the posted claim form and its photos."""
    post = ClaimPost(request.form.get("reason", ""), request.form.get("description", ""))
    # A page that sends no key, or a mangled one, gets the protection from here on.
    with suppress(KeyError, ValidationError):
        post.key = KeyHeader(idempotency_key=request.form["key"]).idempotency_key or post.key
    try:
        fields = _Fields.model_validate({"reason": post.reason, "description": post.description})
        post.description = fields.description
    except ValidationError as error:
        texts = texts_in(language)
        post.mistakes = [texts[_TEXT_OF_FIELD[str(why["loc"][0])]] for why in error.errors()]
    post.uploads, wrong = read_photos(language)
    post.mistakes += wrong
    return post


def read_photos(language: str) -> tuple[list[Upload], list[str]]:
    """Checks the posted photos one by one.

    Returns:
        Those that are fine, each once, and for every other one what is wrong with it.
    """
    # A browser sends one nameless, empty part for a file field that was left alone.
    files = [file for file in request.files.getlist("photo") if file.filename]
    if len(files) > MAX_PHOTOS:
        return [], [texts_in(language)["error_too_many_photos"]]
    uploads: dict[str, Upload] = {}
    mistakes = []
    for file in files:
        try:
            uploads |= {upload.sha256: upload for upload in _check(file)}
        except FreshclaimError as error:
            mistakes.append(_name_file(language, file, error))
    return list(uploads.values()), mistakes


def read_feedback(language: str) -> tuple[FeedbackIn | None, list[str]]:
    """Returns the posted score with its words, or what is wrong with them."""
    score = request.form.get("score", "")
    try:
        values = {"score": int(score), "comment": request.form.get("comment", "")}
        return FeedbackIn.model_validate(values), []
    except ValueError:
        return None, [texts_in(language)["error_score_missing"]]


def read_appeal(language: str) -> tuple[str, list[str]]:
    """Returns what was written on an appeal, or what is wrong with it."""
    try:
        return AppealIn(text=request.form.get("text", "")).text, []
    except ValidationError:
        return "", [texts_in(language)["error_description"]]


def picker_limits() -> dict[str, float]:
    """Returns what the page checks before it sends: the server's own limits and thresholds."""
    return {
        "max_photos": MAX_PHOTOS,
        "max_bytes": MAX_BYTES,
        "side_px": _SENT_SIDE_PX,
        "small_bytes": _SMALL_BYTES,
        "min_side_px": MIN_SIDE_PX,
        "work_side_px": quality.WORK_SIDE_PX,
        "least_work_side_px": quality.LEAST_WORK_SIDE_PX,
        "dark_level": quality.DARK_LEVEL,
        "bright_share": quality.BRIGHT_SHARE,
        "sharp_level": quality.SHARP_LEVEL,
    }


def _check(file: FileStorage) -> list[Upload]:
    return check_uploads([file], current_runtime().scoring)


def _name_file(language: str, file: FileStorage, error: FreshclaimError) -> str:
    return texts_in(language)["in_file"].format(
        name=clean_name(file), text=explain(language, error.code)
    )


def explain(language: str, code: str, status: int = 400) -> str:
    """Returns what a customer can do about an error, by its code or else its status."""
    fallback = "error_bug" if status >= 500 else "error_request"
    name = _TEXT_OF_CODE.get(code) or _TEXT_OF_STATUS.get(status, fallback)
    return texts_in(language)[name]
