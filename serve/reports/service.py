"""The figures of a period, for those who lead."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from serve.accounts.service import name_of_account
from serve.alerts.facts import OpenAlerts, list_open_alerts
from serve.claims.facts import count_now
from serve.reports.answers import Answers, measure_answers
from serve.reports.audits import WrongPreApprovals, measure_wrong
from serve.reports.cohort import Scope, gather
from serve.reports.days import Day, Money, list_days, sum_money
from serve.reports.periods import Period
from serve.reports.regrades import Regrades, measure_regrades
from serve.reports.tops import Top, list_batches, list_products
from serve.runtime import Runtime
from serve.times import utc_now

_WORK_MEMORY = "64MB"
"""What a sort of PostgreSQL may take: enough that a hundred thousand claims go to no disk."""


@dataclass(frozen=True)
class Summary:
    """A report; docs/dashboard.md defines every figure.

    Attributes:
        scope: what it covers.
        answers: how claims of the period were answered.
        now: claims open, waiting and late, of whatever period, as of now.
        wrong: of the machine's pre-approvals.
        regrades: what agents changed.
        alerts: open now.
        days: claims and money by day.
        money: of all days.
        products: with most claims.
        batches: with most claims.
        shops: names of the shops that products and batches are of.
    """

    scope: Scope
    answers: Answers
    now: dict[str, int]
    wrong: WrongPreApprovals
    regrades: Regrades
    alerts: Sequence[OpenAlerts]
    days: Sequence[Day]
    money: Money
    products: Sequence[Top]
    batches: Sequence[Top]
    shops: dict[uuid.UUID, str]


def summarise(runtime: Runtime, period: Period, shop_id: uuid.UUID | None = None) -> Summary:
    """Computes a report, all of it as the database stands at one moment."""
    scope = Scope(period, shop_id, utc_now())
    with runtime.sessions() as session, session.begin():
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        session.execute(text(f"SET LOCAL work_mem = '{_WORK_MEMORY}'"))
        return _measure(session, scope)


def report_days(runtime: Runtime, period: Period, shop_id: uuid.UUID | None = None) -> list[Day]:
    """Computes the days of a report alone."""
    scope = Scope(period, shop_id, utc_now())
    with runtime.transaction() as session:
        return list_days(session, scope, gather(scope))


def _measure(session: Session, scope: Scope) -> Summary:
    cohort = gather(scope)
    days = list_days(session, scope, cohort)
    products, batches = list_products(session, cohort), list_batches(session, cohort)
    shops = {top.shop_id for top in (*products, *batches)}
    return Summary(
        scope=scope,
        answers=measure_answers(session, cohort, scope.now),
        now=count_now(session, scope.now, scope.shop_id),
        wrong=measure_wrong(session, scope),
        regrades=measure_regrades(session, cohort),
        alerts=list_open_alerts(session, scope.shop_id),
        days=days,
        money=sum_money(days),
        products=products,
        batches=batches,
        shops={shop_id: name_of_account(session, shop_id) for shop_id in shops},
    )
