"""Random fields and colours: what keeps a drawing from looking drawn."""

from __future__ import annotations

import colorsys
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
Colour = tuple[float, float, float]
"""Blue, green, red, each 0 to 255."""


def fbm(rng: np.random.Generator, size: int, cells: float = 4.0, octaves: int = 4) -> Array:
    """Fractal noise: random grids, each finer and fainter, summed.

    Args:
        rng: source of randomness.
        size: side of the square field in pixels.
        cells: grid cells along a side at the coarsest octave.
        octaves: how many grids, each twice as fine and half as strong as the one before.

    Returns:
        float32 (size, size), mean near 0, standard deviation near 0.5.
    """
    field = np.zeros((size, size), np.float32)
    for octave in range(octaves):
        side = min(int(cells * 2**octave) + 3, size)
        grid = rng.standard_normal((side, side), dtype=np.float32)
        # Cubic, since linear interpolation leaves a visible lattice once it is shaded.
        field += cv2.resize(grid, (size, size), interpolation=cv2.INTER_CUBIC) * 0.6 / 2**octave
    return field


def folds(rng: np.random.Generator, size: int, count: int, depth: float = 1.0) -> Array:
    """Height of a crumpled sheet: flat facets that meet in creases along random lines.

    A sum of |distance to a line| is flat between the lines and kinks on each of them, as a sheet
    does that was folded and opened again; the bent coordinates keep creases from being ruled.

    Returns:
        float32 (size, size) heights in pixels.
    """
    axis = np.linspace(-1, 1, size, dtype=np.float32)
    bend = fbm(rng, size, 3, 2) * 0.08
    x, y = axis[None, :] + bend, axis[:, None] - bend
    height = np.zeros((size, size), np.float32)
    for angle, at, slope in zip(
        rng.uniform(0, 2 * np.pi, count),
        rng.uniform(-0.8, 0.8, count),
        rng.normal(0, 1, count) / np.sqrt(count),
        strict=True,
    ):
        line = np.float32(np.cos(angle)) * x + np.float32(np.sin(angle)) * y
        height += np.abs(line - np.float32(at)) * np.float32(slope)
    # Without its mean tilt, which would leave the whole sheet in the dark.
    height -= (height[:, -1:].mean() - height[:, :1].mean()) / 2 * axis[None, :]
    height -= (height[-1].mean() - height[0].mean()) / 2 * axis[:, None]
    return height * np.float32(depth * size)


def cells(rng: np.random.Generator, size: int, count: int) -> Array:
    """Cellular noise: float32 (size, size), distance in pixels to the nearest of `count` seeds."""
    free = np.full((size, size), 255, np.uint8)
    free[rng.integers(0, size, count), rng.integers(0, size, count)] = 0
    return np.asarray(cv2.distanceTransform(free, cv2.DIST_L2, 5), np.float32)


def speckle(rng: np.random.Generator, size: int, share: float, grain_px: float) -> Array:
    """Scattered dots, 0 to 1: float32 (size, size) with about `share` of it covered."""
    side = max(int(size / max(grain_px, 1.0)), 4)
    dots = (rng.random((side, side), dtype=np.float32) < share).astype(np.float32)
    return np.asarray(cv2.resize(dots, (size, size)), np.float32)


def hsv(hue: float, saturation: float, value: float) -> Colour:
    """A colour from hue in turns, saturation and value 0 to 1."""
    red, green, blue = colorsys.hsv_to_rgb(hue % 1.0, saturation, value)
    return 255 * blue, 255 * green, 255 * red


def tone(rng: np.random.Generator, choices: Sequence[Colour], spread: float = 0.18) -> Array:
    """One of the colours, made lighter or darker and shifted a little: float32 (3,)."""
    base = np.asarray(choices[int(rng.integers(len(choices)))], np.float32)
    scale = np.exp(rng.normal(0, spread)) * np.exp(rng.normal(0, spread / 4, 3))
    return np.asarray(np.clip(base * scale + rng.normal(0, 5), 4, 250), np.float32)


def vivid(rng: np.random.Generator) -> Array:
    """The colours plastics and prints come in: strong hues, white, black, blue most often."""
    draw = rng.random()
    if draw < 0.22:
        return tone(rng, [(235, 235, 235), (215, 225, 230)], 0.08)
    if draw < 0.32:
        return tone(rng, [(35, 35, 35), (60, 55, 55)], 0.2)
    if draw < 0.55:
        return tone(rng, [hsv(rng.uniform(0.52, 0.64), rng.uniform(0.45, 0.95), 0.8)])
    return tone(rng, [hsv(rng.random(), rng.uniform(0.5, 0.95), rng.uniform(0.5, 0.95))])
