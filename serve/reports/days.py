"""Claims and money, day by day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Subquery, func, select
from sqlalchemy.orm import Session

from serve.claims.facts import select_held_back
from serve.database import Rows
from serve.ledger.facts import select_refunds
from serve.orders.facts import select_orders
from serve.reports.answers import share_of
from serve.reports.cohort import Scope, day_of

NAME_OF_KIND = {"decision": "pre_approval", "verdict": "verdict", "appeal": "appeal"}
"""What a report calls that which grants money: an agent decides too."""

MONEY = tuple(NAME_OF_KIND.values())


@dataclass
class Day:
    """One day: what came in, and what was granted.

    Attributes:
        day: by the zone of the report.
        received: claims of that day.
        decided: those of them that machine or agent have answered by now.
        alone: those which the machine has answered alone.
        order_value_fen: price of all orders registered on that day.
        money_fen: instructed to be paid on that day, by kind, whenever the claim came in.
    """

    day: date
    received: int = 0
    decided: int = 0
    alone: int = 0
    order_value_fen: int = 0
    money_fen: dict[str, int] = field(default_factory=lambda: dict.fromkeys(MONEY, 0))

    @property
    def total_fen(self) -> int:
        return sum(self.money_fen.values())


@dataclass(frozen=True)
class Money:
    """The money of a period."""

    total_fen: int
    by_kind_fen: dict[str, int]
    order_value_fen: int

    @property
    def share(self) -> float | None:
        """Of the value of all orders registered in the period."""
        return share_of(self.total_fen, self.order_value_fen)


def list_days(session: Session, scope: Scope, cohort: Subquery) -> list[Day]:
    """Returns every day of a report."""
    days = [Day(day) for day in scope.period.days]
    c = cohort.c
    answered = func.count(c.id).filter(c.shown, c.decided | c.judged)
    alone = func.count(c.id).filter(c.shown, c.alone)
    number = day_of(c.received_at, scope.period)
    claims = select(number, func.count(c.id), answered, alone).group_by(number)
    for index, received, decided, by_machine in session.execute(claims):
        day = days[index]
        day.received, day.decided, day.alone = received, decided, by_machine
    for index, kind, amount_fen in session.execute(_group_refunds(scope)):
        days[index].money_fen[NAME_OF_KIND[kind]] = int(amount_fen)
    for index, value_fen in session.execute(_group_orders(scope)):
        days[index].order_value_fen = int(value_fen)
    return days


def sum_money(days: list[Day]) -> Money:
    """Adds up the money of days."""
    by_kind = {kind: sum(day.money_fen[kind] for day in days) for kind in MONEY}
    value_fen = sum(day.order_value_fen for day in days)
    return Money(sum(by_kind.values()), by_kind, value_fen)


def _group_refunds(scope: Scope) -> Rows:
    refunds = select_refunds().subquery()
    c, period = refunds.c, scope.period
    number = day_of(c.at, period)
    query = (
        select(number, c.kind, func.sum(c.amount_fen))
        .where(c.at >= period.since, c.at < period.until)
        # What a blind case got would tell the agent who has yet to judge it.
        .where(c.claim_id.not_in(select_held_back()))
        .group_by(number, c.kind)
    )
    if scope.shop_id is not None:
        orders = select_orders().subquery()
        query = query.join(orders, orders.c.id == c.order_id)
        query = query.where(orders.c.shop_id == scope.shop_id)
    return query


def _group_orders(scope: Scope) -> Rows:
    orders = select_orders().subquery()
    c, period = orders.c, scope.period
    number = day_of(c.at, period)
    query = select(number, func.sum(c.price_fen)).where(c.at >= period.since, c.at < period.until)
    if scope.shop_id is not None:
        query = query.where(c.shop_id == scope.shop_id)
    return query.group_by(number)
