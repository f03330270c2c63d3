"""Claims by the batch that they are about."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from serve.claims.models import Claim

_COUNT_UP_TO, _NAMED = 1000, 100
_BY_OTHER_THINGS = ("delivery", "other")


def count_others(session: Session, claim: Claim) -> int:
    """Returns how many other claims there are on the claim's batch; counts no further than 1000."""
    if claim.batch is None:
        return 0
    others = select(Claim.id).where(
        Claim.shop_id == claim.shop_id, Claim.batch == claim.batch, Claim.id != claim.id
    )
    counted = select(func.count()).select_from(others.limit(_COUNT_UP_TO).subquery())
    return int(session.scalar(counted) or 0)


def count_on_batch(session: Session, shop_id: uuid.UUID, batch: str) -> int:
    """Returns how many claims there are on a batch of a shop."""
    query = select(func.count()).where(Claim.shop_id == shop_id, Claim.batch == batch)
    return int(session.scalar(query) or 0)


def claims_of_orders(
    session: Session, order_pks: Sequence[uuid.UUID]
) -> dict[uuid.UUID, list[Claim]]:
    """Returns the claims on each of these orders, oldest first."""
    query = select(Claim).where(Claim.order_id.in_(order_pks))
    found: dict[uuid.UUID, list[Claim]] = defaultdict(list)
    for claim in session.scalars(query.order_by(Claim.received_at, Claim.id)):
        found[claim.order_id].append(claim)
    return found


def count_problems(session: Session, claim: Claim, since: datetime) -> dict[str, Any] | None:
    """Counts what claims since then say of the food itself, on the claim's batch.

    Returns:
        claims, orders, food_safety, reasons (by reason) and claim_ids of the latest; None where
        the claim is not one of them.
    """
    conditions = (
        Claim.shop_id == claim.shop_id,
        Claim.batch == claim.batch,
        Claim.received_at > since,
        or_(Claim.reason.not_in(_BY_OTHER_THINGS), Claim.food_safety),
    )
    session.flush()
    if session.scalar(select(Claim.id).where(Claim.id == claim.id, *conditions)) is None:
        return None
    safety = func.count().filter(Claim.food_safety)
    claims, orders, food_safety = session.execute(
        select(func.count(), func.count(Claim.order_id.distinct()), safety).where(*conditions)
    ).one()
    reasons = select(Claim.reason, func.count()).where(*conditions).group_by(Claim.reason)
    latest = select(Claim.id).where(*conditions).order_by(Claim.received_at.desc(), Claim.id)
    return {
        "claims": claims,
        "orders": orders,
        "food_safety": food_safety,
        "reasons": dict(session.execute(reasons).all()),
        "claim_ids": [str(key) for key in session.scalars(latest.limit(_NAMED))],
    }
