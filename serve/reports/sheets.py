"""Spreadsheets: a row a day, and a row a claim, written as they are read."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, func, select, true, tuple_
from sqlalchemy.orm import Session

from serve.accounts.service import name_of_account
from serve.claims.facts import CLOCKS, missed_clocks, received_between, select_receipts
from serve.claims.progress import NEEDS_AGENT
from serve.database import Rows
from serve.ledger.refunds import refunds_by_claim
from serve.orders.facts import select_orders
from serve.reports.cohort import Scope, gather, latest_answer, verdict_of_round
from serve.reports.days import MONEY, Day
from serve.runtime import Runtime
from serve.spreadsheets import BYTE_ORDER_MARK, to_csv
from serve.times import utc_now

DAY_COLUMNS = (
    *("day", "received", "decided", "alone", *(f"{kind}_fen" for kind in MONEY)),
    *("total_fen", "order_value_fen"),
)
CLAIM_COLUMNS = (
    *("claim_id", "shop", "order_id", "product", "batch", "price_fen", "reason", "received_at"),
    *("status", "food_safety", "answered_at", "answer_s", "resolved_at", "resolution_s"),
    *("machine_severity", "pre_approved", "alone", "verdict", "severity", "appealed"),
    *("granted_fen", "score", "missed_clocks"),
)
_FIRST_HELD_BACK = CLAIM_COLUMNS.index("status") + 1
_ROWS = 500

_Place = tuple[datetime, uuid.UUID]


def write_days(days: Sequence[Day]) -> Iterator[str]:
    """Yields the CSV of a report's days."""
    yield BYTE_ORDER_MARK + to_csv([DAY_COLUMNS])
    for day in days:
        money = (*day.money_fen.values(), day.total_fen, day.order_value_fen)
        yield to_csv([(day.day.isoformat(), day.received, day.decided, day.alone, *money)])


def write_claims(runtime: Runtime, scope: Scope) -> Iterator[str]:
    """Yields the CSV of a report's claims in the order of their receipt, some hundred at a time."""
    yield BYTE_ORDER_MARK + to_csv([CLAIM_COLUMNS])
    place: _Place | None = None
    while True:
        # No transaction waits for a slow reader; what is held back is asked for anew every time.
        with runtime.transaction() as session:
            rows = _read(session, replace(scope, now=utc_now()), place)
            text = to_csv(_write(session, rows, scope.period.zone))
        if not rows:
            return
        yield text
        place = (rows[-1]["received_at"], rows[-1]["id"])


def _read(session: Session, scope: Scope, place: _Place | None) -> Sequence[RowMapping]:
    period = scope.period
    receipts = received_between(select_receipts(), period.since, period.until, scope.shop_id)
    columns = receipts.selected_columns
    key = tuple_(columns.received_at, columns.id)
    if place is not None:
        receipts = receipts.where(key > place)
    # Which ones first, so that facts are joined to those alone and not to all that come after.
    ids = [row.id for row in session.execute(receipts.order_by(*key).limit(_ROWS))]
    query = _select_claims(scope, ids)
    columns = query.selected_columns
    return session.execute(query.order_by(columns.received_at, columns.id)).mappings().all()


def _select_claims(scope: Scope, ids: Sequence[uuid.UUID]) -> Rows:
    cohort = gather(scope, ids)
    orders, answer = select_orders().subquery(), latest_answer(cohort)
    first, second = verdict_of_round(1), verdict_of_round(2)
    c, clocks = cohort.c, missed_clocks(cohort.c, scope.now)
    return (
        select(
            *(c.id, c.received_at, c.shop_id, c.reason, c.status, c.food_safety, c.held_back),
            *(c.answered_at, c.resolved_at, c.pre_approved, c.alone, c.appealed, c.score),
            *(orders.c.order_id, orders.c.product, orders.c.batch, orders.c.price_fen),
            answer.c.severity.label("machine_severity"),
            func.coalesce(second.c.decision, first.c.decision).label("verdict"),
            func.coalesce(second.c.severity, first.c.severity).label("severity"),
            *(missed.label(f"missed_{name}") for name, missed in clocks.items()),
        )
        .join(orders, orders.c.id == c.order_id)
        .outerjoin(answer, true())
        .outerjoin(first, first.c.claim_id == c.id)
        .outerjoin(second, second.c.claim_id == c.id)
    )


def _write(
    session: Session, rows: Sequence[RowMapping], zone: ZoneInfo
) -> Iterator[Sequence[object]]:
    refunds = refunds_by_claim(session, [row["id"] for row in rows])
    shops = {shop_id: name_of_account(session, shop_id) for shop_id in {r["shop_id"] for r in rows}}
    for row in rows:
        granted_fen = sum(refund.amount_fen for refund in refunds[row["id"]])
        yield _cells(row, shops[row["shop_id"]], granted_fen, zone)


def _cells(row: RowMapping, shop: str, granted_fen: int, zone: ZoneInfo) -> Sequence[object]:
    known = (
        *(str(row["id"]), shop, row["order_id"], row["product"], row["batch"], row["price_fen"]),
        *(row["reason"], _local(row["received_at"], zone)),
    )
    if row["held_back"]:
        blank = [None] * (len(CLAIM_COLUMNS) - _FIRST_HELD_BACK)
        return (*known, NEEDS_AGENT, *blank)
    received_at = row["received_at"]
    missed = "; ".join(clock for clock in CLOCKS if row[f"missed_{clock}"])
    return (
        *(*known, row["status"], int(row["food_safety"])),
        *(_local(row["answered_at"], zone), _seconds(row["answered_at"], received_at)),
        *(_local(row["resolved_at"], zone), _seconds(row["resolved_at"], received_at)),
        *(row["machine_severity"], int(row["pre_approved"]), int(row["alone"])),
        *(row["verdict"], row["severity"], int(row["appealed"])),
        *(granted_fen, row["score"], missed),
    )


def _local(moment: datetime | None, zone: ZoneInfo) -> str | None:
    """Writes a time as spreadsheets read it, by the zone whose days the report has."""
    return None if moment is None else f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def _seconds(moment: datetime | None, since: datetime) -> float | None:
    return None if moment is None else round((moment - since).total_seconds(), 3)
