"""Marks on the segments of an animal: rings, spots, seams, mottling."""

from __future__ import annotations

import cv2
import numpy as np

from training.drawn.bodies import Pattern
from training.drawn.noise import Array


def mottled(rng: np.random.Generator, depth: float, cells: int = 9) -> Pattern:
    """Uneven darkness, as of hairs and dust."""
    grid = rng.normal(1, depth, (cells, cells)).astype(np.float32).clip(0.2, 1.8)

    def factor(u: Array, _v: Array) -> Array:
        return np.asarray(cv2.resize(grid, u.shape[::-1], interpolation=cv2.INTER_CUBIC))

    return factor


def ringed(rng: np.random.Generator, count: float, low: float) -> Pattern:
    """Dark rings round the body, `count` of them along it; dark is `low`."""
    phase, mottle = rng.uniform(0, 6.3), mottled(rng, 0.12)

    def factor(u: Array, v: Array) -> Array:
        # Bent by v, so that the rings run round the body instead of across a disc.
        wave = np.sin(u * np.float32(count * 3.14) + 0.6 * v * v + phase)
        return np.asarray((low + (1 - low) * np.clip(wave * 2 + 0.8, 0, 1)) * mottle(u, v))

    return factor


def cased(rng: np.random.Generator, grooves: float) -> Pattern:
    """Wing cases: a seam down the back, and fine grooves along it."""
    mottle, depth = mottled(rng, 0.1), rng.uniform(0, 0.25)

    def factor(u: Array, v: Array) -> Array:
        seam = 1 - 0.75 * np.exp(-((v / 0.06) ** 2))
        collar = 1 - 0.6 * np.exp(-(((u - 0.45) / 0.06) ** 2))
        lines = 1 - depth * (np.sin(v * np.float32(grooves * 3.14)) > 0.3)
        return np.asarray(seam * collar * lines * mottle(u, v), np.float32)

    return factor


def spotted(rng: np.random.Generator) -> Pattern:
    """A ladybird's back: dark spots in mirrored pairs on cases with a seam."""
    count = int(rng.integers(1, 6))
    spots = np.stack([rng.uniform(-0.7, 0.5, count), rng.uniform(0.2, 0.7, count)], 1)
    size, base = rng.uniform(0.08, 0.24), cased(rng, 0)

    def factor(u: Array, v: Array) -> Array:
        keep = base(u, v)
        for x, y in spots:
            keep = keep * np.clip((np.hypot(u - x, np.abs(v) - y) - size) * 8 + 0.5, 0.1, 1)
        return np.asarray(keep, np.float32)

    return factor
