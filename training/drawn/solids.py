"""Stones, coal, sand, and glass."""

from __future__ import annotations

import cv2
import numpy as np

from training.drawn.canvas import Canvas
from training.drawn.light import Material
from training.drawn.noise import Array, Colour, fbm, folds, speckle, tone
from training.drawn.shapes import blob, disc, dome, emboss, fill, inset, shard

_STONE: list[Colour] = [
    (125, 128, 130), (95, 98, 102), (160, 164, 168), (75, 78, 80), (90, 115, 140),
    (120, 145, 165), (70, 85, 120), (205, 210, 212), (45, 46, 48), (110, 120, 112),
]  # fmt: skip


def _grained(rng: np.random.Generator, canvas: Canvas, own: Array) -> Array:
    """Stone colour: clouds, two kinds of speckle, at times a vein. (size, size, 3)."""
    n = canvas.size
    cloud = 1 + rng.uniform(0.1, 0.35) * fbm(rng, n, 4, 4)
    cloud *= 1 + rng.uniform(0, 0.5) * (speckle(rng, n, 0.2, canvas.px) - 0.2)
    cloud *= 1 - rng.uniform(0, 0.6) * speckle(rng, n, 0.1, 0.7 * canvas.px)
    albedo = own * np.clip(cloud, 0.2, 1.8)[..., None]
    if rng.random() < 0.3:
        vein = np.exp(-((fbm(rng, n, 2.5, 3) / 0.05) ** 2))[..., None] * rng.uniform(0.3, 0.9)
        albedo = albedo * (1 - vein) + tone(rng, _STONE) * vein
    return np.asarray(albedo, np.float32)


def paint_pebble(rng: np.random.Generator, canvas: Canvas) -> None:
    """A river pebble or a chip of gravel, dry or wet."""
    sharp = rng.random() < 0.4
    aspect = rng.uniform(0.5, 1)
    outline = shard(rng, int(rng.integers(5, 9)), aspect) if sharp else blob(rng, 0.08, aspect)
    mask = fill(canvas, outline, soften_px=canvas.size * (0.012 if sharp else 0.03))
    height = dome(mask, canvas.size * rng.uniform(0.2, 0.45))
    height += fbm(rng, canvas.size, 6, 4) * rng.uniform(0.4, 2.5)
    if sharp:
        height += folds(rng, canvas.size, 7, rng.uniform(0.3, 0.9))
    wet = Material(rng.uniform(0, 0.45), rng.uniform(8, 40))
    emboss(canvas, mask, _grained(rng, canvas, tone(rng, _STONE)), height, wet, 1.2)


def paint_coal(rng: np.random.Generator, canvas: Canvas) -> None:
    """A grain of coal, slag or burnt crust from a pan: black, broken, glinting."""
    own = tone(rng, [(24, 24, 26), (36, 37, 40), (18, 20, 26), (30, 38, 52)])
    rough = rng.random() < 0.5
    outline = blob(rng, 0.2, rng.uniform(0.5, 1), 12) if rough else shard(rng, 7, 0.8)
    mask = fill(canvas, outline)
    height = dome(mask, canvas.size * 0.3) + folds(rng, canvas.size, 14, rng.uniform(0.5, 1.2))
    height += fbm(rng, canvas.size, 10, 4) * rng.uniform(0.5, 3)
    albedo = _grained(rng, canvas, own)
    emboss(canvas, mask, albedo, height, Material(rng.uniform(0.2, 0.8), 25), 0.8)


def paint_sand(rng: np.random.Generator, canvas: Canvas) -> None:
    """A pinch of sand or grit: five to forty grains, some clear, most of one family."""
    own, spread = tone(rng, _STONE), rng.uniform(0.2, 0.45)
    lit = canvas.light.towards[:2] * canvas.px * 0.5
    for x, y in np.clip(rng.normal(0, spread, (int(rng.integers(5, 40)), 2)), -0.9, 0.9):
        size = rng.uniform(0.05, 0.13)
        corners = shard(rng, int(rng.integers(5, 8)), rng.uniform(0.6, 1)) * size + [x, y]
        shade = own * rng.lognormal(0, 0.3) + rng.normal(0, 5, 3)
        body = canvas.place(corners.astype(np.float32))
        for offset, factor, scale in ((-lit, 0.6, 1.0), (0 * lit, 1.0, 0.85), (lit, 1.35, 0.4)):
            centre = body.mean(axis=0)
            layer = ((centre + (body - centre) * scale + offset) * 8).astype(np.int32)
            blue, green, red = np.clip(shade * factor, 8, 250).tolist()
            cv2.fillConvexPoly(canvas.pixels, layer, (blue, green, red, 255), cv2.LINE_AA, 3)


_GLASS: list[Colour] = [
    (225, 235, 228), (235, 235, 235), (215, 235, 215), (200, 220, 190),
    (120, 170, 110), (60, 105, 160), (190, 150, 90),
]  # fmt: skip
"""Clear first; then the greens, browns and blues of bottles."""


