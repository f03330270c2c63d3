"""A picture with its labels, as it is composed and as it is learned from."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from model.layout import MAPS

IGNORE = 255
"""Label of a pixel that says nothing."""

UNKNOWN_SCENE = -1
ANY_FOOD = 4
"""Scene label of food whose kind is not known; 0 to 3 are `model.layout.SCENES`."""

NO_KIND = 255


@dataclass
class Canvas:
    """A picture being composed.

    Attributes:
        bgr: uint8 (height, width, 3).
        labels: uint8 (5, height, width) in the order of MAPS: 0, 1 or IGNORE.
        kinds: uint8 (height, width): index into `model.layout.KINDS`, or NO_KIND.
        things: uint8 (height, width): number of the pasted thing that a pixel shows, objects and
            controls alike; 0 where none was pasted.
        scene: 0 to 3, ANY_FOOD or UNKNOWN_SCENE.
        long_side_px: long side of the whole photo at this scale, of which this may be a crop.
        verdicts: what is known of the whole picture without knowing where: foreign, spoiled.
        pasted: kinds of the sprites pasted, controls included; for slices of the figures.
    """

    bgr: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    kinds: NDArray[np.uint8]
    things: NDArray[np.uint8]
    scene: int
    long_side_px: int
    verdicts: dict[str, bool] = field(default_factory=dict)
    pasted: list[str] = field(default_factory=list)

    def label(self, name: str) -> NDArray[np.uint8]:
        """Returns the writable label map of that name."""
        chosen: NDArray[np.uint8] = self.labels[MAPS.index(name)]
        return chosen

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width)."""
        return self.bgr.shape[0], self.bgr.shape[1]


def start_canvas(bgr: NDArray[np.uint8], scene: int, long_side_px: int) -> Canvas:
    """Returns a canvas with a clean picture: nothing spoiled, nothing foreign, the rest unknown."""
    labels = np.full((len(MAPS), *bgr.shape[:2]), IGNORE, np.uint8)
    kinds, things = (np.full(bgr.shape[:2], value, np.uint8) for value in (NO_KIND, 0))
    canvas = Canvas(bgr, labels, kinds, things, scene, long_side_px)
    for name in ("spoiled", "mould", "foreign"):
        canvas.label(name)[:] = 0
    return canvas
