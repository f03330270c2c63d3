"""Ink: lines of letters, digits, block script and bars, as packets and receipts carry them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from training.drawn.noise import Array

_LETTERS = "ABCDEFGHKLMNPRSTUVXYZaeghknorstu0123456789.:-/"
_FONTS = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_TRIPLEX)


def writing(rng: np.random.Generator, size: int) -> Array:
    """A page of lines: float32 (size, size), 1 where there is ink."""
    page = np.zeros((size, size), np.uint8)
    step = rng.uniform(0.06, 0.2) * size
    thick = max(int(step * rng.uniform(0.08, 0.16)), 1)
    blocks = rng.random() < 0.5
    for top in np.arange(step * rng.random(), size, step * rng.uniform(1.2, 1.8)):
        left = rng.uniform(0, 0.3) * size
        right = rng.uniform(0.5, 1.0) * size
        if blocks:
            _write_blocks(rng, page, (left, right, float(top)), step, thick)
        else:
            count = max(int((right - left) / step * 1.4), 1)
            text = "".join(_LETTERS[i] for i in rng.integers(0, len(_LETTERS), count))
            font = _FONTS[int(rng.integers(len(_FONTS)))]
            at = (int(left), int(top + step))
            cv2.putText(page, text, at, font, step / 32, 255, thick, cv2.LINE_AA)
    return page.astype(np.float32) / np.float32(255)


def _write_blocks(
    rng: np.random.Generator,
    page: NDArray[np.uint8],
    line: tuple[float, float, float],
    step: float,
    thick: int,
) -> None:
    """Square characters of four to eight strokes each: Chinese print, too small to read."""
    left, right, top = line
    for x in np.arange(left, right, step * 1.05):
        strokes = rng.random((int(rng.integers(4, 8)), 2)) * 0.8
        ends = strokes + rng.choice([0, 1, 1], (len(strokes), 2)) * rng.uniform(0.3, 0.9)
        marks = np.stack([strokes, ends.clip(0, 0.85)], 1) * step + [x, top]
        cv2.polylines(page, list(marks.astype(np.int32)), False, 255, thick, cv2.LINE_AA)


def barcode(rng: np.random.Generator, size: int) -> Array:
    """Bars over the lower half of a page with writing above: float32 (size, size)."""
    page = writing(rng, size)
    bars = np.repeat(rng.random(60) < 0.5, max(size // 60, 1) + 1)[:size].astype(np.float32)
    page[size // 2 :] = bars
    return page
