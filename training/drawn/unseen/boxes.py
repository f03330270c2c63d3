"""Small boxes seen from above a corner: toy bricks with their studs, dice with their pips."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.drawn.canvas import Canvas
from training.drawn.light import GLOSSY, Material
from training.drawn.noise import Array, fbm, tone, vivid
from training.drawn.shapes import disc, fill


@dataclass(frozen=True)
class _View:
    """Where the box's edges go in the unit square: two along its base, one up, from `origin`."""

    right: Array
    left: Array
    up: Array
    origin: Array

    def project(self, points: Array) -> Array:
        """Points (n, 3) of the box, each coordinate 0 to 1, in the unit square."""
        axes = np.stack([self.right, self.left, self.up])
        return np.asarray(points @ axes + self.origin, np.float32)


_FACES = {
    "left": ((1, 2), 0, (-0.7, 0.45, 0.55)),
    "right": ((0, 2), 1, (0.7, 0.45, 0.55)),
    "top": ((0, 1), 2, (0.0, -0.35, 0.94)),
}
"""The two coordinates that run over a face, the one that is fixed, and its normal."""


def _see(rng: np.random.Generator, width: float, depth: float, height: float) -> _View:
    """A box of those sides, turned at random about its height, centred and filling the square."""
    turn = rng.uniform(0.5, 1.05)
    steep = rng.uniform(0.45, 0.75)
    right = np.asarray([np.cos(turn), -np.sin(turn) * steep]) * width
    left = np.asarray([-np.sin(turn), -np.cos(turn) * steep]) * depth
    up = np.asarray([0.0, -np.sqrt(1 - steep**2)]) * height
    corners = np.asarray([[0, 0], right, left, right + left])
    corners = np.concatenate([corners, corners + up])
    low, high = corners.min(axis=0), corners.max(axis=0)
    scale = 1.8 / float((high - low).max())
    return _View(right * scale, left * scale, up * scale, -(low + high) / 2 * scale)


def _lay(face: str, flat: Array, depth: float) -> Array:
    """Points (n, 2) on a face as points (n, 3) of the box."""
    (first, second), fixed, _ = _FACES[face]
    points = np.empty((len(flat), 3))
    points[:, first], points[:, second], points[:, fixed] = flat[:, 0], flat[:, 1], depth
    return points


def _cover(
    canvas: Canvas, mask: Array, colour: Array, face: str, material: Material, grain: Array
) -> None:
    normal = np.asarray(_FACES[face][2], np.float32)
    lit = canvas.light.shade(colour, normal / np.linalg.norm(normal), material)
    canvas.cover((lit * grain[..., None]).astype(np.float32), mask)


def _paint_box(
    rng: np.random.Generator, canvas: Canvas, view: _View, colour: Array, material: Material
) -> Array:
    """Paints the three faces that are seen; returns the uneven light on all of them."""
    grain = np.asarray(1 + 0.07 * fbm(rng, canvas.size, 3, 2), np.float32)
    square = np.asarray([[0, 0], [1, 0], [1, 1], [0, 1]], float)
    for face in ("left", "right", "top"):
        outline = view.project(_lay(face, square, 1.0 if face == "top" else 0.0))
        mask = fill(canvas, outline, soften_px=0.5 * canvas.px)
        _cover(canvas, mask, colour, face, material, grain)
    return grain


def paint_brick(rng: np.random.Generator, canvas: Canvas) -> None:
    """A toy building brick, one to two by one to four studs, shiny and of one colour."""
    wide, deep = int(rng.integers(1, 3)), int(rng.choice([1, 2, 2, 3, 4]))
    flat = rng.random() < 0.25
    view = _see(rng, wide, deep, 0.4 if flat else 1.2)
    colour, material = vivid(rng), Material(rng.uniform(0.15, 0.5), 30)
    grain = _paint_box(rng, canvas, view, colour, material)
    rise = view.up * (0.5 if flat else 0.17)
    for row in range(deep - 1, -1, -1):
        for column in range(wide - 1, -1, -1):
            spot = disc(0.3, 40) / [wide, deep] + [(column + 0.5) / wide, (row + 0.5) / deep]
            foot = view.project(_lay("top", spot, 1.0))
            _cover(canvas, fill(canvas, foot + view.up * -0.03), colour * 0.45, "top",
                   material, grain)  # fmt: skip
            for share in (0.0, 0.35, 0.7):
                side = fill(canvas, foot + rise * share)
                _cover(canvas, side, colour * 0.8, "right", material, grain)
            _cover(canvas, fill(canvas, foot + rise), colour * 1.08, "top", GLOSSY, grain)


_PIPS = {
    1: [(0.5, 0.5)],
    2: [(0.25, 0.25), (0.75, 0.75)],
    3: [(0.25, 0.25), (0.5, 0.5), (0.75, 0.75)],
    4: [(0.25, 0.25), (0.25, 0.75), (0.75, 0.25), (0.75, 0.75)],
    5: [(0.25, 0.25), (0.25, 0.75), (0.5, 0.5), (0.75, 0.25), (0.75, 0.75)],
    6: [(0.25, 0.2), (0.25, 0.5), (0.25, 0.8), (0.75, 0.2), (0.75, 0.5), (0.75, 0.8)],
}


def paint_die(rng: np.random.Generator, canvas: Canvas) -> None:
    """A die with pips on the three faces that are seen."""
    view = _see(rng, 1.0, 1.0, 1.0)
    colour = vivid(rng) if rng.random() < 0.4 else tone(rng, [(232, 236, 238)], 0.05)
    ink = tone(rng, [(30, 30, 34)] if colour.mean() > 120 else [(235, 235, 235)], 0.1)
    material = Material(rng.uniform(0.2, 0.5), 35)
    grain = _paint_box(rng, canvas, view, colour, material)
    for face, number in zip(_FACES, rng.permutation(6)[:3] + 1, strict=True):
        for x, y in _PIPS[int(number)]:
            pip = disc(rng.uniform(0.095, 0.11), 24) + np.asarray([x, y])
            mask = fill(canvas, view.project(_lay(face, pip, 1.0 if face == "top" else 0.0)))
            _cover(canvas, mask, ink, face, material, grain)
