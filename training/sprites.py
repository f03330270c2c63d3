"""A thing that can be pasted onto a photo: colour, coverage, and what it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

KINDS = ("insect", "hair", "plastic", "metal", "glass", "paper", "stone", "other")
"""Kinds of foreign object, in the order of the network's kind channels."""

FOOD = "food"
"""The kind of a control sprite: pasted the same way, and no foreign object."""


UNNAMED = "unnamed"
"""A foreign object that teaches where it lies, not what it is: a piece of some photo."""


@dataclass(frozen=True)
class Sprite:
    """A cut-out object.

    Attributes:
        bgra: uint8 array (height, width, 4); straight alpha, 255 where the object is opaque.
        kind: one of KINDS, UNNAMED, or FOOD for a control.
        group: what the cutout shows; sprites of one group stay on one side of every split.
    """

    bgra: NDArray[np.uint8]
    kind: str
    group: str
