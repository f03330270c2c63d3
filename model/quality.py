"""Whether a photo can carry a decision at all: size, light, sharpness."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from model.photo import MIN_SIDE_PX, Photo

WORK_SIDE_PX = 448
LEAST_WORK_SIDE_PX = 32
"""A photo so narrow that less is left of it at the scale of scoring shows nothing."""
DARK_LEVEL = 65
"""Brightness that all but the brightest tenth of a dark photo stays under (0 to 255)."""
BRIGHT_SHARE = 0.75
"""Share of clipped pixels above which nothing can be seen; white plates clip up to half."""
SHARP_LEVEL = 3.2
"""Strength of the finest detail, in grey levels, below which edges are lost (see `_measure`)."""


def find_problems(photo: Photo) -> tuple[str, ...]:
    """Returns why a photo cannot be used: too_small, too_dark, too_bright, blurred; or nothing."""
    if min(photo.width_px, photo.height_px) < MIN_SIDE_PX:
        return ("too_small",)
    scale = min(1.0, WORK_SIDE_PX / max(photo.bgr.shape[:2]))
    height, width = (round(side * scale) for side in photo.bgr.shape[:2])
    if min(height, width) < LEAST_WORK_SIDE_PX:
        return ("too_small",)
    small = cv2.resize(photo.bgr, (width, height), interpolation=cv2.INTER_AREA)
    grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.uint8)
    if float(np.quantile(grey, 0.9)) < DARK_LEVEL:
        return ("too_dark",)
    if float((grey >= 253).mean()) > BRIGHT_SHARE:
        return ("too_bright",)
    return ("blurred",) if measure_sharpness(grey) < SHARP_LEVEL else ()


def measure_sharpness(grey: NDArray[np.uint8]) -> float:
    """Returns the detail of the sharpest parts of a picture, in grey levels.

    The picture is cut into 8 x 8 tiles; the tile at the 90th percentile speaks, so that a sharp
    dish before a blurred table counts as sharp. Detail is the deviation from a 5 x 5 blur.
    """
    fine = grey.astype(np.float32)
    fine -= cv2.GaussianBlur(fine, (5, 5), 1.2)
    rows, columns = grey.shape[0] // 8, grey.shape[1] // 8
    tiles = (
        cv2.resize(fine * fine, (8, 8), interpolation=cv2.INTER_AREA) if rows and columns else fine
    )
    return float(np.sqrt(np.quantile(tiles, 0.9)))
