"""Errors as pages: the same statuses as everywhere, in words a customer can act on."""

from __future__ import annotations

import logging

from flask import Response, request
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from model.errors import FreshclaimError
from serve.pages.forms import explain
from serve.pages.rendering import choose_language, render_page
from serve.problems import STATUS_OF

log = logging.getLogger(__name__)


def answer_error(error: Exception) -> Response:
    """Returns the page that tells a customer about an error."""
    status, code = _classify(error)
    if status >= 500:
        # Not the address: it carries the token of a claim link.
        log.error("%s %s failed", request.method, request.endpoint, exc_info=error)
    return render_page("notice.html", status, text=explain(choose_language(), code, status))


def status_of(error: FreshclaimError) -> int:
    """Returns the HTTP status of an error of our own."""
    return next((status for kind, status in STATUS_OF.items() if isinstance(error, kind)), 500)


def _classify(error: Exception) -> tuple[int, str]:
    if isinstance(error, FreshclaimError):
        return status_of(error), error.code
    if isinstance(error, HTTPException) and error.code is not None:
        return error.code, "body_too_large" if error.code == 413 else ""
    if isinstance(error, OperationalError | PoolTimeout):
        return 503, ""
    return 500, ""
