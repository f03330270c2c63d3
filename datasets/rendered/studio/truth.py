"""What is where in a picture, read off the truth rendering."""

import cv2
import numpy as np

from studio.mesh import Array

NOTHING, FOOD, SPOILED, FOREIGN = 0, 85, 170, 255
COLUMNS = (
    "path",
    "role",
    "source",
    "class",
    "licence",
    "group",
    "mask",
    "note",
    "defect",
    "kind",
    "box_px",
    "spoiled_fraction",
    "filled_fraction",
    "packing",
)


def mask(shares: Array) -> np.ndarray:
    """Grey levels (H, W) from the shares (H, W, 3) of food, spoiled and foreign."""
    food, spoiled, foreign = np.moveaxis(shares, 2, 0)
    grey = np.where(food > 0.5, FOOD, NOTHING)
    grey = np.where((spoiled > 0.5) & (food > 0.5), SPOILED, grey)
    return np.where(foreign > 0.15, FOREIGN, grey).astype(np.uint8)


def box(shares: Array) -> str:
    """x0 y0 x1 y1 around the foreign pixels, empty if there are none."""
    found = cv2.findNonZero((shares[..., 2] > 0.06).astype(np.uint8))
    if found is None:
        return ""
    x, y, width, height = cv2.boundingRect(found)
    return f"{x} {y} {x + width} {y + height}"


def spoiled_fraction(shares: Array) -> float:
    """Spoiled share of the food's pixels."""
    food = float(shares[..., 0].sum())
    return float(shares[..., 1].sum()) / food if food > 0 else 0.0
