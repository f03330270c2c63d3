"""Erasing old claims, and all that can be erased of one customer."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from serve.accounts.sign_ins import delete_expired
from serve.accounts.throttle import delete_forgotten
from serve.claims.erasure import Scope, count_needed, erase_claims, erase_orders, find_erasable
from serve.ledger.service import Entry, append_event
from serve.times import utc_now

if TYPE_CHECKING:
    from serve.runtime import Runtime

log = logging.getLogger(__name__)

_BATCH, _ALL = 100, 1_000_000_000


@dataclass(frozen=True)
class Purged:
    """What was erased, or would be.

    Attributes:
        claims: claims without personal data from now on.
        photos: photos whose bytes are deleted.
        needed: claims of the same scope that cannot be erased yet.
    """

    claims: int = 0
    photos: int = 0
    needed: int = 0


def purge_old(
    runtime: Runtime, older_than_days: int, actor: str, *, dry_run: bool = False
) -> Purged:
    """Erases claims that came in more than so many days ago and that nobody needs any more."""
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
    """Erases the claims of a shop's customer, but for those that are still needed."""
    scope = Scope(
        shop_id=shop_id,
        customer_id=customer_id,
        before=utc_now() - timedelta(days=older_than_days) if older_than_days else None,
        link_days=runtime.settings.claim_link_days,
    )
    return _purge(runtime, scope, actor, dry_run)


def clean_up(runtime: Runtime) -> None:
    """Does what is due every night: erases by age where a retention is set, forgets logins."""
    if runtime.settings.retention_days:
        purge_old(runtime, runtime.settings.retention_days, "service")
    with runtime.transaction() as session:
        delete_expired(session)
        delete_forgotten(session)


def _purge(runtime: Runtime, scope: Scope, actor: str, dry_run: bool) -> Purged:
    done = Purged()
    while (batch := _purge_batch(runtime, scope, actor, dry_run)).claims:
        done = Purged(done.claims + batch.claims, done.photos + batch.photos)
        if dry_run:
            break
    with runtime.transaction() as session:
        if not dry_run:
            erase_orders(session, scope)
        done = replace(done, needed=count_needed(session, scope))
    if done.claims and not dry_run:
        log.info("%d claims and %d photos erased", done.claims, done.photos)
    return done


def _purge_batch(runtime: Runtime, scope: Scope, actor: str, dry_run: bool) -> Purged:
    """Erases some claims, rows and bytes.

    The bytes go before the rows are committed: a crash in between leaves claims that are found
    and erased again, where the other order would leave photos that nothing names.
    """
    with runtime.sessions() as session, session.begin() as transaction:
        claims = find_erasable(session, scope, limit=_ALL if dry_run else _BATCH)
        if not claims:
            return Purged()
        unneeded = erase_claims(session, claims)
        if dry_run:
            transaction.rollback()
            return Purged(len(claims), len(unneeded))
        photos = sum(runtime.photos.remove(sha256) for sha256 in unneeded)
        for claim in claims:
            append_event(session, Entry(claim.id, "erased", actor))
        return Purged(len(claims), photos)
