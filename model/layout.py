"""What the network takes and gives: the contract between training, weights and scorer.

Input: float32 array (1, 3, height, width), RGB, (value - 127) / 128; both sides are multiples of
SIDE_MULTIPLE; the photo's long side is LONG_SIDE_PX, or FINE_SIDE_PX in the second view, the rest
is padding of value 0. The photo is turned first, see `model.orientation`; both views are joined in
`model.outputs`.

Outputs, logits: `maps` (1, len(MAPS), height / STRIDE, width / STRIDE), `kinds` (1,
len(KINDS), height / STRIDE, width / STRIDE), `scene` (1, len(SCENES)); and `embedding` (1,
EMBEDDING_SIZE), what the scene is read from, which graphs exported before it was named lack.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from model.orientation import Turn, apply_turn, find_turn

LONG_SIDE_PX = 448
FINE_SIDE_PX = 768
"""Long side of the second, larger view."""
SIDE_MULTIPLE = 32
STRIDE = 4
PIXEL_MEAN = 127.0
PIXEL_SCALE = 128.0

MAPS = ("food", "container", "spoiled", "mould", "foreign")
"""Dense maps: food; the opening of its container; spoiled food; mould; foreign objects."""

OTHER = "other"
KINDS = ("insect", "hair", "plastic", "metal", "glass", "paper", "stone", OTHER)
SCENES = ("salad", "bento", "other_food", "not_food")
EMBEDDING_SIZE = 320
"""Features that a photo is described by as a whole; photos that look alike have like ones."""


class Frame(NamedTuple):
    """How a photo lies in the network's input.

    Attributes:
        width_px: columns of the input that the turned photo covers, from the left.
        height_px: rows of the input that the turned photo covers, from the top.
        turn: how the photo was turned.
    """

    width_px: int
    height_px: int
    turn: Turn = Turn()


def normalise(bgr: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Turns a BGR picture (height, width, 3) into the network's (3, height, width) values."""
    rgb = bgr[:, :, ::-1].astype(np.float32)
    return np.ascontiguousarray(((rgb - PIXEL_MEAN) / PIXEL_SCALE).transpose(2, 0, 1))


def prepare_input(
    bgr: NDArray[np.uint8], long_side_px: int = LONG_SIDE_PX
) -> tuple[NDArray[np.float32], Frame]:
    """Resizes, turns and pads a picture to the network's input.

    Args:
        bgr: uint8 array (height, width, 3).
        long_side_px: length of the photo's long side in the input.

    Returns:
        The input (1, 3, height, width) and where the photo lies in it.
    """
    scale = long_side_px / max(bgr.shape[:2])
    # Whole cells, or what is mirrored would come back beside its place.
    width_px, height_px = (
        STRIDE * max(1, round(side * scale / STRIDE)) for side in bgr.shape[1::-1]
    )
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    resized = np.asarray(cv2.resize(bgr, (width_px, height_px), interpolation=method), np.uint8)
    turn = find_turn(resized)
    turned = apply_turn(resized, turn)
    frame = Frame(turned.shape[1], turned.shape[0], turn)
    height_px, width_px = (-(-side // SIDE_MULTIPLE) * SIDE_MULTIPLE for side in turned.shape[:2])
    batch = np.zeros((1, 3, height_px, width_px), np.float32)
    batch[0, :, : frame.height_px, : frame.width_px] = normalise(turned)
    return batch, frame
