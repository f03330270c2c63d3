"""Push pins, keys, cotton buds, flags on picks."""

from __future__ import annotations

import numpy as np

from training.drawn.bodies import segment
from training.drawn.canvas import Canvas
from training.drawn.light import GLOSSY, MATTE, Material
from training.drawn.marks import mottled
from training.drawn.noise import Array, fbm, tone, vivid
from training.drawn.shapes import disc, dome, emboss, fill
from training.drawn.tubes import rounded, spline, tube


def _rod(
    canvas: Canvas, start: float, end: float, widths: Array, colour: Array, material: Material
) -> None:
    """A straight rod along x whose widths are given in units of the square."""
    points = rounded(np.asarray([[start, 0], [end, 0]], np.float32), len(widths))
    reach = np.asarray([canvas.length(float(w)) for w in widths], np.float32)
    tube(canvas, points, reach, colour, material)


def paint_push_pin(rng: np.random.Generator, canvas: Canvas) -> None:
    """A push pin: a steel point, a waisted plastic head."""
    steel = tone(rng, [(195, 197, 198), (170, 172, 174)], 0.08)
    point = np.minimum(np.linspace(0.02, 0.3, 30), 0.085)
    _rod(canvas, -0.95, 0.1, point, steel, Material(0.6, 50, 0.8))
    own = vivid(rng)
    at = np.linspace(0, 1, 50)
    waist = 0.34 + 0.9 * np.abs(at - 0.5) ** 1.6
    profile = np.where(at < 0.12, 0.72, np.where(at > 0.86, rng.uniform(0.6, 0.72), waist))
    _rod(canvas, 0.0, 0.92, profile, own, GLOSSY)
    rim = (disc(0.32, 40) * [0.3, 1.0] + [0.92, 0]).astype(np.float32)
    canvas.cover((own * 1.1).clip(0, 250).astype(np.float32), fill(canvas, rim))


def paint_key(rng: np.random.Generator, canvas: Canvas) -> None:
    """A small flat key: bow with a hole, milled blade, cut teeth."""
    own = tone(rng, [(195, 197, 198), (90, 165, 200), (150, 152, 155)], 0.1)
    round_bow = rng.random() < 0.6
    bow = disc(0.4, 60) if round_bow else disc(0.46, int(rng.integers(5, 8)))
    bow = (bow + np.asarray([-0.52, 0])).astype(np.float32)
    hole = (disc(rng.uniform(0.09, 0.15), 30) + np.asarray([-0.72, 0])).astype(np.float32)
    cuts = np.linspace(-0.1, 0.82, 9)
    depth = rng.uniform(-0.02, 0.12, 9)
    teeth = [[x, y] for left, y in zip(cuts, depth, strict=True) for x in (left, left + 0.06)]
    blade = np.asarray(
        [[-0.3, 0.13], *teeth, [0.95, 0.0], [0.85, -0.14], [-0.3, -0.14]], np.float32
    )
    mask = np.maximum(fill(canvas, bow, hole), fill(canvas, blade))
    x, y = canvas.grid()
    groove = np.exp(-(((y + 0.05) / 0.03) ** 2)) * (x > -0.15)
    letters = (np.hypot(x + 0.5, y) < 0.22) * fbm(rng, canvas.size, 12, 2)
    height = dome(mask, 2.0 * canvas.px) - groove * 2.5 * canvas.px + letters * 0.8
    height += fbm(rng, canvas.size, 3, 3) * 1.2
    polish = Material(rng.uniform(0.3, 0.9), rng.uniform(20, 60), rng.uniform(0.4, 0.8))
    stain = 1 - 0.25 * np.clip(fbm(rng, canvas.size, 5, 3), 0, 1)
    albedo = (own * stain[..., None]).astype(np.float32)
    emboss(canvas, mask, albedo, height.astype(np.float32), polish, 1.2)


def paint_cotton_bud(rng: np.random.Generator, canvas: Canvas) -> None:
    """A cotton bud, whole or broken off: thin stick, fluffy ends, one maybe stained."""
    stick = tone(rng, [(236, 238, 238), (230, 170, 90), (190, 150, 235), (205, 220, 228)], 0.06)
    broken = rng.random() < 0.4
    wide = rng.uniform(0.06, 0.1) * (1.6 if broken else 1.0)
    _rod(canvas, -0.92, 0.8, np.full(40, wide), stick, Material(0.25, 20))
    white = tone(rng, [(236, 240, 240)], 0.03)
    for end in (0.75,) if broken else (-0.75, 0.75):
        stained = rng.random() < 0.3
        own = white * np.asarray([0.55, 0.8, 0.95]) if stained else white
        thick = wide * rng.uniform(1.3, 1.7)
        for shift in (0.0, 0.06, -0.05):
            centre = (end + shift, float(rng.normal(0, 0.008)))
            radii = (rng.uniform(0.17, 0.2), thick)
            segment(canvas, centre, radii, 0, own.astype(np.float32), MATTE, mottled(rng, 0.06))


def paint_flag_pick(rng: np.random.Generator, canvas: Canvas) -> None:
    """A wooden pick with a paper flag glued round its upper end."""
    wood = tone(rng, [(130, 185, 215), (110, 165, 205)], 0.08)
    grain = (wood * rng.normal(1, 0.08, (60, 1))).astype(np.float32)
    at = np.linspace(0, 1, 60)
    widths = rng.uniform(0.05, 0.08) * np.minimum(at * 5 + 0.15, 1)
    _rod(canvas, -0.97, 0.97, widths, grain, MATTE)
    top, long, tall = 0.93, rng.uniform(0.55, 0.8), rng.uniform(0.55, 0.85)
    edge = spline(np.asarray([[0, 0], [0.3, 0.05], [0.6, -0.05], [1, 0.03]]), 20) * [tall, 1]
    upper = np.stack([top + edge[:, 1], edge[:, 0]], 1)
    outline = np.concatenate([upper, (upper - [long, 0])[::-1]]).astype(np.float32)
    mask = fill(canvas, outline)
    x, y = canvas.grid()
    stripes = rng.random() < 0.5
    share = ((top - x) / long if stripes else y / tall) + np.zeros_like(mask)
    bands = [vivid(rng), tone(rng, [(236, 238, 238)], 0.03), vivid(rng)]
    page = np.select([(share < 1 / 3)[..., None], (share < 2 / 3)[..., None]], bands[:2], bands[2])
    height = np.sin(y * rng.uniform(6, 11) + rng.uniform(0, 6)) * 2.2 * canvas.px
    height = height + fbm(rng, canvas.size, 5, 2) + np.zeros_like(mask)
    emboss(canvas, mask, page.astype(np.float32), height.astype(np.float32), Material(0.1, 12), 1.0)
