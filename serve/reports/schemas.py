from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

_YEARS = range(1970, 2101)


def _refuse_other_ages(day: date) -> date:
    if day.year not in _YEARS:
        raise ValueError(f"a day lies in the years {_YEARS[0]} to {_YEARS[-1]}")
    return day


Day = Annotated[date, AfterValidator(_refuse_other_ages)]


class ReportQuery(BaseModel):
    """Which days, and of which shop; by default the last seven days of all shops."""

    first: Annotated[Day | None, Field(alias="from", description="first day, YYYY-MM-DD")] = None
    last: Annotated[
        Day | None, Field(alias="to", description="last day, YYYY-MM-DD; today if left out")
    ] = None
    shop_id: Annotated[UUID | None, Field(description="only claims of this shop")] = None


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class PeriodOut(BaseModel):
    first: Annotated[date, Field(alias="from")]
    last: Annotated[date, Field(alias="to")]
    time_zone: str
    shop_id: UUID | None


class ClockOut(_Out):
    """A clock that still runs is neither kept nor missed."""

    clock: str
    kept: int
    missed: int
    kept_share: float | None


class DurationOut(_Out):
    count: int
    median_s: float | None
    p95_s: float | None
    clock: ClockOut


class SatisfactionOut(_Out):
    count: int
    mean: float | None
    scores: Annotated[tuple[int, ...], Field(description="how many gave 1, 2, 3, 4 and 5")]
    settled: int
    settled_scored: int
    answered_share: Annotated[float | None, Field(description="settled_scored of settled")]


class AutomationOut(_Out):
    decided: int
    alone: Annotated[int, Field(description="pre-approved, and never touched by an agent")]
    share: float | None


class WrongOut(_Out):
    """By audits alone; `share` and `interval` are null where there are none."""

    audited: int
    wrong: int
    thinned_out: int
    unaudited: int
    share: float | None
    interval: Annotated[tuple[float, float] | None, Field(description="exact, 95 %")]


class ChangedOut(_Out):
    judged: int
    changed: int
    share: float | None


class OpenAlertsOut(_Out):
    kind: str
    count: int
    oldest_at: datetime
    claim_ids: Annotated[list[UUID], Field(description="of the oldest ones, at most five")]


class MoneyOut(_Out):
    total_fen: int
    by_kind_fen: dict[str, int]
    order_value_fen: Annotated[int, Field(description="of all orders registered in the period")]
    share: float | None


class DayOut(_Out):
    day: date
    received: int
    decided: int
    alone: int
    order_value_fen: int
    money_fen: Annotated[dict[str, int], Field(description="by kind, instructed on that day")]


class TopOut(_Out):
    shop_id: UUID
    name: str
    claims: int


class ReportOut(BaseModel):
    """docs/dashboard.md defines every figure."""

    period: PeriodOut
    received: int
    held_back: Annotated[int, Field(description="blind cases that still wait")]
    open_now: int
    waiting_now: int
    late_now: int
    first_response: DurationOut
    resolution: DurationOut
    satisfaction: SatisfactionOut
    automation: AutomationOut
    wrong_pre_approvals: WrongOut
    appeals: ChangedOut
    asked_instead: Annotated[
        int, Field(description="verdicts for customers who asked for a human before any answer")
    ]
    grades: ChangedOut
    clocks: list[ClockOut]
    alerts: list[OpenAlertsOut]
    money: MoneyOut
    days: list[DayOut]
    products: list[TopOut]
    batches: list[TopOut]
