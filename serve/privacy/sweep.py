"""Deleting what is in the photo store and belongs to nothing, such as what a crash has left."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from serve.claims.erasure import unneeded_photos
from serve.storage import lock_photos
from serve.times import utc_now

if TYPE_CHECKING:
    from serve.runtime import Runtime

log = logging.getLogger(__name__)

KEPT = timedelta(days=1)
"""So long after it was written a file is left alone: far longer than any upload lasts."""


def sweep_photos(runtime: Runtime) -> int:
    """Deletes older files that no claim and no order needs, unfinished ones too; returns how many.

    A claim that is being accepted with such a photo again either waits, and then stores it anew,
    or has its row first, and then the photo stays.
    """
    before, removed = utc_now() - KEPT, 0
    for names in runtime.photos.list_names():
        with runtime.transaction() as session:
            loose = unneeded_photos(session, set(names))
        for name in loose:
            if runtime.photos.is_older(name, before):
                removed += _remove(runtime, name)
    if removed:
        log.info("%d files that nothing needs deleted from the photo store", removed)
    return removed


def _remove(runtime: Runtime, name: str) -> bool:
    with runtime.transaction() as session:
        lock_photos(session, [name])
        return bool(unneeded_photos(session, {name})) and runtime.photos.remove(name)
