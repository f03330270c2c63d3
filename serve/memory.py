"""Memory that photos took is used again by the next ones, whichever thread sees them."""

from __future__ import annotations

import ctypes

_M_ARENA_MAX = -8
"""The parameter of mallopt(3) that says how many heaps threads spread over."""


def share_one_heap() -> None:
    """Has all threads of the C library share one heap.

    By itself glibc gives each of them a heap of its own, which keeps what a forward pass and past
    photos took: eight uploads at once left a worker at 700 MB. Photos are scored one at a time, so
    that the threads hardly wait for each other. Child processes inherit the setting; a C library
    without it keeps its own ways.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)
