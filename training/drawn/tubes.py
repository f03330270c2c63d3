"""Everything long and round: curves, and the shaded tube along one."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from training.drawn.canvas import Canvas
from training.drawn.light import Material
from training.drawn.noise import Array


def spline(knots: Array, count: int, closed: bool = False) -> Array:
    """A smooth curve near its knots (uniform cubic B-spline).

    Args:
        knots: (n, 2), n at least 2.
        count: points wanted along it.
        closed: whether the end meets the start.

    Returns:
        float32 (count, 2).
    """
    ends = (
        knots if closed else np.concatenate([knots[:1], knots[:1], knots, knots[-1:], knots[-1:]])
    )
    spans = len(knots) if closed else len(ends) - 3
    at = np.linspace(0, spans, count, endpoint=False)
    first = np.minimum(at.astype(int), spans - 1)
    t = (at - first)[:, None]
    weights = ((1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3)
    curve = sum(w * ends[(first + k) % len(ends)] for k, w in enumerate(weights)) / 6
    return np.asarray(curve, np.float32)


def wander(rng: np.random.Generator, knots: int, restless: float) -> Array:
    """Knots of a path whose heading drifts: float32 (knots, 2); `restless` in radians a step."""
    turns = rng.normal(0, restless) / 3 + rng.normal(0, restless, knots)
    heading = np.cumsum(turns) + rng.uniform(0, 2 * np.pi)
    steps = np.stack([np.cos(heading), np.sin(heading)], 1) * rng.uniform(0.7, 1.3, (knots, 1))
    return np.cumsum(steps, axis=0).astype(np.float32)


def fit(points: Array, reach: float = 0.97) -> Array:
    """The points moved and scaled so that their longer side spans the unit square."""
    low, high = points.min(axis=0), points.max(axis=0)
    return np.asarray((points - (low + high) / 2) * (2 * reach / (high - low).max()), np.float32)


def rounded(knots: Array, count: int) -> Array:
    """The knots' polyline itself, evenly cut into `count` points: bends stay sharp."""
    lengths = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(knots, axis=0), axis=1))])
    at = np.linspace(0, lengths[-1], count)
    return np.stack([np.interp(at, lengths, knots[:, k]) for k in (0, 1)], 1).astype(np.float32)


def taper(count: int, start: float, end: float, reach: float = 0.3) -> Array:
    """Widths relative to 1 along a tube that thins to `start` and `end` over `reach` of it."""
    at = np.linspace(0, 1, count)
    return np.interp(at, [0, reach, 1 - reach, 1], [start, 1, 1, end]).astype(np.float32)


def tangents(points: Array) -> Array:
    """Unit directions (n, 2) along a polyline."""
    ahead = np.gradient(points, axis=0)
    return np.asarray(ahead / np.maximum(np.linalg.norm(ahead, axis=1, keepdims=True), 1e-6))


def tube(
    canvas: Canvas,
    points: Array,
    widths_px: Array,
    albedo: Array,
    material: Material,
    lanes: int = 13,
) -> None:
    """Paints a round, lit cord; where it crosses itself, the later part lies on top.

    Args:
        canvas: painted on.
        points: float32 (n, 2) in the unit square.
        widths_px: float32 (n,) full widths in canvas pixels.
        albedo: float32 (3,), (n, 3) or (n, lanes, 3), 0 to 255.
        material: how it shines.
        lanes: most strips across the width, each with its own shade; a narrow cord gets fewer.
    """
    lanes = min(lanes, max(int(widths_px.max() / 1.6), 2), 4 + int(widths_px.max() / 5))
    if albedo.ndim == 3:
        albedo = albedo[:, ((np.arange(lanes) + 0.5) * albedo.shape[1] / lanes).astype(int)]
    along = tangents(points)
    across = np.stack([-along[:, 1], along[:, 0]], 1)
    edges = np.linspace(-1, 1, lanes + 1, dtype=np.float32)
    middle = np.repeat(((edges[:-1] + edges[1:]) / 2)[None, :, None], len(points), 0)
    normals = np.concatenate([across[:, None] * middle, np.sqrt(1 - middle**2)], 2)
    own = albedo if albedo.ndim == 3 else np.reshape(albedo, (-1, 1, 3))
    own = np.broadcast_to(own, normals.shape)
    shades = canvas.light.shade(own.astype(np.float32), normals.astype(np.float32), material)
    offsets = across[:, None] * (edges[None, :, None] * widths_px[:, None, None] / 2)
    _strips(canvas.pixels, canvas.place(points)[:, None] + offsets, shades)


def _strips(pixels: NDArray[np.uint8], rails: Array, shades: Array) -> None:
    corners = np.concatenate(
        [rails[:-1, :-1], rails[1:, :-1], rails[1:, 1:], rails[:-1, 1:]], axis=2
    )
    quads = (corners.reshape(-1, 4, 2) * 8).astype(np.int32)
    colours = np.clip(shades[:-1], 0, 255).reshape(-1, 3).tolist()
    for quad, (blue, green, red) in zip(quads, colours, strict=True):
        cv2.fillConvexPoly(pixels, quad, (blue, green, red, 255), cv2.LINE_8, 3)
