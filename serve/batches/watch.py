"""Watches what claims say of a batch: one case of food safety, or several claims in short time.

Both are told, to agents and to the shop, in the transaction that decides the claim, after its
ledger event.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from serve.alerts.service import Notice, raise_alert
from serve.claims.batches import count_problems
from serve.orders.service import get_order
from serve.times import utc_now
from serve.webhooks.service import FOOD_SAFETY_RAISED, enqueue_message

if TYPE_CHECKING:
    from serve.claims.models import Claim
    from serve.jobs.queue import JobQueue
    from serve.policy.table import Batches

FOOD_SAFETY_CASE, BATCH_CLUSTER = "food_safety", "batch_cluster"


def watch_decided(
    session: Session,
    jobs: JobQueue,
    claim: Claim,
    rules: Batches | None,
    harmful: Sequence[str],
) -> None:
    """Tells of what a decision says of a person's safety and of the batch.

    Args:
        session: whose transaction it is.
        jobs: where the jobs of the shop's messages go.
        claim: the claim that was decided.
        rules: of its policy; None where that knows none.
        harmful: codes of the decision's reasons where it is one of food safety, else empty.
    """
    if harmful:
        watch_food_safety(session, jobs, claim, harmful)
    watch_batch(session, jobs, claim, rules)


def watch_food_safety(session: Session, jobs: JobQueue, claim: Claim, codes: Sequence[str]) -> None:
    """Tells of a claim that concerns a person's safety: why it does, and its batch.

    What a customer wrote is read on the claim, and nowhere else: alerts and logs are not erased.
    """
    details = {"reasons": list(codes), "batch": claim.batch}
    notice = Notice(FOOD_SAFETY_CASE, str(claim.id), details, claim.id, claim.shop_id)
    if raise_alert(session, notice):
        warn_shop(session, jobs, claim, FOOD_SAFETY_CASE, {"reasons": list(codes)})


def watch_batch(session: Session, jobs: JobQueue, claim: Claim, rules: Batches | None) -> None:
    """Tells of a batch of which as many orders have claims about the food as the policy names."""
    if claim.batch is None or rules is None:
        return
    since = utc_now() - timedelta(seconds=rules.window_s)
    counted = count_problems(session, claim, since)
    if counted is None or counted["orders"] < rules.alert_orders:
        return
    details = {"batch": claim.batch, **counted}
    subject = f"{claim.shop_id}:{claim.batch}"
    if raise_alert(session, Notice(BATCH_CLUSTER, subject, details, shop_id=claim.shop_id)):
        counts = {key: details[key] for key in ("claims", "orders", "food_safety", "reasons")}
        warn_shop(session, jobs, claim, BATCH_CLUSTER, counts)


def warn_shop(
    session: Session, jobs: JobQueue, claim: Claim, cause: str, details: dict[str, Any]
) -> None:
    """Tells the shop by webhook of what concerns the safety of its food, once a claim and cause."""
    data = {
        "cause": cause,
        "claim_id": str(claim.id),
        "order_id": get_order(session, claim.order_id).order_id,
        "batch": claim.batch,
        **details,
    }
    subject = f"{FOOD_SAFETY_RAISED}:{cause}:{claim.id}"
    enqueue_message(session, jobs, claim.shop_id, FOOD_SAFETY_RAISED, subject, data)
