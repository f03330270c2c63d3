"""Random outlines and textures: Perlin-like noise, blobs, polygons."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_LEAST_COVERAGE = 0.15
"""Coverage below which an outline is drawn anew: three corners may lie almost on a line."""


def draw_noise(
    rng: np.random.Generator, shape: tuple[int, int], cells: float = 4.0, octaves: int = 3
) -> NDArray[np.float32]:
    """Smooth fractal noise.

    Args:
        rng: source of randomness.
        shape: (height, width).
        cells: coarsest noise cells along the long side.
        octaves: each adds detail of half the size and half the weight.

    Returns:
        float32 (height, width), standardised to mean 0 and deviation 1.
    """
    height, width = shape
    total = np.zeros(shape, np.float32)
    for octave in range(octaves):
        count = cells * 2**octave
        rows = max(2, round(count * height / max(shape)) + 1)
        columns = max(2, round(count * width / max(shape)) + 1)
        coarse = rng.standard_normal((rows, columns)).astype(np.float32)
        total += cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC) / 2**octave
    total -= total.mean()
    return np.asarray(total / (total.std() + 1e-6), np.float32)


def draw_patches(
    rng: np.random.Generator, shape: tuple[int, int], share: float, cells: float, soft: float = 0.25
) -> NDArray[np.float32]:
    """Irregular patches that cover about `share` of the area.

    Returns:
        float32 (height, width) in [0, 1]; `soft` is the width of the transition in deviations.
    """
    noise = draw_noise(rng, shape, cells)
    level = float(np.quantile(noise[::4, ::4], 1 - share))
    return np.asarray(np.clip((noise - level) / max(soft, 1e-3) + 0.5, 0, 1), np.float32)


def draw_outline(rng: np.random.Generator, side_px: int) -> NDArray[np.float32]:
    """A compact random outline: a blob, a shard or an irregular polygon.

    Returns:
        float32 (side_px, side_px) coverage in [0, 1], at least 0.15 in the mean.
    """
    while (outline := _draw_outline_once(rng, side_px)).mean() < _LEAST_COVERAGE:
        continue
    return outline


def _draw_outline_once(rng: np.random.Generator, side_px: int) -> NDArray[np.float32]:
    big = side_px * 2
    corners = int(rng.integers(3, 9)) if rng.random() < 0.6 else 24
    angles = np.sort(rng.uniform(0, 2 * np.pi, corners))
    if corners == 24:
        angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    radii = rng.uniform(0.45, 1.0, corners)
    if corners == 24:
        waves = np.zeros(corners)
        for k in range(1, 5):
            waves = waves + rng.normal(0, 0.12) * np.cos(k * angles + rng.uniform(0, 6.3))
        radii = 0.8 + waves
    stretch = rng.uniform(0.35, 1.0)
    turn = rng.uniform(0, np.pi)
    x, y = radii * np.cos(angles), stretch * radii * np.sin(angles)
    points = np.stack(
        [x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)], axis=1
    )
    points = (points / np.abs(points).max() * 0.95 + 1) * side_px
    canvas = np.zeros((big, big), np.uint8)
    cv2.fillPoly(canvas, [points.astype(np.int32)], 255)
    small = cv2.resize(canvas, (side_px, side_px), interpolation=cv2.INTER_AREA)
    return np.asarray(np.asarray(small, np.float32) / 255, np.float32)
