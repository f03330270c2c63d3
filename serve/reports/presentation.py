"""A report as JSON values."""

from __future__ import annotations

from typing import Any

from serve.reports import schemas
from serve.reports.service import Summary


def present_summary(report: Summary) -> dict[str, Any]:
    """Returns a report in the shape of `serve.reports.schemas.ReportOut`."""
    period, answers = report.scope.period, report.answers
    shown = schemas.ReportOut.model_validate(
        {
            "period": {
                "from": period.first,
                "to": period.last,
                "time_zone": period.zone.key,
                "shop_id": report.scope.shop_id,
            },
            "received": answers.received,
            "held_back": answers.held_back,
            **{f"{name}_now": count for name, count in report.now.items()},
            "first_response": answers.first_response,
            "resolution": answers.resolution,
            "satisfaction": answers.satisfaction,
            "automation": answers.automation,
            "wrong_pre_approvals": report.wrong,
            "appeals": report.regrades.appeals,
            "asked_instead": report.regrades.asked_instead,
            "grades": report.regrades.grades,
            "clocks": answers.clocks,
            "alerts": report.alerts,
            "money": report.money,
            "days": report.days,
            "products": report.products,
            "batches": report.batches,
        },
        from_attributes=True,
    )
    return shown.model_dump(mode="json", by_alias=True)
