"""Alerts: what somebody has to know now, and closing what was looked after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Response, redirect, request
from pydantic import ValidationError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from model.errors import FreshclaimError, InvalidInput
from serve.accounts.cookies import resume_visit
from serve.accounts.sign_ins import Visitor
from serve.alerts.board import close_alert, count_by_kind, list_alerts, lock_alert
from serve.alerts.schemas import AlertsQuery, CloseIn
from serve.console.alert_rows import describe_alerts
from serve.console.blueprint import ConsoleBlueprint
from serve.console.rendering import (
    address_of,
    explain,
    format_day,
    read_page,
    render,
    status_of,
)
from serve.console.texts import texts_in
from serve.pages.rendering import begin_sentence, choose_language, say
from serve.policy.service import policy_in_force
from serve.runtime import current_runtime
from serve.times import to_iso

blueprint = ConsoleBlueprint("console_alerts", __name__)

PAGE = 20
_NOTES = ("alerts_done", "alerts_done_before")
_CLOSED = "closed"


@dataclass(frozen=True)
class Asked:
    """What a page of alerts shows: open or closed ones, of a kind or of all, on a page from 1."""

    closed: bool
    kind: str
    page: int

    def address(self, **changes: str | int | None) -> dict[str, str]:
        """Returns the values of an address like this one's, on its first page, with changes."""
        values = {"show": _CLOSED if self.closed else None, "kind": self.kind, **changes}
        return {name: str(value) for name, value in values.items() if value}


@blueprint.get("/alerts")
def show_alerts() -> Response:
    return _render(resume_visit())


@blueprint.post("/alerts/<int:alert_id>/close")
def close(alert_id: int) -> AnyResponse:
    visitor = resume_visit()
    try:
        note = _read_note()
    except InvalidInput as error:
        return _render(visitor, error)
    with current_runtime().transaction() as session:
        was_open = lock_alert(session, alert_id).closed_at is None
        close_alert(session, alert_id, visitor.caller.name, note)
    done = "alerts_done" if was_open else "alerts_done_before"
    asked = _read_asked(request.args)
    going_on = asked.address(page=asked.page if asked.page > 1 else None, note=done)
    return redirect(address_of("console_alerts.show_alerts", **going_on), 303)


def _read_note() -> str:
    try:
        return CloseIn.model_validate({"note": request.form.get("note", "")}).note
    except ValidationError as error:
        raise InvalidInput(
            "A note on an alert has at most 1000 characters",
            "a longer one, or one with a NUL character",
            "Shorten it",
            code="invalid_note",
        ) from error


def _read_asked(values: Mapping[str, str]) -> Asked:
    """Reads an address; what makes no sense there is left out."""
    kind = values.get("kind", "")
    known = f"alert_{kind}" in texts_in(choose_language())
    return Asked(values.get("show") == _CLOSED, kind if known else "", read_page(values))


def _render(visitor: Visitor, error: FreshclaimError | None = None) -> Response:
    asked, language = _read_asked(request.args), choose_language()
    note = request.args.get("note")
    with current_runtime().transaction() as session:
        shown = _gather(session, asked, language)
    return render(
        "alerts.html",
        status_of(error) if error else 200,
        visitor=visitor,
        mistakes=[explain(error)] if error else [],
        note=note if note in _NOTES else None,
        asked=asked,
        to=partial(_address, asked),
        day=format_day,
        iso=to_iso,
        **shown,
    )


def _address(asked: Asked, **changes: str | int | None) -> str:
    return address_of("console_alerts.show_alerts", **asked.address(**changes))


def _gather(session: Session, asked: Asked, language: str) -> dict[str, Any]:
    texts = texts_in(language)
    wording = policy_in_force(session).table.wording.problems
    problems = {code: begin_sentence(say(language, words)) for code, words in wording.items()}
    counts = count_by_kind(session, is_open=not asked.closed)
    total = counts.get(asked.kind, 0) if asked.kind else sum(counts.values())
    pages = max(1, -(-total // PAGE))
    # What was closed on the last page leaves none behind.
    page = min(asked.page, pages)
    query = AlertsQuery(
        open=not asked.closed, kind=asked.kind or None, limit=PAGE, offset=(page - 1) * PAGE
    )
    return {
        "rows": describe_alerts(session, list_alerts(session, query)[0], texts, problems),
        "kinds": {
            kind: (texts.get(f"alert_{kind}", kind), count) for kind, count in counts.items()
        },
        "total": total,
        "page": page,
        "pages": pages,
    }
