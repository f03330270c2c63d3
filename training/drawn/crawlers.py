"""Soft or many-legged animals: spiders, caterpillars, maggots, slugs, woodlice."""

from __future__ import annotations

import numpy as np

from training.drawn.bodies import limb, segment
from training.drawn.canvas import Canvas
from training.drawn.insects import BROWN, DARK, feelers, hull
from training.drawn.light import GLOSSY, Material
from training.drawn.marks import mottled, ringed
from training.drawn.noise import Array, fbm, tone
from training.drawn.tubes import fit, rounded, spline, tangents, tube, wander


def paint_spider(rng: np.random.Generator, canvas: Canvas) -> None:
    """Eight legs, stretched or drawn up, round abdomen with a pattern."""
    own = tone(rng, [*DARK, *BROWN, (90, 120, 140), (70, 85, 95)])
    long = rng.uniform(0.65, 1.0)
    drawn_up = rng.random() < 0.3
    for side in (-1, 1):
        for out in np.linspace(0.45, 2.6, 4):
            heading = side * (out + rng.normal(0, 0.12))
            knee = rng.uniform(0.4, 0.9) * (2.2 if drawn_up else 1.0)
            bend = knee * side * (1 if out > 1.5 else -1)
            turns = heading + np.asarray([0, bend * 0.5, bend * 1.4])
            steps = (
                np.stack([np.cos(turns), np.sin(turns)], 1)
                * long
                * np.asarray([[0.36], [0.34], [0.34]])
            )
            start = np.asarray([[0.15 - 0.05 * out, 0.06 * side]])
            joints = np.concatenate([start, start + np.cumsum(steps, axis=0)])
            limb(canvas, joints.clip(-1, 1).astype(np.float32), rng.uniform(0.035, 0.06), own, 0.3)
    fat = rng.uniform(0.7, 1.3)
    segment(canvas, (0.16, 0), (0.17, 0.14), 0, own, hull(rng), mottled(rng, 0.2))
    marks = ringed(rng, 3, 0.6) if rng.random() < 0.5 else mottled(rng, 0.4, 6)
    segment(canvas, (-0.24, 0), (0.28 * fat, 0.22 * fat), 0, own, hull(rng), marks)


def _spine(rng: np.random.Generator, knots: int, restless: float, count: int) -> Array:
    curve = fit(spline(wander(rng, knots, restless), 4 * count), 0.84)
    return rounded(curve, count)


def paint_caterpillar(rng: np.random.Generator, canvas: Canvas) -> None:
    """A green cabbage worm, a cutworm or an inchworm: segments, stripe, stub legs, head."""
    own = tone(rng, [(80, 175, 130), (70, 150, 110), (110, 190, 165), (70, 100, 120),
                     (60, 80, 95), (120, 165, 190)])  # fmt: skip
    count = int(rng.integers(10, 15))
    spine = _spine(rng, int(rng.integers(3, 6)), rng.uniform(0.15, 0.9), count)
    along = tangents(spine)
    wide = rng.uniform(0.09, 0.15)
    for at in rng.choice(count - 2, min(6, count - 2), replace=False) + 1:
        side = np.asarray([-along[at, 1], along[at, 0]]) * rng.choice([-1, 1])
        foot = np.stack([spine[at], spine[at] + side * wide * 1.35])
        limb(canvas, foot.astype(np.float32), wide * 0.4, (own * 0.8).astype(np.float32), 0.6)
    shell, mottle = hull(rng, 0.1, 0.5), mottled(rng, 0.15, 7)
    striped, dark = rng.random() < 0.5, rng.uniform(0.55, 1.5)

    def marks(u: Array, v: Array) -> Array:
        stripe = np.exp(-(((v - 0.1) / 0.18) ** 2)) * (dark - 1) if striped else 0 * v
        return np.asarray(mottle(u, v) * (1 + stripe) * (1 - 0.3 * np.abs(u) ** 4), np.float32)

    for at in range(count):
        angle = float(np.arctan2(along[at, 1], along[at, 0]))
        girth = wide * (0.75 + 0.25 * np.sin(np.pi * (at + 0.8) / (count + 0.6)))
        step = float(np.linalg.norm(spine[1] - spine[0]))
        place = (float(spine[at, 0]), float(spine[at, 1]))
        segment(canvas, place, (max(step * 0.75, girth * 0.7), girth), angle, own, shell, marks)
    head = tone(rng, [(40, 70, 110), (50, 110, 90), (25, 30, 40)])
    end = (float(spine[-1, 0] + along[-1, 0] * wide), float(spine[-1, 1] + along[-1, 1] * wide))
    segment(canvas, end, (wide * 0.7, wide * 0.75), 0, head, GLOSSY)


