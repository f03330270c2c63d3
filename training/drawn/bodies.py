"""Parts of animals: rounded segments, jointed limbs, veined wings."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from training.drawn.canvas import Canvas
from training.drawn.light import GLOSSY, Material
from training.drawn.noise import Array
from training.drawn.tubes import rounded, spline, taper, tube

Pattern = Callable[[Array, Array], Array]
"""Factor on the colour at (u, v), both -1 to 1 inside a segment: (h, w) or (h, w, 3)."""


def segment(
    canvas: Canvas,
    centre: tuple[float, float],
    radii: tuple[float, float],
    angle: float,
    colour: Array,
    material: Material = GLOSSY,
    pattern: Pattern | None = None,
) -> None:
    """Paints a lit ellipsoid.

    Args:
        canvas: painted on.
        centre: its middle in the unit square.
        radii: half axes in the unit square; the first lies along `angle`.
        angle: radians.
        colour: float32 (3,).
        material: how it shines.
        pattern: marks on it; u runs along the first axis.
    """
    x, y = canvas.place(np.asarray(centre, np.float32)).tolist()
    reach = canvas.length(max(radii)) + 2
    left, top = max(int(x - reach), 0), max(int(y - reach), 0)
    right, bottom = min(int(x + reach) + 2, canvas.size), min(int(y + reach) + 2, canvas.size)
    if right <= left or bottom <= top:
        return
    dx = np.arange(left, right, dtype=np.float32)[None, :] - x
    dy = np.arange(top, bottom, dtype=np.float32)[:, None] - y
    cos, sin = np.cos(angle), np.sin(angle)
    long, wide = (max(canvas.length(radius), 0.7) for radius in radii)
    u = ((dx * cos + dy * sin) / long).astype(np.float32)
    v = ((dy * cos - dx * sin) / wide).astype(np.float32)
    square = u * u + v * v
    z = np.sqrt(np.maximum(1 - square, 0.02))
    normals = np.stack([u * cos - v * sin, u * sin + v * cos, z], 2).astype(np.float32)
    normals /= np.linalg.norm(normals, axis=2, keepdims=True)
    albedo = np.broadcast_to(colour, normals.shape)
    if pattern is not None:
        marks = pattern(u, v)
        albedo = (albedo * (marks if marks.ndim == 3 else marks[..., None])).astype(np.float32)
    edge = np.clip((1 - square) * (min(long, wide) / 2) + 0.5, 0, 1)
    canvas.cover(canvas.light.shade(albedo, normals, material), edge, left, top)


def limb(canvas: Canvas, joints: Array, width: float, colour: Array, end: float = 0.4) -> None:
    """Paints a leg or feeler through its joints (n, 2), thinning to `end` of `width` (unit)."""
    points = rounded(joints, 5 * len(joints))
    widths = np.linspace(1, end, len(points)) * max(canvas.length(width), 0.5 * canvas.px)
    tube(canvas, points, widths.astype(np.float32), colour, Material(0.2, 15), 3)


def legs(
    rng: np.random.Generator,
    canvas: Canvas,
    roots: Array,
    length: float,
    width: float,
    colour: Array,
    curl: float = 0.0,
) -> None:
    """Paints pairs of legs on a body that lies along x, head to +x.

    Args:
        rng: source of randomness.
        canvas: painted on.
        roots: x of each pair.
        length: of a leg when stretched, in the unit square.
        width: at the root.
        colour: float32 (3,).
        curl: 0 stretched, 1 drawn up under the body as in dead insects.
    """
    spread = np.linspace(rng.uniform(0.5, 0.9), rng.uniform(2.1, 2.6), len(roots))[::-1]
    for root, out in zip(roots, spread, strict=True):
        for side in (-1, 1):
            if rng.random() < 0.06:
                continue  # lost
            angle = out + rng.normal(0, 0.2)
            bends = np.asarray([0, rng.normal(-0.5, 0.2), rng.normal(0.7, 0.35)]) * (
                1 if angle < np.pi / 2 else -1
            )
            bends = bends * (1 + curl * 2.0)
            reach = np.asarray([0.3, 0.36, 0.34]) * length * rng.uniform(0.85, 1.1)
            heading = angle + np.cumsum(bends)
            steps = np.stack([np.cos(heading), side * np.sin(heading)], 1) * reach[:, None]
            start = np.asarray([[root, side * 0.02]])
            joints = np.concatenate([start, start + np.cumsum(steps, axis=0)])
            limb(canvas, joints.astype(np.float32), width, colour)


def wing(
    rng: np.random.Generator,
    canvas: Canvas,
    root: tuple[float, float],
    angle: float,
    length: float,
    width: float,
    colour: Array,
    alpha: float,
) -> None:
    """Paints a membrane with veins, rooted at `root`, thinned to `alpha`."""
    at = np.linspace(0, 1, 24)
    profile = at**0.7 * np.sqrt(1 - at**5) * width
    outline = np.concatenate(
        [np.stack([at, -0.35 * profile], 1), np.stack([at, profile], 1)[::-1]]
    ) * np.asarray([length, 1.0])
    side = 1 if np.sin(angle) >= 0 else -1
    cos, sin = np.cos(angle), np.sin(angle)
    frame = np.asarray([[cos, sin], [-sin * side, cos * side]])
    layer = canvas.layer()
    hull = (canvas.place((outline @ frame + root).astype(np.float32)) * 8).astype(np.int32)
    shade = canvas.light.shade(
        colour, np.asarray([0, 0, 1], np.float32), Material(rng.uniform(0, 0.5), 4)
    )
    blue, green, red = np.clip(shade, 0, 255).tolist()
    cv2.fillPoly(layer.pixels, [hull], (blue, green, red, 255), cv2.LINE_AA, 3)
    thin = np.full((canvas.size, canvas.size), alpha, np.float32)
    for target in np.linspace(-0.25, 0.85, int(rng.integers(3, 7))):
        slant = target * width / length
        tip = np.asarray([[0, 0], [0.45, 0.55 * slant], [rng.uniform(0.7, 0.92), 0.7 * slant]])
        vein = spline((tip * length @ frame + root).astype(np.float32), 14)
        dark = (colour * np.float32(rng.uniform(0.35, 0.75))).astype(np.float32)
        widths = taper(14, 1, 0.4) * max(0.009 * canvas.size, 0.3 * canvas.px)
        tube(layer, vein, widths, dark, Material(0), 1)
        line = np.ascontiguousarray((canvas.place(vein) * 8).astype(np.int32))
        cv2.polylines(thin, [line], False, min(alpha + 0.25, 1.0), 1, cv2.LINE_8, 3)
    canvas.merge(layer, thin)
