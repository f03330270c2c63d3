"""Signing in with a company account (OpenID Connect): to its issuer and back."""

from __future__ import annotations

from flask import redirect, request
from werkzeug.wrappers import Response as AnyResponse

from model.errors import FreshclaimError
from serve.accounts.company import ERRAND_S, begin_sign_in, finish_sign_in
from serve.accounts.cookies import give_cookie, read_cookie
from serve.console.blueprint import ConsoleBlueprint
from serve.console.login_page import render_login
from serve.console.rendering import add_retry_after, explain, next_address, status_of
from serve.runtime import current_runtime

blueprint = ConsoleBlueprint("console_company", __name__)

_COOKIE, _PATH = "freshclaim_oidc", "/console/oidc"


@blueprint.get("/oidc")
def begin() -> AnyResponse:
    runtime = current_runtime()
    try:
        address, held = begin_sign_in(runtime, next_address())
    except FreshclaimError as error:
        return _tell(error)
    answer = redirect(address, 303)
    # Lax: the issuer sends the browser back from another site.
    answer.set_cookie(
        _COOKIE,
        held,
        max_age=ERRAND_S,
        path=_PATH,
        secure=runtime.settings.is_https,
        httponly=True,
        samesite="Lax",
    )
    return answer


@blueprint.get("/oidc/callback")
def finish() -> AnyResponse:
    runtime, held = current_runtime(), request.cookies.get(_COOKIE, "")
    try:
        token, going_on = finish_sign_in(
            runtime, held, request.args, request.remote_addr or "unknown", read_cookie()
        )
    except FreshclaimError as error:
        return _forget(_tell(error))
    answer = redirect(going_on, 303)
    give_cookie(answer, token, runtime.settings)
    return _forget(answer)


def _tell(error: FreshclaimError) -> AnyResponse:
    page = render_login(
        status_of(error), mistakes=[explain(error)], next=request.args.get("next", "")
    )
    return add_retry_after(page, error)


def _forget(answer: AnyResponse) -> AnyResponse:
    """One answer of the issuer, one sign-in: what was taken along does not count again."""
    answer.delete_cookie(
        _COOKIE,
        path=_PATH,
        secure=current_runtime().settings.is_https,
        httponly=True,
        samesite="Lax",
    )
    return answer
