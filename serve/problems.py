"""Every error as an HTTP answer: problem details (RFC 9457) with a stable code."""

from __future__ import annotations

import logging
from http import HTTPStatus

from apiflask import APIFlask
from apiflask.exceptions import HTTPError
from flask import Response, json, request
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from model import errors

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 5

STATUS_OF: dict[type[errors.FreshclaimError], int] = {
    errors.InvalidInput: 422,
    errors.UnsupportedMedia: 415,
    errors.TooLarge: 413,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.RateLimited: 429,
    errors.Unavailable: 503,
}

_CODE_OF_STATUS = {
    400: "bad_request",
    401: "no_credentials",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    408: "request_timeout",
    413: "body_too_large",
    415: "unsupported_media_type",
    422: "validation_error",
    429: "too_many_requests",
    500: "internal_error",
    503: "unavailable",
}


def register_error_handlers(app: APIFlask) -> None:
    """Makes every error of the application a problem answer."""
    app.error_processor(_answer_http_error)
    app.register_error_handler(errors.FreshclaimError, _answer_own_error)
    app.register_error_handler(RecursionError, _answer_too_deep)
    app.register_error_handler(OperationalError, _answer_database_down)
    app.register_error_handler(PoolTimeout, _answer_database_down)
    app.register_error_handler(Exception, _answer_bug)


def make_problem(
    status: int, code: str, detail: str, headers: dict[str, str] | None = None, **more: object
) -> Response:
    """Returns a problem answer.

    Args:
        status: the HTTP status.
        code: stable name of what went wrong.
        detail: rule, value received, remedy.
        headers: further headers.
        more: further members of the problem object.
    """
    body = {
        "type": f"urn:freshclaim:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        "instance": request.path,
        **more,
    }
    answer = Response(json.dumps(body), status, mimetype=MEDIA_TYPE)
    answer.headers.update(headers or {})
    if status in (429, 503):
        answer.headers.setdefault("Retry-After", str(RETRY_AFTER_S))
    if status == 401:
        answer.headers.setdefault("WWW-Authenticate", 'Bearer realm="freshclaim"')
    return answer


def _answer_own_error(error: errors.FreshclaimError) -> Response:
    status = next((s for kind, s in STATUS_OF.items() if isinstance(error, kind)), 500)
    return make_problem(status, error.code, str(error))


def _answer_http_error(error: HTTPError) -> Response:
    """Answers what Flask, Werkzeug and the input checks raise."""
    status = error.status_code
    headers = {name: str(value) for name, value in dict(error.headers).items() if name == "Allow"}
    code = _CODE_OF_STATUS.get(status, f"http_{status}")
    if status == 422 and error.detail:
        fields = _list_fields(error.detail)
        text = "; ".join(f"{item['field']}: {item['rule'].rstrip('.')}" for item in fields[:5])
        return make_problem(status, code, f"The request breaks a rule: {text}.", errors=fields)
    return make_problem(status, code, _DETAILS.get(status, str(error.message)), headers)


_DETAILS = {
    400: "The request cannot be read: check its headers and body.",
    404: "There is nothing at this address: GET /docs lists the routes.",
    405: "The address exists, but not for this method: see the Allow header.",
    413: "The request body is larger than five photos may be: send smaller photos.",
    415: "The body is not of the media type that this route takes: see GET /docs.",
}


def _list_fields(detail: dict[str, dict[str, list[str]]]) -> list[dict[str, str]]:
    return [
        {
            "field": field.replace("_schema", "the whole"),
            "rule": _word_rule(rule),
            "in": location.replace("form_and_files", "form"),
        }
        for location, fields in detail.items()
        for field, rules in fields.items()
        for rule in rules
    ]


def _word_rule(rule: str) -> str:
    """Returns a rule as its author worded it, without what the checking library puts around it."""
    if rule.startswith("String should match pattern"):
        return "A character is not allowed here, or the form is another one"
    return rule.removeprefix("Value error, ")


def _answer_database_down(error: Exception) -> Response:
    log.error("database: %s", error)
    return make_problem(
        503, "database_down", "The database cannot be reached now: try again in a few seconds."
    )


def _answer_too_deep(error: RecursionError) -> Response:
    log.warning("%s %s: recursion", request.method, request.path, exc_info=error)
    return make_problem(
        400, "bad_request", "The request cannot be read: its JSON is nested too deeply."
    )


def _answer_bug(error: Exception) -> Response:
    log.error("%s %s failed", request.method, request.path, exc_info=error)
    return make_problem(
        500, "internal_error", "Something broke here; nothing that was accepted is lost. Try again."
    )
