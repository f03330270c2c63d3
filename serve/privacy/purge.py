"""Erasing old claims and orders, and all that can be erased of one customer."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from serve.accounts.sign_ins import delete_expired
from serve.accounts.throttle import delete_forgotten
from serve.claims.erasure import (
    Scope,
    count_needed,
    count_orders_needed,
    erase_claims,
    erase_orders,
    find_erasable,
    unneeded_photos,
)
from serve.ledger.service import Entry, append_event
from serve.privacy.sweep import sweep_if_safe
from serve.storage import lock_photos
from serve.times import utc_now

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from serve.runtime import Runtime

log = logging.getLogger(__name__)

_BATCH, _ORDERS = 100, 500


@dataclass(frozen=True)
class Purged:
    """What was erased, or would be.

    Attributes:
        claims: claims without personal data from now on.
        photos: photos whose bytes are deleted.
        needed: claims of the same scope that cannot be erased yet.
        orders: orders that do not name their customer from now on, with and without a claim.
        orders_needed: orders of the same scope that still name their customer.
    """

    claims: int = 0
    photos: int = 0
    needed: int = 0
    orders: int = 0
    orders_needed: int = 0


def purge_old(
    runtime: Runtime, older_than_days: int, actor: str, *, dry_run: bool = False
) -> Purged:
    """Erases claims and orders from more than so many days ago that nobody needs any more."""
    before = utc_now() - timedelta(days=older_than_days)
    scope = Scope(before=before, link_days=runtime.settings.claim_link_days)
    return _purge(runtime, scope, actor, dry_run)


def purge_customer(
    runtime: Runtime,
    shop_id: UUID,
    customer_id: str,
    actor: str,
    *,
    older_than_days: int = 0,
    dry_run: bool = False,
) -> Purged:
    """Erases the claims and orders of a shop's customer, but for those that are still needed."""
    scope = Scope(
        shop_id=shop_id,
        customer_id=customer_id,
        before=utc_now() - timedelta(days=older_than_days) if older_than_days else None,
        link_days=runtime.settings.claim_link_days,
    )
    return _purge(runtime, scope, actor, dry_run)


def clean_up(runtime: Runtime) -> None:
    """Does what is due every night: erases by age where a retention is set, and sweeps up."""
    if runtime.settings.retention_days:
        purge_old(runtime, runtime.settings.retention_days, "service")
    with runtime.transaction() as session:
        delete_expired(session)
        delete_forgotten(session)
    sweep_if_safe(runtime)


def _purge(runtime: Runtime, scope: Scope, actor: str, dry_run: bool) -> Purged:
    if dry_run:
        return _rehearse(runtime, scope)
    done = Purged()
    while (batch := _purge_batch(runtime, scope, actor)).claims:
        done = replace(
            done,
            claims=done.claims + batch.claims,
            photos=done.photos + batch.photos,
            orders=done.orders + batch.orders,
        )
    while orders := _purge_orders(runtime, scope):
        done = replace(done, orders=done.orders + orders)
    with runtime.transaction() as session:
        done = _add_needed(session, scope, done)
    if done.claims or done.orders:
        log.info("%d claims, %d photos, %d orders erased", done.claims, done.photos, done.orders)
    return done


def _rehearse(runtime: Runtime, scope: Scope) -> Purged:
    """Does it all in the same batches and takes it back, but for the photos' bytes."""
    with runtime.sessions() as session, session.begin() as transaction:
        done = Purged()
        while claims := find_erasable(session, scope, limit=_BATCH):
            hashes, orders = erase_claims(session, claims)
            done = replace(
                done,
                claims=done.claims + len(claims),
                photos=done.photos + len(unneeded_photos(session, hashes)),
                orders=done.orders + orders,
            )
            session.expunge_all()
        while more := erase_orders(session, scope, _ORDERS):
            done = replace(done, orders=done.orders + more)
        done = _add_needed(session, scope, done)
        transaction.rollback()
        return done


def _add_needed(session: Session, scope: Scope, done: Purged) -> Purged:
    return replace(
        done,
        needed=count_needed(session, scope),
        orders_needed=count_orders_needed(session, scope),
    )


def _purge_orders(runtime: Runtime, scope: Scope) -> int:
    with runtime.transaction() as session:
        return erase_orders(session, scope, _ORDERS)


def _purge_batch(runtime: Runtime, scope: Scope, actor: str) -> Purged:
    """Erases some claims, rows and bytes.

    The bytes go before the rows are committed: a crash in between leaves claims that are found
    and erased again, where the other order would leave photos that nothing names. A claim that is
    being accepted with the same photo waits until then, and stores it anew.
    """
    with runtime.transaction() as session:
        claims = find_erasable(session, scope, limit=_BATCH)
        hashes, orders = erase_claims(session, claims)
        lock_photos(session, hashes)
        unneeded = unneeded_photos(session, hashes)
        photos = sum(runtime.photos.remove(sha256) for sha256 in unneeded)
        for claim in claims:
            append_event(session, Entry(claim.id, "erased", actor))
        return Purged(len(claims), photos, orders=orders)
