"""Pages for people who work here: signing in and out, and the password."""

from __future__ import annotations

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from model.errors import FreshclaimError, InvalidInput, Unauthenticated
from serve.accounts.cookies import (
    check_origin,
    give_cookie,
    give_device,
    read_browser,
    read_cookie,
    resume_visit,
    take_cookie,
)
from serve.accounts.login import (
    change_password,
    check_has_password,
    check_password_login,
    sign_in,
)
from serve.accounts.sign_ins import Visitor, end_sign_in
from serve.console.blueprint import ConsoleBlueprint
from serve.console.login_page import render_login
from serve.console.rendering import (
    add_retry_after,
    address_of,
    explain,
    next_address,
    render,
    status_of,
)
from serve.runtime import current_runtime

blueprint = ConsoleBlueprint("console", __name__, static_folder="static")


@blueprint.get("/login")
def show_login() -> AnyResponse:
    if _visitor() is not None:
        return redirect(next_address(), 303)
    ended = "error_session_ended" if read_cookie() else None
    note = "logged_out" if "out" in request.args else ended
    return render_login(note=note, next=request.args.get("next", ""))


@blueprint.post("/login")
def log_in() -> AnyResponse:
    check_origin()
    runtime, form = current_runtime(), request.form
    try:
        check_password_login(runtime.settings)
        token, device = sign_in(
            runtime, form.get("name", ""), form.get("password", ""), read_browser(), read_cookie()
        )
    except FreshclaimError as error:
        page = render_login(
            status_of(error),
            mistakes=[explain(error)],
            name=form.get("name", ""),
            next=form.get("next", ""),
        )
        return add_retry_after(page, error)
    answer = redirect(next_address(), 303)
    give_cookie(answer, token, runtime.settings)
    give_device(answer, device, runtime.settings)
    return answer


@blueprint.post("/logout")
def log_out() -> AnyResponse:
    resume_visit(with_temporary_password=True)
    runtime = current_runtime()
    with runtime.transaction() as session:
        end_sign_in(session, read_cookie())
    answer = redirect(address_of("show_login", out="1"), 303)
    take_cookie(answer, runtime.settings)
    return answer


@blueprint.get("/password")
def show_password() -> Response:
    visitor = resume_visit(with_temporary_password=True)
    check_has_password(visitor)
    note = "password_changed" if "changed" in request.args else None
    if visitor.must_change_password:
        note = "password_is_temporary"
    return render("password.html", visitor=visitor, note=note)


@blueprint.post("/password")
def set_new_password() -> AnyResponse:
    visitor, runtime = resume_visit(with_temporary_password=True), current_runtime()
    check_has_password(visitor)
    try:
        token = _change(visitor)
    except FreshclaimError as error:
        page = render(
            "password.html", status_of(error), visitor=visitor, mistakes=[_explain_change(error)]
        )
        return add_retry_after(page, error)
    answer = redirect(address_of("show_password", changed="1"), 303)
    give_cookie(answer, token, runtime.settings)
    return answer


def _change(visitor: Visitor) -> str:
    form = request.form
    if form.get("new", "") != form.get("again", ""):
        raise InvalidInput(
            "A new password is typed twice the same", "two others", code="password_differs"
        )
    return change_password(
        current_runtime(),
        visitor.name,
        form.get("current", ""),
        form.get("new", ""),
        read_browser(),
    )


def _explain_change(error: FreshclaimError) -> str:
    if isinstance(error, Unauthenticated):
        error = Unauthenticated(error.rule, error.received, error.remedy, code="wrong_password")
    return explain(error)


def _visitor() -> Visitor | None:
    try:
        return resume_visit(with_temporary_password=True)
    except Unauthenticated:
        return None
