"""Calling back the batch of a case, and the page of all recalls."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from http import HTTPStatus

from flask import Response, redirect, request
from pydantic import ValidationError
from werkzeug.wrappers import Response as AnyResponse

from serve.accounts.cookies import resume_visit
from serve.accounts.sign_ins import Visitor
from serve.batches.schemas import RecallIn
from serve.batches.service import call_back, require_batch
from serve.claims.service import load_claim
from serve.console.blueprint import ConsoleBlueprint
from serve.console.recall_rows import PAGE_LENGTH, describe_batch_of, describe_page
from serve.console.rendering import address_of, format_day, read_page, render
from serve.console.texts import texts_in
from serve.fields import LONGEST_LINE
from serve.pages.rendering import choose_language
from serve.runtime import current_runtime

blueprint = ConsoleBlueprint("console_recalls", __name__)

_CHECKED = "yes"


@blueprint.get("/recalls")
def show_recalls() -> Response:
    visitor, page = resume_visit(), read_page(request.args)
    with current_runtime().transaction() as session:
        recalls, total = describe_page(session, visitor.caller, page)
    return render(
        "recalls.html",
        visitor=visitor,
        recalls=recalls,
        total=total,
        page=page,
        pages=max(1, -(-total // PAGE_LENGTH)),
        to=partial(address_of, "console_recalls.show_recalls"),
        day=format_day,
    )


@blueprint.get("/cases/<claim_id>/recall")
def show_form(claim_id: str) -> Response:
    return _render_form(resume_visit(), claim_id)


@blueprint.post("/cases/<claim_id>/recall")
def start_recall(claim_id: str) -> AnyResponse:
    visitor, runtime = resume_visit(), current_runtime()
    # Browsers send other line breaks than they count.
    typed = request.form.get("reason", "").replace("\r\n", "\n")
    reason = _read_reason(typed)
    if reason is None or request.form.get("checked") != _CHECKED:
        return _render_form(visitor, claim_id, typed, _word_mistakes(reason))
    with runtime.transaction() as session:
        _, is_new = call_back(session, runtime.jobs, visitor.caller, claim_id, reason)
    told = "new" if is_new else "before"
    address = address_of("console_case.show_case", claim_id=claim_id, recall=told)
    return redirect(f"{address}#batch", 303)


def _read_reason(typed: str) -> str | None:
    try:
        return RecallIn(reason=typed).reason
    except ValidationError:
        return None


def _word_mistakes(reason: str | None) -> list[str]:
    t = texts_in(choose_language())
    wrong_reason = t["error_recall_reason"].format(longest=LONGEST_LINE)
    unchecked = request.form.get("checked") != _CHECKED
    return [
        *([wrong_reason] if reason is None else []),
        *([t["error_recall_unchecked"]] if unchecked else []),
    ]


def _render_form(
    visitor: Visitor, claim_id: str, typed: str = "", mistakes: Sequence[str] = ()
) -> Response:
    """The form on a page of its own: here it comes back with what was wrong, and what was typed."""
    with current_runtime().transaction() as session:
        claim = load_claim(session, visitor.caller, claim_id)
        require_batch(claim)
        batch = describe_batch_of(session, claim)
    return render(
        "recall.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if mistakes else HTTPStatus.OK,
        visitor=visitor,
        claim_id=claim_id,
        batch=batch,
        reason=typed,
        mistakes=mistakes,
        day=format_day,
    )
