"""Memory that photos took goes back to the system when they are done with."""

from __future__ import annotations

import ctypes

_M_MMAP_THRESHOLD = -3
"""The parameter of mallopt(3) that says from which size a block is mapped by itself."""
_LARGE_BYTES = 1024 * 1024


def return_large_blocks() -> None:
    """Has the C library give every large block back as soon as it is freed.

    By itself glibc raises that size to 32 MB once such blocks were freed, and then keeps the pixels
    of past photos for each thread: eight uploads at once left a worker at 700 MB. Child processes
    inherit the setting; a C library without it keeps its own ways.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
