"""One case as a picture for the report: the photo with the truth, and what the network said."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

_SIDE_PX = 320
"""Long side of each of the two pictures."""
_TRUTH, _BOX = (80, 220, 60), (255, 255, 255)
"""Green for the outline of what is there, white for boxes; BGR."""

Box = tuple[int, int, int, int]


def draw_thumbnail(
    bgr: NDArray[np.uint8],
    maps: dict[str, NDArray[np.float32]],
    object_mask: NDArray[np.bool_] | None,
    boxes: Iterable[Box],
) -> bytes:
    """Draws the photo beside a grey one under its maps; returns a JPEG.

    Args:
        bgr: uint8 (height, width, 3).
        maps: probabilities (rows, columns) of food (tinted blue), spoiled (yellow), foreign (red).
        object_mask: bool (height, width) of the object that is there, outlined; None without one.
        boxes: x0, y0, x1, y1 of the reported objects in pixels of the photo.
    """
    scale = _SIDE_PX / max(bgr.shape[:2])
    size = (max(round(bgr.shape[1] * scale), 1), max(round(bgr.shape[0] * scale), 1))
    photo = np.asarray(cv2.resize(bgr, size, interpolation=cv2.INTER_AREA), np.uint8)
    said = _tint(photo, maps, size)
    for box in boxes:
        x0, y0, x1, y1 = (round(side * scale) for side in box)
        cv2.rectangle(said, (x0, y0), (x1, y1), _BOX, 1, cv2.LINE_AA)
    if object_mask is not None:
        mask = cv2.resize(object_mask.astype(np.uint8), size, interpolation=cv2.INTER_AREA)
        wide = cv2.dilate(mask, np.ones((5, 5), np.uint8))
        outlines = cv2.findContours(wide, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]
        cv2.drawContours(photo, outlines, -1, _TRUTH, 1, cv2.LINE_AA)
    joined = np.hstack([photo, np.full((size[1], 4, 3), 255, np.uint8), said])
    return cv2.imencode(".jpg", joined, [cv2.IMWRITE_JPEG_QUALITY, 75])[1].tobytes()


def _tint(
    photo: NDArray[np.uint8], maps: dict[str, NDArray[np.float32]], size: tuple[int, int]
) -> NDArray[np.uint8]:
    grey = cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY).astype(np.float32)[:, :, None] * 0.55
    food, spoiled, foreign = (cv2.resize(maps[k], size) for k in ("food", "spoiled", "foreign"))
    tint = np.stack([0.3 * food, spoiled, np.maximum(foreign, spoiled)], 2)
    return np.asarray(np.clip(grey + 200 * tint, 0, 255), np.uint8)