def paint_maggots(rng: np.random.Generator, canvas: Canvas) -> None:
    """One to six pale larvae, ringed, blunt behind and pointed in front."""
    own = tone(rng, [(195, 220, 232), (170, 205, 225), (150, 190, 220), (205, 220, 225)], 0.1)
    count = int(rng.choice([1, 1, 2, 3, 6]))
    for _ in range(count):
        path = spline(wander(rng, 4, rng.uniform(0.1, 0.6)), 60)
        spine = fit(rounded(path, 46), 0.9 if count == 1 else rng.uniform(0.4, 0.55))
        spine = spine + rng.uniform(-0.42, 0.42, 2) * (count > 1)
        at = np.linspace(0, 1, 46)
        fat = rng.uniform(0.12, 0.2) if count == 1 else rng.uniform(0.09, 0.13)
        blunt, pointed = np.clip(at * 8, 0.02, 1) ** 0.5, np.clip((1 - at) * 2.2, 0.02, 1) ** 0.6
        girth = blunt * pointed
        rings = 1 - 0.22 * (np.sin(at * np.pi * 11) ** 8)
        gut = 1 - 0.15 * np.exp(-(((at - 0.5) / 0.2) ** 2)) * rng.uniform(0, 1)
        colours = own * (rings * gut)[:, None]
        colours[-2:] *= 0.35
        widths = 2 * canvas.length(fat) * girth * (0.96 + 0.04 * rings)
        flesh = Material(float(rng.uniform(0.2, 0.7)), float(rng.uniform(10, 40)))
        tube(canvas, spine, widths.astype(np.float32), colours.astype(np.float32), flesh)


def paint_slug(rng: np.random.Generator, canvas: Canvas) -> None:
    """A wet, tapered body with a mantle and two pairs of feelers."""
    own = tone(rng, [(55, 65, 75), (70, 100, 130), (60, 110, 160), (110, 130, 140), (35, 40, 45)])
    spine = _spine(rng, 4, rng.uniform(0.1, 0.6), 70)
    at = np.linspace(0, 1, 70)
    girth = np.interp(at, [0, 0.35, 0.75, 0.95, 1], [0.08, 0.85, 1, 0.7, 0.35])
    wide = rng.uniform(0.24, 0.4)
    wrinkles = rng.normal(1, 0.09, (70, 9, 1)) * np.linspace(0.8, 1.05, 70)[:, None, None]
    wet = Material(float(rng.uniform(0.5, 1.0)), float(rng.uniform(25, 70)))
    along = tangents(spine)[-4]
    for side in (-0.5, 0.5):
        tip = spine[-1] + 0.16 * (along + side * np.asarray([-along[1], along[0]]))
        limb(canvas, np.stack([spine[-3], tip]).astype(np.float32), 0.04, own, 0.8)
    widths = (canvas.length(wide) * girth).astype(np.float32)
    tube(canvas, spine, widths, (own * wrinkles).astype(np.float32), wet)
    mantle = (float(spine[48, 0]), float(spine[48, 1]))
    heading = float(np.arctan2(*tangents(spine)[48][::-1]))
    segment(canvas, mantle, (0.22, wide * 0.42), heading, own, wet, mottled(rng, 0.12, 12))


def paint_woodlouse(rng: np.random.Generator, canvas: Canvas) -> None:
    """A woodlouse, silverfish or centipede: one plate behind another, legs down both sides."""
    own = tone(rng, [(70, 72, 75), (95, 100, 105), (45, 65, 100), (140, 145, 150)])
    plates, wide = int(rng.integers(8, 16)), rng.uniform(0.12, 0.4)
    dark = (own * 0.7).astype(np.float32)
    for x in np.linspace(-0.6, 0.6, plates - 2):
        for side in (-1, 1):
            tip = [x + rng.normal(-0.05, 0.06), side * (wide + rng.uniform(0.08, 0.2))]
            limb(canvas, np.asarray([[x, 0], tip], np.float32), 0.035, dark)
    feelers(rng, canvas, 0.7, rng.uniform(0.2, 0.5), 0.03, dark)
    shell = hull(rng, 0.1, 0.6)
    for x in np.linspace(-0.72, 0.72, plates):
        girth = wide * np.sqrt(max(1 - (x / 0.95) ** 2, 0.05))
        segment(canvas, (x, 0), (1.7 / plates, girth), 0, own, shell, mottled(rng, 0.12, 6))


def paint_pupa(rng: np.random.Generator, canvas: Canvas) -> None:
    """Pupae or rice bugs: small brown spindles, one or a handful."""
    own, count = tone(rng, BROWN), int(rng.choice([1, 1, 3, 6]))
    for _ in range(count):
        size = rng.uniform(0.7, 0.9) if count == 1 else rng.uniform(0.25, 0.4)
        place = rng.uniform(-0.5, 0.5, 2) * (count > 1)
        rings = ringed(rng, rng.uniform(4, 7), 0.65)
        shell, wide = hull(rng, 0.2, 0.8), size * rng.uniform(0.3, 0.45)
        angle = rng.uniform(0, 6.3)
        segment(canvas, (place[0], place[1]), (size, wide), angle, own, shell, rings)
    dirt = np.clip(1 + 0.2 * fbm(rng, canvas.size, 10, 2), 0.5, 1.0)
    canvas.pixels[..., :3] = canvas.pixels[..., :3] * dirt[..., None]
