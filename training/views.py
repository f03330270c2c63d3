"""Views of a photo at the scale of inference: crops of it, or the whole of it made small."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from model.layout import LONG_SIDE_PX
from training.scene import IGNORE

PAD_GREY = 127
"""The network's mean: padding reads as 0, as it does at inference."""

_WHOLE_SHARE = 0.2
"""Share of views that show the whole photo, for the scene head and for large defects."""

_LEAST_SCALE, _MOST_SCALE = 0.7, 1.8
"""Scales of a crop against that of the first view; the second view has 1.7 of it."""


def choose_view(
    rng: np.random.Generator, shape: tuple[int, int], side_px: int
) -> tuple[NDArray[np.float64], int, tuple[int, int, int, int]]:
    """Chooses scale, place and mirror of a square view.

    Args:
        rng: source of randomness.
        shape: (height, width) of the photo.
        side_px: side of the view.

    Returns:
        Affine matrix photo -> view; long side of the whole photo at the view's scale; the part of
        the view that the photo covers as x0, y0, x1, y1.
    """
    height, width = shape
    if rng.random() < _WHOLE_SHARE:
        long_side = side_px
    else:
        least = max(side_px, _LEAST_SCALE * LONG_SIDE_PX)
        long_side = int(np.exp(rng.uniform(np.log(least), np.log(LONG_SIDE_PX * _MOST_SCALE))))
    scale = long_side / max(height, width)
    covered = np.array([width, height]) * scale
    room = covered - side_px
    offset = np.where(room > 0, rng.uniform(0, 1, 2) * np.maximum(room, 0), 0.0)
    matrix = np.array([[scale, 0, -offset[0]], [0, scale, -offset[1]]])
    x1, y1 = np.minimum(np.round(covered - offset), side_px).astype(int)
    return matrix, long_side, (0, 0, int(x1), int(y1))


def take_view(
    picture: NDArray[np.uint8],
    matrix: NDArray[np.float64],
    side_px: int,
    covered: tuple[int, int, int, int],
    *,
    labels: bool = False,
) -> NDArray[np.uint8]:
    """Cuts the view out of a photo (padded grey) or of a label map (padded IGNORE)."""
    scale = matrix[0, 0]
    if not labels and scale < 0.7:
        picture = np.asarray(
            cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
        )
        matrix = matrix / np.array([[scale, 1, 1], [1, scale, 1]])
    view = cv2.warpAffine(
        picture,
        matrix,
        (side_px, side_px),
        flags=cv2.INTER_NEAREST if labels else cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    x0, y0, x1, y1 = covered
    padded = np.full_like(view, IGNORE if labels else PAD_GREY)
    padded[y0:y1, x0:x1] = view[y0:y1, x0:x1]
    return np.asarray(padded, np.uint8)
