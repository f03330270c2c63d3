from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apiflask import APIBlueprint
from flask import Response

from serve.accounts.access import LEAD, require_role
from serve.openapi import SPREADSHEET
from serve.reports.cohort import Scope
from serve.reports.periods import Period, choose_period
from serve.reports.presentation import present_summary
from serve.reports.schemas import ReportOut, ReportQuery
from serve.reports.service import report_days, summarise
from serve.reports.sheets import write_claims, write_days
from serve.runtime import current_runtime
from serve.times import utc_now

blueprint = APIBlueprint("reports", __name__, url_prefix="/v1/reports", tag="Reports")

_SHEET: dict[int | str, dict[str, Any]] = {200: SPREADSHEET[200]}


@blueprint.get("/summary")
@require_role(LEAD)
@blueprint.input(ReportQuery, location="query")
@blueprint.output(ReportOut)
@blueprint.doc(security="api_key")
def get_summary(query_data: ReportQuery) -> dict[str, Any]:
    """See the figures of a period.

    Days are those of the service's time zone. A share is null where there is nothing to have one
    of. At most 366 days.
    """
    report = summarise(current_runtime(), _period_of(query_data), query_data.shop_id)
    return present_summary(report)


@blueprint.get("/days.csv")
@require_role(LEAD)
@blueprint.input(ReportQuery, location="query")
@blueprint.doc(security="api_key", responses=_SHEET)
def get_days(query_data: ReportQuery) -> Response:
    """List the days of a period, for a spreadsheet.

    UTF-8 with a byte order mark. A cell that begins like a formula has an apostrophe before it.
    """
    period = _period_of(query_data)
    days = report_days(current_runtime(), period, query_data.shop_id)
    return _answer(write_days(days), "days", period)


@blueprint.get("/claims.csv")
@require_role(LEAD)
@blueprint.input(ReportQuery, location="query")
@blueprint.doc(security="api_key", responses=_SHEET)
def get_claims(query_data: ReportQuery) -> Response:
    """List the claims of a period, for a spreadsheet.

    UTF-8 with a byte order mark. A cell that begins like a formula has an apostrophe before it. Of
    a blind case that still waits it tells that it does, and nothing of what was found.
    """
    period = _period_of(query_data)
    scope = Scope(period, query_data.shop_id, utc_now())
    return _answer(write_claims(current_runtime(), scope), "claims", period)


def _period_of(query: ReportQuery) -> Period:
    return choose_period(query.first, query.last, utc_now(), current_runtime().settings.zone)


def _answer(rows: Iterator[str], name: str, period: Period) -> Response:
    file = f"{name}-{period.first}-{period.last}.csv"
    headers = {
        "Content-Disposition": f'attachment; filename="{file}"',
        "Cache-Control": "no-store",
    }
    return Response(rows, content_type="text/csv; charset=utf-8", headers=headers)
