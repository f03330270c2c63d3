"""Erasing what a claim holds of a person; money, decisions and the ledger stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, exists, func, select, update
from sqlalchemy.orm import Session

from serve.agents.erasure import erase_holds, select_pending
from serve.alerts.erasure import erase_words
from serve.batches.recalled import recalled_batches
from serve.claims.models import Claim, ClaimPhoto, Feedback, IdempotencyRecord
from serve.claims.progress import CLOSED
from serve.ledger.refunds import select_owing
from serve.orders.erasure import (
    OrderScope,
    count_named,
    erase_customers,
    erase_settled,
    packing_photos_among,
    settled_orders,
)
from serve.times import utc_now
from serve.webhooks.erasure import erase_messages

ERASED = "erased"
"""Stands in place of what was erased."""


@dataclass(frozen=True)
class Scope:
    """What to erase: claims and orders of a customer, those from before a time, or both.

    Attributes:
        shop_id: the customer's shop; None for any.
        customer_id: as the shop names the customer; None for any.
        before: only claims received, and orders registered, before.
        link_days: how long a customer can come back to a claim and appeal.
    """

    shop_id: UUID | None = None
    customer_id: str | None = None
    before: datetime | None = None
    link_days: int = 30

    @property
    def orders(self) -> OrderScope:
        """The same of orders."""
        return OrderScope(ERASED, self.shop_id, self.customer_id, self.before)


def find_erasable(session: Session, scope: Scope, limit: int) -> Sequence[Claim]:
    """Locks and returns claims of the scope that nobody needs any more, oldest first.

    A claim is needed while it is open or owes money, while its customer can appeal, and where its
    batch was recalled. One that waits for a photo has been given up once its link has run out.
    """
    return session.scalars(
        select(Claim)
        .where(*_within(scope), *_done(scope))
        .order_by(Claim.received_at, Claim.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def count_needed(session: Session, scope: Scope) -> int:
    """Returns how many claims of the scope cannot be erased yet."""
    erasable = select(Claim.id).where(*_within(scope), *_done(scope))
    query = select(func.count()).where(*_within(scope), Claim.id.not_in(erasable))
    return session.scalar(query) or 0


def erase_claims(session: Session, claims: Sequence[Claim]) -> tuple[set[str], int]:
    """Erases what claims hold of their customers, in the caller's transaction.

    Hashes of photos stay, so that one that is sent again is still known.

    Returns:
        Hashes of their photos, and how many orders no longer name their customer.
    """
    now = utc_now()
    for claim in claims:
        claim.customer_id = claim.description = ERASED
        claim.appeal = ERASED if claim.appeal is not None else None
        claim.salt = None
        claim.erased_at = now
        for photo in claim.photos:
            photo.name = ERASED
            photo.embedding = photo.embedding_model = photo.taken_at = None
    ids = [claim.id for claim in claims]
    erase_messages(session, [str(key) for key in ids], ERASED)
    session.execute(
        update(Feedback)
        .where(Feedback.claim_id.in_(ids), Feedback.comment != "")
        .values(comment=ERASED)
    )
    # Answers that were kept for repeated requests hold the texts too.
    session.execute(delete(IdempotencyRecord).where(IdempotencyRecord.claim_id.in_(ids)))
    erase_holds(session, ids)
    erase_words(session, ids)
    session.flush()
    # An order may have another claim, which is needed.
    order_ids = {claim.order_id for claim in claims}
    orders = erase_customers(session, order_ids, _needed_orders(), ERASED)
    return {photo.sha256 for claim in claims for photo in claim.photos}, orders


def erase_orders(session: Session, scope: Scope, limit: int) -> int:
    """Erases the customer of orders that nobody needs any more; returns of how many.

    That is, also of those that no claim was ever made on.
    """
    settled = settled_orders(_link_end(scope), recalled_batches())
    return erase_settled(session, scope.orders, settled, _needed_orders(), limit)


def count_orders_needed(session: Session, scope: Scope) -> int:
    """Returns how many orders of the scope still name their customer."""
    return count_named(session, scope.orders)


def unneeded_photos(session: Session, hashes: set[str]) -> list[str]:
    """Returns those of the photos whose bytes no claim and no order needs."""
    used = select(ClaimPhoto.sha256).where(
        ClaimPhoto.sha256.in_(hashes),
        exists().where(Claim.id == ClaimPhoto.claim_id, Claim.erased_at.is_(None)),
    )
    needed = set(session.scalars(used)) | packing_photos_among(session, hashes)
    return sorted(hashes - needed)


def _within(scope: Scope) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Claim.erased_at.is_(None)]
    if scope.shop_id is not None:
        conditions.append(Claim.shop_id == scope.shop_id)
    if scope.customer_id is not None:
        conditions.append(Claim.customer_id == scope.customer_id)
    if scope.before is not None:
        conditions.append(Claim.received_at < scope.before)
    return conditions


def _done(scope: Scope) -> list[ColumnElement[bool]]:
    return [
        Claim.status.in_((CLOSED, "needs_photo")),
        Claim.agent_due_at.is_(None),
        Claim.id.not_in(select_owing()),
        Claim.id.not_in(select_pending()),
        Claim.order_id.in_(settled_orders(_link_end(scope), recalled_batches())),
    ]


def _link_end(scope: Scope) -> datetime:
    """Links of orders registered before have run out."""
    return utc_now() - timedelta(days=scope.link_days)


def _needed_orders() -> Select[UUID]:
    return select(Claim.order_id).where(Claim.erased_at.is_(None))
