"""The queue: what waits for whom, and the next case to take."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from model.errors import Conflict
from serve.accounts.cookies import resume_visit
from serve.accounts.service import list_shops
from serve.accounts.sign_ins import Visitor
from serve.agents.holds import take_next
from serve.agents.pending import undo_verdict
from serve.claims.queue import count_waiting, list_claims
from serve.console.blueprint import ConsoleBlueprint
from serve.console.queue_query import PAGE_LENGTH, VIEWS, Asked, read_asked
from serve.console.queue_rows import STATUS_TEXTS, describe_rows
from serve.console.recent_rows import DECISION_TEXTS, describe_recent
from serve.console.rendering import address_of, render
from serve.console.texts import texts_in
from serve.pages.rendering import begin_sentence, choose_language, format_time, format_yuan, say
from serve.runtime import current_runtime

blueprint = ConsoleBlueprint("console_queue", __name__)

_NOTES = ("nothing_free", "too_late")
_VIEW_TEXTS = {"waiting": "show_waiting", "all": "show_all", "mine": "show_mine"}


@blueprint.get("/")
def show_queue() -> Response:
    visitor, asked = resume_visit(), read_asked(request.args)
    note = request.args.get("note")
    language = choose_language()
    return render(
        "queue.html",
        visitor=visitor,
        asked=asked,
        to=partial(_address, asked),
        note=note if note in _NOTES else None,
        case_address=case_address,
        views={view: _VIEW_TEXTS[view] for view in VIEWS},
        statuses=STATUS_TEXTS,
        decisions=DECISION_TEXTS,
        problems=current_runtime().policy().table.wording.problems,
        say=partial(say, language),
        sentence=begin_sentence,
        when=partial(format_time, language),
        yuan=format_yuan,
        **_gather(visitor, asked, language),
    )


@blueprint.post("/next")
def take_next_case() -> AnyResponse:
    visitor = resume_visit()
    with current_runtime().transaction() as session:
        claim_id = take_next(session, visitor.caller)
    if claim_id is None:
        return redirect(address_of("console_queue.show_queue", note="nothing_free"), 303)
    return redirect(case_address(str(claim_id)), 303)


@blueprint.post("/undo/<claim_id>")
def undo(claim_id: str) -> AnyResponse:
    visitor = resume_visit()
    try:
        undo_verdict(current_runtime(), visitor.caller, claim_id)
    except Conflict:
        return redirect(address_of("console_queue.show_queue", note="too_late"), 303)
    return redirect(case_address(claim_id), 303)


def case_address(claim_id: str) -> str:
    """Returns the address of a case's page."""
    return address_of("console_case.show_case", claim_id=claim_id)


def _address(asked: Asked, **changes: str | int | None) -> str:
    return address_of("console_queue.show_queue", **asked.address(**changes))


def _gather(visitor: Visitor, asked: Asked, language: str) -> dict[str, Any]:
    texts, reader = texts_in(language), visitor.caller
    with current_runtime().transaction() as session:
        claims, total = list_claims(session, asked.to_query(reader))
        return {
            "rows": describe_rows(session, claims, reader, texts),
            "recent": describe_recent(session, reader, texts),
            "counts": count_waiting(session),
            "shops": list_shops(session),
            "total": total,
            "pages": max(1, -(-total // PAGE_LENGTH)),
        }