def paint_glass(rng: np.random.Generator, canvas: Canvas) -> None:
    """A shard: see-through faces, edges that gather light on one side and darken on the other."""
    own = tone(rng, _GLASS[:4] if rng.random() < 0.7 else _GLASS, 0.08)
    deep = float(np.mean(own) < 190)
    outline = shard(rng, int(rng.integers(3, 7)), rng.uniform(0.3, 0.95)) * np.float32(0.9)
    thick = rng.normal(0, 0.07, 2).astype(np.float32)
    front, back = fill(canvas, outline), fill(canvas, outline + thick)
    side = np.clip(back - front, 0, 1)
    tint = own * rng.uniform(0.45, 0.8) * np.asarray([0.92, 1.05, 0.9])
    canvas.cover(tint.astype(np.float32), side * np.float32(rng.uniform(0.35, 0.8)))
    depth = inset(front)
    edge = np.exp(-depth / np.float32(rng.uniform(0.7, 1.6) * canvas.px)) * front
    normals_x, normals_y = np.gradient(cv2.GaussianBlur(depth, (0, 0), 2))[::-1]
    toward = -(normals_x * canvas.light.towards[0] + normals_y * canvas.light.towards[1])
    face = fbm(rng, canvas.size, 2, 2) * 0.5 + folds(rng, canvas.size, 3, 0.012)
    reflected = np.clip(face + rng.uniform(-0.7, 0.5), 0, 1)
    veil = front * (rng.uniform(0.06, 0.22) + 0.4 * deep + 0.45 * reflected)
    pale = own * (1 - 0.5 * deep) + 60 * reflected[..., None]
    canvas.cover(pale.astype(np.float32), np.clip(veil, 0, 0.85).astype(np.float32))
    rim = np.clip(0.5 + 1.1 * toward, 0, 1)[..., None]
    line = tint * 0.7 * (1 - rim) + np.float32(252) * rim
    canvas.cover(line.astype(np.float32), np.clip(edge * rng.uniform(0.6, 1), 0, 1))
    _glints(rng, canvas, front)


def _glints(rng: np.random.Generator, canvas: Canvas, mask: Array) -> None:
    """A few overexposed points, where a chipped edge meets the light."""
    edge = (inset(mask) < 4) & (mask > 0.5)
    spots = np.argwhere(edge)
    if len(spots) == 0:
        return
    glow = np.zeros_like(mask)
    for row, column in spots[rng.integers(0, len(spots), int(rng.integers(1, 5)))].tolist():
        cv2.circle(glow, (column, row), max(int(rng.uniform(0.4, 1.4) * canvas.px), 1), 1.0, -1)
    glow = np.asarray(cv2.GaussianBlur(glow, (0, 0), 0.6 * canvas.px))
    canvas.cover(np.full(3, 254, np.float32), np.clip(glow * 1.2, 0, 1) * mask)


def paint_glass_splinters(rng: np.random.Generator, canvas: Canvas) -> None:
    """Small needles and crumbs of broken glass, near each other."""
    own = tone(rng, _GLASS[:4], 0.08)
    bright = canvas.layer()
    for x, y in rng.normal(0, 0.35, (int(rng.integers(3, 13)), 2)).clip(-0.7, 0.7):
        size, turn = rng.uniform(0.08, 0.3), rng.uniform(0, 6.3)
        thin = shard(rng, int(rng.integers(3, 5)), rng.uniform(0.2, 0.8)) * size
        spin = np.asarray([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        hull = (canvas.place((thin @ spin + [x, y]).astype(np.float32)) * 8).astype(np.int32)
        blue, green, red = np.clip(own * rng.uniform(0.5, 1.1), 0, 255).tolist()
        cv2.fillConvexPoly(bright.pixels, hull, (blue, green, red, 255), cv2.LINE_AA, 3)
        a, b = rng.choice(len(thin), 2, replace=False)
        line = hull[[a, b]].reshape(1, 2, 2)
        cv2.polylines(bright.pixels, [line], False, (252, 253, 252, 255), 2, cv2.LINE_AA, 3)
    glare = np.clip(0.45 + fbm(rng, canvas.size, 8, 2) * 0.8, 0.15, 1)
    canvas.merge(bright, glare)


def paint_bead(rng: np.random.Generator, canvas: Canvas) -> None:
    """A glass bead or marble: dark rim, light gathered opposite the highlight, maybe a hole."""
    own = tone(rng, _GLASS, 0.15) * np.float32(rng.uniform(0.6, 1))
    x, y = canvas.grid()
    radius = np.hypot(x, y)
    mask = fill(canvas, disc(0.95), *([disc(0.2) * [1, 0.6]] if rng.random() < 0.4 else []))
    lx, ly = canvas.light.towards[:2]
    caustic = np.exp(-((x + 0.5 * lx) ** 2 + (y + 0.5 * ly) ** 2) / 0.12)
    albedo = own * (0.75 - 0.45 * radius**4 + 0.8 * caustic)[..., None]
    veil = mask * np.clip(rng.uniform(0.35, 0.95) + 0.5 * radius**6 + 0.4 * caustic, 0, 1)
    canvas.cover(albedo.astype(np.float32), veil.astype(np.float32))
    spot = np.exp(-((x - 0.5 * lx) ** 2 + (y - 0.5 * ly) ** 2) / rng.uniform(0.005, 0.04))
    canvas.cover(np.full(3, 253, np.float32), (spot * mask).astype(np.float32))
