"""Pages for signed-in people, filled in their language."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus

from flask import Response, make_response, redirect, render_template, request, url_for
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from model.errors import FreshclaimError, Unauthenticated
from serve.accounts.cookies import TEMPORARY_PASSWORD
from serve.accounts.passwords import MAX_LENGTH, MIN_LENGTH
from serve.accounts.throttle import TooManyLogins
from serve.alerts.board import count_by_kind
from serve.console.texts import NAMES, texts_in
from serve.pages.rendering import choose_language
from serve.pages.texts import LANGUAGES
from serve.problems import STATUS_OF
from serve.runtime import current_runtime

log = logging.getLogger(__name__)

SAME_TEXT = {
    "foreign_origin": "csrf",
    "not_signed_in": "session_ended",
    "too_many_requests": "busy",
}


def address_of(endpoint: str, **values: str) -> str:
    """Returns the address of a page of the console, in the language that was asked for.

    Args:
        endpoint: the view; of another blueprint than the console's first with its name and a dot.
        **values: what the address is filled with.
    """
    if request.args.get("lang") in LANGUAGES:
        values.setdefault("lang", request.args["lang"])
    name = endpoint if "." in endpoint else f"console.{endpoint}"
    return url_for(name, **values)  # type: ignore[arg-type]


def next_address() -> str:
    """Returns where to go on; never to another site, whoever wrote the address."""
    wanted = request.values.get("next", "")
    if wanted.startswith("/console/") and "\\" not in wanted and wanted.isprintable():
        return wanted
    return address_of("console_queue.show_queue")


def render(template: str, status: int = 200, **values: object) -> Response:
    """Fills a template of the console in the visitor's language."""
    language = choose_language()
    visitor = values.get("visitor")
    filled = render_template(
        f"console/{template}",
        t=texts_in(language),
        language=language,
        other_language=next(other for other in LANGUAGES if other != language),
        address_of=address_of,
        least=MIN_LENGTH,
        open_alerts=_count_open_alerts() if visitor else 0,
        **{"visitor": None, **values},
    )
    return make_response(filled, status)


def _count_open_alerts() -> int:
    """Returns what the menu says of alerts, on every page of somebody who is signed in."""
    with current_runtime().transaction() as session:
        return sum(count_by_kind(session).values())


def format_day(moment: datetime | None) -> str:
    """Writes a time by the clock of FRESHCLAIM_TIME_ZONE, with its year; nothing for none."""
    zone = current_runtime().settings.zone
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment else ""


def read_page(values: Mapping[str, str]) -> int:
    """Returns which page of a list an address asks for, from 1; what is no page is the first."""
    page = values.get("page", "1")
    return max(int(page), 1) if page.isascii() and page.isdigit() and len(page) < 7 else 1


def explain(error: FreshclaimError) -> str:
    """Words an error for the page that it happened on."""
    name = f"error_{SAME_TEXT.get(error.code, error.code)}"
    text = texts_in(choose_language())[name if name in NAMES else "error_bug"]
    wait_s = error.retry_after_s if isinstance(error, TooManyLogins) else 0
    return text.format(seconds=wait_s, least=MIN_LENGTH, most=MAX_LENGTH)


def status_of(error: FreshclaimError) -> int:
    """Returns the HTTP status of an error of our own."""
    return next((status for kind, status in STATUS_OF.items() if isinstance(error, kind)), 500)


def add_retry_after(answer: Response, error: FreshclaimError) -> Response:
    """Says in a header, too, how long to wait."""
    if isinstance(error, TooManyLogins):
        answer.headers["Retry-After"] = str(error.retry_after_s)
    return answer


def answer_error(error: Exception) -> AnyResponse:
    """Sends those who are not signed in to do so; tells others what went wrong."""
    if isinstance(error, Unauthenticated):
        # Where a form was posted to there is no page to come back to.
        back = {"next": request.full_path.rstrip("?")} if request.method == "GET" else {}
        return redirect(address_of("show_login", **back), 303)
    if isinstance(error, FreshclaimError) and error.code == TEMPORARY_PASSWORD:
        return redirect(address_of("show_password"), 303)
    t = texts_in(choose_language())
    if isinstance(error, FreshclaimError):
        return add_retry_after(render("notice.html", status_of(error), text=explain(error)), error)
    if isinstance(error, HTTPException) and error.code is not None and error.code < 500:
        return render("notice.html", error.code, text=t["error_not_found"])
    if isinstance(error, OperationalError | PoolTimeout):
        return render("notice.html", HTTPStatus.SERVICE_UNAVAILABLE, text=t["error_busy"])
    log.error("%s %s failed", request.method, request.endpoint, exc_info=error)
    return render("notice.html", HTTPStatus.INTERNAL_SERVER_ERROR, text=t["error_bug"])
