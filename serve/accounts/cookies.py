"""The cookie of a signed-in person, and what shows that a request by cookie was meant."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from model.errors import Forbidden, Unauthenticated
from serve.accounts.devices import LASTS_S
from serve.accounts.login import Browser
from serve.accounts.sign_ins import Visitor, check_csrf_token, resume_sign_in
from serve.runtime import current_runtime
from serve.settings import Settings

COOKIE, DEVICE_COOKIE = "freshclaim_session", "freshclaim_device"
TEMPORARY_PASSWORD = "temporary_password"  # noqa: S105 - the code of an error
CSRF_HEADER, CSRF_FIELD = "X-CSRF-Token", "csrf_token"

_HARMLESS_METHODS = ("GET", "HEAD", "OPTIONS")


def read_cookie() -> str:
    """Returns the session token that the browser sent; empty where it sent none."""
    return request.cookies.get(COOKIE, "")


def resume_visit(*, with_temporary_password: bool = False) -> Visitor:
    """Returns the person whose cookie the current request carries.

    Args:
        with_temporary_password: whether one may come in who has to change the password first.

    Raises:
        Unauthenticated: there is no cookie, or its session has ended.
        Forbidden: the request changes something and does not come from a page of ours, or the
            password has to be changed first.
    """
    token, runtime = read_cookie(), current_runtime()
    if not token:
        raise Unauthenticated(
            "A page for people is shown to those who are signed in",
            "no session",
            "Sign in",
            code="not_signed_in",
        )
    with runtime.transaction() as session:
        visitor = resume_sign_in(session, token, runtime.settings)
    if request.method not in _HARMLESS_METHODS:
        check_origin()
        sent = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD) or ""
        check_csrf_token(token, sent)
    if visitor.must_change_password and not with_temporary_password:
        raise Forbidden(
            "A password that somebody else made is changed before anything else",
            "one that is not changed yet",
            "Change it at /console/password",
            code=TEMPORARY_PASSWORD,
        )
    return visitor


def check_origin() -> None:
    """Refuses a request that a browser says another site has caused.

    Raises:
        Forbidden: it does.
    """
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    ours = {request.host, urlsplit(current_runtime().settings.base_url).netloc}
    if site not in (None, "same-origin", "none") or (
        origin is not None and urlsplit(origin).netloc not in ours
    ):
        raise Forbidden(
            "A request of a signed-in person comes from our own pages",
            f"one from {origin or site}",
            "Open the page here and send it again",
            code="foreign_origin",
        )


def give_cookie(answer: Response | AnyResponse, token: str, settings: Settings) -> None:
    """Sets the cookie: out of reach of scripts, of other sites' forms, and of plain http."""
    answer.set_cookie(
        COOKIE,
        token,
        max_age=settings.session_hours * 3600,
        secure=settings.is_https,
        httponly=True,
        samesite="Lax",
    )


def read_browser() -> Browser:
    """Returns what is known of the browser that sent the request."""
    return Browser(request.remote_addr or "unknown", request.cookies.get(DEVICE_COOKIE, ""))


def give_device(answer: Response | AnyResponse, device: str, settings: Settings) -> None:
    """Sets the cookie by which the browser is known when its person signs in again."""
    answer.set_cookie(
        DEVICE_COOKIE,
        device,
        max_age=LASTS_S,
        secure=settings.is_https,
        httponly=True,
        samesite="Lax",
    )


def take_cookie(answer: Response | AnyResponse, settings: Settings) -> None:
    """Deletes the cookie."""
    answer.delete_cookie(COOKIE, secure=settings.is_https, httponly=True, samesite="Lax")
