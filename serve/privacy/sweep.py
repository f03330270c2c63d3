"""Deleting what is in the photo store and belongs to nothing, such as what a crash has left.

A store has one owner, the database whose files it keeps, and says so in a file of its own: to any
other database that is pointed at it, every photo in it would belong to nothing.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text

from model.errors import Conflict
from serve.alerts.service import Notice, close_alerts, raise_alert
from serve.claims.erasure import unneeded_photos
from serve.storage import lock_photos
from serve.times import utc_now

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from serve.runtime import Runtime

log = logging.getLogger(__name__)

KEPT = timedelta(days=1)
"""So long after it was written a file is left alone: far longer than any upload lasts."""

PHOTOS_NOT_SWEPT = "photos_not_swept"
"""The kind of alert that is open while the sweep refuses."""

FEW, FEW_SHARE = 20, 0.05
"""A crash leaves few files: more than both, the number and the share, are no leftovers."""

_SUBJECT = "photo store"

# Both change where a backup is restored elsewhere, which an id kept in a table would not.
_IDENTITY = """
SELECT system_identifier || '/' || oid
FROM pg_control_system(), pg_database WHERE datname = current_database()
"""


def sweep_photos(runtime: Runtime, *, many: bool = False) -> int:
    """Deletes older files that no claim and no order needs, unfinished ones too; returns how many.

    A claim that is being accepted with such a photo again either waits, and then stores it anew,
    or has its row first, and then the photo stays.

    Args:
        runtime: the parts to work with.
        many: whether an operator says that a large part of the store may go.

    Raises:
        Conflict: the store is another database's, or seems to be: nothing is deleted.
    """
    try:
        loose = _find_loose(runtime, many=many)
    except Conflict as error:
        with runtime.transaction() as session:
            details = {"reason": error.code, "found": error.received}
            raise_alert(session, Notice(PHOTOS_NOT_SWEPT, _SUBJECT, details))
        raise
    removed = sum(_remove(runtime, name) for name in loose)
    with runtime.transaction() as session:
        close_alerts(session, PHOTOS_NOT_SWEPT, _SUBJECT, "service")
    if removed:
        log.info("%d files that nothing needs deleted from the photo store", removed)
    return removed


def sweep_if_safe(runtime: Runtime) -> None:
    """Sweeps as every night; where it refuses, the log and an alert say so."""
    try:
        sweep_photos(runtime)
    except Conflict as error:
        log.error("the photo store is not swept: %s [%s]", error, error.code)


def take_over(runtime: Runtime) -> None:
    """Makes this database the owner of its photo store, because an operator says so."""
    with runtime.transaction() as session:
        us = _identify(session)
    runtime.photos.write_owner(us)


def count_loose(runtime: Runtime) -> tuple[int, int]:
    """Returns how many files a sweep would delete, and of how many."""
    total, unknown = _compare(runtime)
    return len(_older(runtime, unknown)), total


def _find_loose(runtime: Runtime, *, many: bool) -> list[str]:
    with runtime.transaction() as session:
        us = _identify(session)
    owner = runtime.photos.read_owner()
    if owner not in (None, us):
        raise _refuse(f"a store of the database {owner}, where this is {us}", "foreign_photo_store")
    total, unknown = _compare(runtime)
    if owner is None:
        if unknown:
            received = f"a store of nobody with {len(unknown)} of {total} files unknown here"
            raise _refuse(received, "unknown_photo_store")
        runtime.photos.write_owner(us)
    loose = _older(runtime, unknown)
    if len(loose) > max(FEW, FEW_SHARE * total) and not many:
        raise Conflict(
            f"What nobody needs is at most {FEW} files or {FEW_SHARE:.0%} of the photo store",
            f"{len(loose)} of {total} files",
            "Check that this database is whole; then python -m serve sweep --many",
            code="many_loose_photos",
        )
    return loose


def _compare(runtime: Runtime) -> tuple[int, list[str]]:
    """Returns how many files there are, and those that no row needs."""
    total, unknown = 0, list[str]()
    for names in runtime.photos.list_names():
        with runtime.transaction() as session:
            unknown += unneeded_photos(session, set(names))
        total += len(names)
    return total, unknown


def _older(runtime: Runtime, names: list[str]) -> list[str]:
    before = utc_now() - KEPT
    return [name for name in names if runtime.photos.is_older(name, before)]


def _remove(runtime: Runtime, name: str) -> bool:
    with runtime.transaction() as session:
        lock_photos(session, [name])
        return bool(unneeded_photos(session, {name})) and runtime.photos.remove(name)


def _identify(session: Session) -> str:
    return str(session.scalar(text(_IDENTITY)))


def _refuse(received: str, code: str) -> Conflict:
    return Conflict(
        "A photo store is swept by the one database that it belongs to",
        received,
        "Check FRESHCLAIM_STORAGE_URL; if the store is this database's alone,"
        " python -m serve sweep --take-over",
        code=code,
    )
