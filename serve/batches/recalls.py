"""Recalls: calling back a batch of a shop, once, and the list of its orders."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from model.errors import NotFound
from serve.accounts.service import Caller, name_of_account
from serve.alerts.service import Notice, raise_alert
from serve.batches.models import Recall
from serve.batches.watch import warn_shop
from serve.claims.batches import claims_of_orders, count_on_batch
from serve.claims.presentation import shown_status
from serve.ledger.service import Entry, append_event
from serve.orders.service import count_batch, read_batch
from serve.runtime import Runtime
from serve.spreadsheets import BYTE_ORDER_MARK, to_csv
from serve.times import to_iso, utc_now

if TYPE_CHECKING:
    from serve.claims.models import Claim
    from serve.jobs.queue import JobQueue
    from serve.orders.models import Order

RECALL = "recall"
COLUMNS = ("order_id", "customer_id", "product", "batch", "delivered_at", "price_fen", "claims")
_ROWS = 500


def start_recall(
    session: Session, jobs: JobQueue, claim: Claim, batch: str, reason: str, by: str
) -> tuple[Recall, bool]:
    """Starts the recall of a claim's batch with its ledger event and alert, and tells the shop.

    Returns:
        The recall of the batch, and whether it is new.
    """
    new_id = session.scalar(
        insert(Recall)
        .values(
            id=uuid.uuid4(),
            shop_id=claim.shop_id,
            batch=batch,
            reason=reason,
            claim_id=claim.id,
            started_by=by,
            started_at=utc_now(),
        )
        .on_conflict_do_nothing(index_elements=["shop_id", "batch"])
        .returning(Recall.id)
    )
    recall = session.scalars(_of_batch(claim.shop_id, batch)).one()
    if new_id is None:
        return recall, False
    details = {"recall_id": str(recall.id), "batch": batch, "reason": reason}
    append_event(session, Entry(claim.id, "recall_started", by, payload=details))
    subject = f"{claim.shop_id}:{batch}"
    raise_alert(session, Notice(RECALL, subject, details, claim.id, claim.shop_id))
    warn_shop(session, jobs, claim, RECALL, details)
    return recall, True


def find_recall(session: Session, shop_id: uuid.UUID, batch: str) -> Recall | None:
    """Returns the recall of a shop's batch, if there is one."""
    return session.scalars(_of_batch(shop_id, batch)).first()


def _of_batch(shop_id: uuid.UUID, batch: str) -> Select[Recall]:
    return select(Recall).where(Recall.shop_id == shop_id, Recall.batch == batch)


def load_recall(session: Session, caller: Caller, recall_id: uuid.UUID) -> Recall:
    """Returns a recall that the caller may see: the shop whose batch it is, or any agent.

    Raises:
        NotFound: there is no such recall for this caller.
    """
    recall = session.get(Recall, recall_id)
    if recall is None or (caller.role == "shop" and recall.shop_id != caller.account_id):
        raise NotFound(
            "A recall is shown to the shop whose batch it is and to agents",
            f"recall id {recall_id}",
            "GET /v1/recalls lists them",
            code="no_recall",
        )
    return recall


def list_recalls(
    session: Session, caller: Caller, *, limit: int, offset: int
) -> tuple[Sequence[Recall], int]:
    """Returns a page of the recalls that the caller may see, the latest first, and their count."""
    own = [Recall.shop_id == caller.account_id] if caller.role == "shop" else []
    page = select(Recall).where(*own).order_by(Recall.started_at.desc(), Recall.id)
    total = session.scalar(select(func.count()).select_from(Recall).where(*own))
    return session.scalars(page.limit(limit).offset(offset)).all(), int(total or 0)


def present_recall(session: Session, recall: Recall) -> dict[str, Any]:
    """Returns a recall as JSON values."""
    return {
        "id": str(recall.id),
        "shop_id": str(recall.shop_id),
        "shop": name_of_account(session, recall.shop_id),
        "batch": recall.batch,
        "reason": recall.reason,
        "claim_id": recall.claim_id and str(recall.claim_id),
        "started_by": recall.started_by,
        "started_at": to_iso(recall.started_at),
        "order_count": count_batch(session, recall.shop_id, recall.batch),
        "claim_count": count_on_batch(session, recall.shop_id, recall.batch),
        "list_url": f"/v1/recalls/{recall.id}.csv",
    }


def write_list(runtime: Runtime, recall: Recall, *, for_agent: bool) -> Iterator[str]:
    """Yields the CSV of all orders of the batch, some hundred rows in memory at a time."""
    yield BYTE_ORDER_MARK + to_csv([COLUMNS])
    last: Order | None = None
    while True:
        # No transaction waits for a slow reader. Orders are only ever added, so none is missed.
        with runtime.transaction() as session:
            orders = read_batch(session, recall.shop_id, recall.batch, later_than=last, limit=_ROWS)
            claims = claims_of_orders(session, [order.id for order in orders])
            text = to_csv([_row(order, claims.get(order.id, ()), for_agent) for order in orders])
        if not orders:
            return
        yield text
        last = orders[-1]


def _row(order: Order, claims: Sequence[Claim], for_agent: bool) -> list[str]:
    return [
        order.order_id,
        order.customer_id,
        order.product,
        order.batch or "",
        to_iso(order.delivered_at) or "",
        str(order.price_fen),
        "; ".join(f"{claim.reason}: {shown_status(claim, for_agent)}" for claim in claims),
    ]
