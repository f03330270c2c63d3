"""The dashboard of those who lead."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, request
from pydantic import ValidationError

from model.errors import Forbidden, FreshclaimError, InvalidInput
from serve.accounts.cookies import resume_visit
from serve.accounts.service import PEOPLE, list_shops
from serve.accounts.sign_ins import Visitor
from serve.console.alert_rows import name_subjects
from serve.console.blueprint import ConsoleBlueprint
from serve.console.charts import draw_line, stack_bars
from serve.console.dashboard_words import Words
from serve.console.rendering import address_of, explain, render, status_of
from serve.console.texts import texts_in
from serve.pages.rendering import choose_language
from serve.reports.answers import SCORES
from serve.reports.periods import DEFAULT_DAYS, Period, choose_period
from serve.reports.schemas import ReportQuery
from serve.reports.service import Summary, summarise
from serve.runtime import current_runtime
from serve.times import utc_now

SPANS = (1, 7, 30)

blueprint = ConsoleBlueprint("console_dashboard", __name__)


@dataclass(frozen=True)
class Asked:
    """What the address asks for; `span` is how many days up to today, where it names no day."""

    period: Period
    shop_id: uuid.UUID | None = None
    span: int | None = DEFAULT_DAYS


@blueprint.get("/dashboard")
def show_dashboard() -> Response:
    visitor = resume_visit()
    _check_leads(visitor)
    mistakes, status = [], 200
    try:
        asked = _read_address(request.args)
    except FreshclaimError as error:
        asked = Asked(_choose(ReportQuery(), DEFAULT_DAYS))
        mistakes, status = [explain(error)], status_of(error)
    runtime = current_runtime()
    report = summarise(runtime, asked.period, asked.shop_id)
    with runtime.transaction() as session:
        shops = list_shops(session)
        kinds = [alerts.kind for alerts in report.alerts]
        subjects = name_subjects(session, kinds, asked.shop_id)
    return render(
        "dashboard.html",
        status,
        visitor=visitor,
        mistakes=mistakes,
        asked=asked,
        report=report,
        shops=shops,
        subjects=subjects,
        spans=SPANS,
        words=Words(texts_in(choose_language())),
        address=_address_of,
        sheet_address=_sheet_address,
        case_address=_case_address,
        **_charts(report),
    )


def _check_leads(visitor: Visitor) -> None:
    if visitor.caller.role not in PEOPLE[1:]:
        raise Forbidden(
            "The dashboard is shown to leads and admins",
            f"the role {visitor.caller.role}",
            "Ask a lead",
            code="wrong_role",
        )


def _read_address(given: Mapping[str, str]) -> Asked:
    """Returns what the address asks for; a field that was left empty is not there."""
    filled = {name: value for name, value in given.items() if value}
    try:
        query = ReportQuery.model_validate(filled)
        days = int(filled.get("days", DEFAULT_DAYS))
    except (ValidationError, ValueError) as error:
        raise InvalidInput(
            "A dashboard is of days and of a shop",
            dict(filled),
            "Choose other ones",
            code="not_understood",
        ) from error
    span = None if query.first or query.last else days
    return Asked(_choose(query, days), query.shop_id, span)


def _choose(query: ReportQuery, days: int) -> Period:
    zone = current_runtime().settings.zone
    return choose_period(query.first, query.last, utc_now(), zone, days)


def _charts(report: Summary) -> dict[str, Any]:
    labels = [f"{day.day:%m-%d}" for day in report.days]
    money = [[(kind, fen / 100) for kind, fen in day.money_fen.items()] for day in report.days]
    scores = [[("score", count)] for count in report.answers.satisfaction.scores]
    return {
        "money_chart": stack_bars(labels, money),
        "claims_chart": draw_line(labels, [day.received for day in report.days]),
        "scores_chart": stack_bars([str(score) for score in SCORES], scores),
    }


def _address_of(asked: Asked, span: int) -> str:
    """Returns the address of the same dashboard for so many days up to today."""
    return address_of("console_dashboard.show_dashboard", days=str(span), **_shop(asked))


def _sheet_address(asked: Asked, name: str) -> str:
    days = {"from": str(asked.period.first), "to": str(asked.period.last)}
    return address_of(f"reports.get_{name}", **days, **_shop(asked))


def _case_address(claim_id: uuid.UUID) -> str:
    return address_of("console_case.show_case", claim_id=str(claim_id))


def _shop(asked: Asked) -> dict[str, str]:
    return {} if asked.shop_id is None else {"shop_id": str(asked.shop_id)}
