"""Hands memory that was freed back to the system."""

from __future__ import annotations

import ctypes
from contextlib import suppress


def hand_back_freed_memory() -> None:
    """Asks the C library to give freed pages back; does nothing where it cannot (musl, macOS).

    The allocator keeps what was freed in between the blocks still used: after a forward pass over
    100 MB, on top of which a photo decoded in full would be held.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
