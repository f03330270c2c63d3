"""The customer's pages behind a claim link, and the policy in words.

They work as plain pages and forms; `static/pages.js` adds thumbnails, progress and fresh status.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, g, redirect, request
from werkzeug.wrappers import Response as Redirect

from model.errors import Conflict, FreshclaimError, NotFound, TooLarge
from serve.claims.feedback import explain_appeal, give_feedback
from serve.claims.intake import Submission
from serve.claims.service import appeal_claim
from serve.claims.submission import show_claim, submit_claim, submit_photos
from serve.pages.errors import answer_error, status_of
from serve.pages.forms import (
    ClaimPost,
    explain,
    picker_limits,
    read_appeal,
    read_claim,
    read_feedback,
    read_photos,
)
from serve.pages.policy_words import format_hours, word_policy, word_rules
from serve.pages.rendering import address_of, choose_language, render_page
from serve.pages.status import describe, find_notice, list_steps, say_due
from serve.pages.visits import Visit, open_visit
from serve.policy.table import REASONS
from serve.runtime import current_runtime

_CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

_KEY_REUSED = "idempotency_key_reused"
_CLAIMED_BEFORE = ("claim_exists", _KEY_REUSED)

blueprint = Blueprint(
    "pages",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/pages",
)


@blueprint.after_request
def _seal(answer: Response) -> Response:
    """The address is the key: it is neither cached nor told to anyone, and nothing foreign runs."""
    answer.headers["Content-Security-Policy"] = _CONTENT_POLICY
    answer.headers["Referrer-Policy"] = "no-referrer"
    if answer.mimetype == "text/html":
        answer.headers["Cache-Control"] = "no-store"
    answer.headers["Vary"] = "Accept-Language"
    return answer


@blueprint.get("/")
def show_home() -> Response:
    return render_page("home.html")


@blueprint.get("/policy")
def show_policy() -> Response:
    policy, language = current_runtime().policy(), choose_language()
    return render_page(
        "policy.html",
        policy=policy.table,
        chapters=word_policy(policy, language),
        rules=word_rules(policy, language),
    )


@blueprint.get("/c/<token>")
def show_form(token: str) -> Response | Redirect:
    """Shows the form; on an order with a claim, that claim, unless another problem is reported."""
    visit = open_visit(token)
    if visit.claims and "new" not in request.args:
        return redirect(_claim_address(visit, list(visit.claims.values())[-1]))
    return _form(visit, ClaimPost())


@blueprint.post("/c/<token>")
def post_claim(token: str) -> Response | Redirect:
    visit = open_visit(token)
    post = read_claim(choose_language())
    if post.mistakes:
        return _form(visit, post, 422)
    runtime = current_runtime()
    submission = Submission(
        None, post.reason, post.description, post.uploads, post.key, received_at=g.started_at
    )
    try:
        answer = submit_claim(runtime, visit.caller, submission)
    except FreshclaimError as error:
        visit = open_visit(token)
        claim_id = visit.claims.get(post.reason)
        if claim_id and error.code in _CLAIMED_BEFORE:
            return redirect(_claim_address(visit, claim_id, notice="claimed"), 303)
        if error.code == _KEY_REUSED:
            post.renew_key()
        post.mistakes = [explain(choose_language(), error.code, status_of(error))]
        return _form(visit, post, status_of(error))
    return redirect(_claim_address(visit, answer.claim["id"]), 303)


@blueprint.get("/c/<token>/claims/<claim_id>")
def show_progress(token: str, claim_id: str) -> Response:
    return _claim(open_visit(token), claim_id)


@blueprint.post("/c/<token>/claims/<claim_id>/photos")
def post_photos(token: str, claim_id: str) -> Response | Redirect:
    visit, language = open_visit(token), choose_language()
    uploads, mistakes = read_photos(language)
    if not uploads and not mistakes:
        mistakes = [explain(language, "photo_missing")]
    if mistakes:
        return _claim(visit, claim_id, mistakes, 422)
    try:
        submit_photos(current_runtime(), visit.caller, claim_id, uploads)
    except (Conflict, TooLarge) as error:
        return _claim(visit, claim_id, [explain(language, error.code)], status_of(error))
    return redirect(_claim_address(visit, claim_id), 303)


@blueprint.post("/c/<token>/claims/<claim_id>/appeal")
def post_appeal(token: str, claim_id: str) -> Response | Redirect:
    visit, language = open_visit(token), choose_language()
    try:
        appeal_claim(current_runtime(), visit.caller, claim_id, "")
    except Conflict as error:
        return _claim(visit, claim_id, [explain(language, error.code)], status_of(error))
    return redirect(_claim_address(visit, claim_id, notice="asked"), 303)


@blueprint.post("/c/<token>/claims/<claim_id>/appeal-text")
def post_appeal_text(token: str, claim_id: str) -> Response | Redirect:
    """Takes what a customer adds to having asked for a human, which took one tap."""
    visit, language = open_visit(token), choose_language()
    text, mistakes = read_appeal(language)
    if mistakes:
        return _claim(visit, claim_id, mistakes, 422)
    try:
        if text:
            explain_appeal(current_runtime(), visit.caller, claim_id, text)
    except Conflict as error:
        return _claim(visit, claim_id, [explain(language, error.code)], status_of(error))
    return redirect(_claim_address(visit, claim_id, notice="explained"), 303)


@blueprint.post("/c/<token>/claims/<claim_id>/feedback")
def post_feedback(token: str, claim_id: str) -> Response | Redirect:
    visit, language = open_visit(token), choose_language()
    feedback, mistakes = read_feedback(language)
    if feedback is None:
        return _claim(visit, claim_id, mistakes, 422)
    runtime = current_runtime()
    try:
        give_feedback(runtime, visit.caller, claim_id, feedback.score, feedback.comment)
    except Conflict as error:
        return _claim(visit, claim_id, [explain(language, error.code)], status_of(error))
    return redirect(_claim_address(visit, claim_id, notice="rated"), 303)


@blueprint.get("/c/<token>/claims/<claim_id>/<any(photos, appeal, 'appeal-text', feedback):_form>")
def return_to_claim(token: str, claim_id: str, _form: str) -> Redirect:
    """Leads back who reloads the page that a form answered with."""
    return redirect(address_of("show_progress", token=token, claim_id=claim_id))


@blueprint.get("/c/", defaults={"rest": ""})
@blueprint.get("/c/<path:rest>")
def miss(rest: str) -> Response:
    raise NotFound(
        "A claim link ends in /c/ and its token",
        f"an address that goes on with {rest[:8]}",
        "Open the link exactly as the shop sent it",
        code="invalid_link",
    )


@blueprint.errorhandler(Exception)
def show_error(error: Exception) -> Response:
    return answer_error(error)


def _form(visit: Visit, post: ClaimPost, status: int = 200) -> Response:
    table = current_runtime().policy().table
    return render_page(
        "claim_form.html",
        status,
        visit=visit,
        post=post,
        reasons=REASONS,
        wording=table.wording,
        clocks=table.clocks,
        hours=format_hours,
        limits=picker_limits(),
    )


def _claim(
    visit: Visit, claim_id: str, mistakes: Sequence[str] = (), status: int = 200
) -> Response:
    runtime = current_runtime()
    claim = show_claim(runtime, visit.caller, claim_id)
    wording = runtime.policy().table.wording
    return render_page(
        "claim.html",
        status,
        visit=visit,
        claim=claim,
        standing=describe(claim, wording, choose_language()),
        steps=list_steps(claim),
        due=say_due,
        mistakes=mistakes,
        notice=find_notice(claim, request.args.get("notice", "")),
        wording=wording,
        limits=picker_limits(),
    )


def _claim_address(visit: Visit, claim_id: str, **values: str) -> str:
    return address_of("show_progress", token=visit.token, claim_id=claim_id, **values)
