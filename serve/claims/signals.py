"""Facts about a claim's photos and its customer that an agent should know. None proves anything.

Metadata is lost on many honest ways, and clocks go wrong: a signal is a reason to look, never one
to decline, and what is absent is never held against anybody.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from serve.claims.models import Claim, ClaimPhoto

if TYPE_CHECKING:
    from serve.orders.models import Order

_TOLERANCE = timedelta(minutes=15)
"""How far a camera's clock and the courier's may be apart."""
_LONG_AFTER = timedelta(hours=24)
"""Chilled meals are made to be eaten on the day they come."""
_ZONE = timedelta(hours=8)
"""Of a camera that states none, and of what is shown: all of China keeps one time."""
_SEVERAL, _WITHIN_DAYS = 3, 7
_NAMED = 20

_TEXTS = {
    "photo_in_other_claim": (
        "{count} 张照片也出现在其他订单的申请中",
        "{count} photo(s) also came with a claim on another order",
    ),
    "taken_before_delivery": (
        "{count} 张照片标注的拍摄时间早于送达（{time}）",
        "{count} photo(s) state a time before the delivery ({time}, Beijing time)",
    ),
    "taken_long_after_delivery": (
        "{count} 张照片标注的拍摄时间在送达 24 小时之后（{time}）",
        "{count} photo(s) state a time more than 24 hours after the delivery "
        "({time}, Beijing time)",
    ),
    "no_capture_time": (
        "{count} 张照片没有拍摄时间：许多应用会去掉它，不说明任何问题",
        "{count} photo(s) state no capture time: many apps remove it, and it means nothing",
    ),
    "several_claims": (
        "该顾客 7 天内共有 {count} 笔申请",
        "{count} claims of this customer within 7 days",
    ),
}

Signal = dict[str, Any]


def list_signals(session: Session, claim: Claim, order: Order) -> list[Signal]:
    """Returns the signals of a claim as code, zh, en, and ids of the other claims concerned."""
    if claim.erased_at is not None:
        return []
    return [
        *_find_reused(session, claim),
        *_compare_times([photo.taken_at for photo in claim.photos], order),
        *_find_several(session, claim),
    ]


def _find_reused(session: Session, claim: Claim) -> Iterator[Signal]:
    query = (
        select(ClaimPhoto.sha256, ClaimPhoto.claim_id)
        .join(Claim, Claim.id == ClaimPhoto.claim_id)
        .where(
            ClaimPhoto.sha256.in_([photo.sha256 for photo in claim.photos]),
            Claim.order_id != claim.order_id,
        )
        .order_by(Claim.received_at.desc(), Claim.id)
    )
    found = session.execute(query).all()
    if found:
        count = len({sha256 for sha256, _ in found})
        yield _tell("photo_in_other_claim", [key for _, key in found], count=count)


def _compare_times(taken: Sequence[datetime | None], order: Order) -> Iterator[Signal]:
    times = [moment for moment in taken if moment is not None]
    if order.delivered_at is not None:
        delivered = order.delivered_at
        before = [moment for moment in times if moment < delivered - _TOLERANCE]
        after = [moment for moment in times if moment > delivered + _LONG_AFTER]
        if before:
            yield _tell("taken_before_delivery", count=len(before), time=_show(min(before)))
        if after:
            yield _tell("taken_long_after_delivery", count=len(after), time=_show(max(after)))
    if len(times) < len(taken):
        yield _tell("no_capture_time", count=len(taken) - len(times))


def _find_several(session: Session, claim: Claim) -> Iterator[Signal]:
    window = timedelta(days=_WITHIN_DAYS)
    query = select(Claim.id).where(
        Claim.shop_id == claim.shop_id,
        Claim.customer_id == claim.customer_id,
        Claim.erased_at.is_(None),
        Claim.received_at.between(claim.received_at - window, claim.received_at),
        Claim.id != claim.id,
    )
    others = session.scalars(query.order_by(Claim.received_at.desc(), Claim.id)).all()
    if len(others) + 1 >= _SEVERAL:
        yield _tell("several_claims", others, count=len(others) + 1)


def _show(moment: datetime) -> str:
    return f"{moment.astimezone(timezone(_ZONE)):%Y-%m-%d %H:%M}"


def _tell(code: str, claims: Sequence[uuid.UUID] = (), **values: object) -> Signal:
    zh, en = _TEXTS[code]
    named = list(dict.fromkeys(map(str, claims)))[:_NAMED]
    return {"code": code, "zh": zh.format(**values), "en": en.format(**values), "claims": named}
