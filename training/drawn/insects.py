"""Insects with six legs and a hard or hairy body. They lie along x, head to +x."""

from __future__ import annotations

import numpy as np

from training.drawn.bodies import legs, limb, segment, wing
from training.drawn.canvas import Canvas
from training.drawn.light import GLOSSY, WAXY, Material
from training.drawn.marks import cased, mottled, ringed, spotted
from training.drawn.noise import Array, Colour, fbm, hsv, tone
from training.drawn.tubes import spline

DARK: list[Colour] = [(22, 24, 28), (30, 34, 40), (24, 34, 52), (40, 50, 62), (48, 42, 34)]
BROWN: list[Colour] = [(28, 52, 96), (24, 40, 74), (40, 70, 120), (20, 26, 48)]


def hull(rng: np.random.Generator, low: float = 0.1, high: float = 0.8) -> Material:
    """How the shell shines: from dusty to lacquered."""
    return Material(float(rng.uniform(low, high)), float(rng.uniform(8, 60)))


def feelers(
    rng: np.random.Generator, canvas: Canvas, root: float, length: float, width: float, own: Array
) -> None:
    """Paints two curved antennae from (root, 0) forward."""
    for side in (-1, 1):
        open_angle = rng.uniform(0.2, 1.0)
        heading = side * (open_angle + np.cumsum(rng.normal(0.08, 0.2, 4)))
        steps = np.stack([np.cos(heading), np.sin(heading)], 1) * length / 4
        start = np.asarray([[root, side * 0.04]])
        knots = np.concatenate([start, start + np.cumsum(steps, axis=0)])
        limb(canvas, spline(knots.astype(np.float32), 14), width, own, 0.5)


def paint_fly(rng: np.random.Generator, canvas: Canvas) -> None:
    """House, fruit or green bottle fly, from above; wings folded or spread."""
    kind = rng.random()
    fruit = kind > 0.65
    own = tone(rng, [(50, 105, 160), (40, 85, 130)]) if fruit else tone(rng, DARK)
    if 0.45 < kind < 0.6:
        own = tone(rng, [hsv(rng.uniform(0.3, 0.5), 0.7, 0.5)])
    fat, shell = rng.uniform(0.8, 1.25), hull(rng, 0.1, 0.6)
    dark = (own * 0.5).astype(np.float32)
    curl = float(rng.choice([0.0, 0.2, 0.9]))
    legs(rng, canvas, np.asarray([-0.02, 0.12, 0.28]), rng.uniform(0.5, 0.75), 0.045, dark, curl)
    segment(canvas, (-0.3, 0), (0.36, 0.22 * fat), 0, own, shell, ringed(rng, 2.5, 0.45))
    segment(canvas, (0.16, 0), (0.24, 0.2 * fat), 0, own, shell, mottled(rng, 0.2))
    eye = tone(rng, [(30, 32, 120), (28, 30, 60), (30, 40, 165), (20, 24, 30)])
    for side in (-1, 1):
        segment(canvas, (0.43, 0.12 * side * fat), (0.09, 0.11), 0.3 * side, eye, GLOSSY)
    segment(canvas, (0.46, 0), (0.08, 0.09), 0, own, shell)
    feelers(rng, canvas, 0.53, 0.12, 0.02, dark)
    glass = tone(rng, [(205, 210, 212), (170, 185, 195), (150, 165, 180)], 0.1)
    alpha, spread = float(rng.uniform(0.16, 0.5)), rng.uniform(0.08, 0.9)
    for side in (-1, 1):
        angle = side * (np.pi - spread - rng.uniform(0, 0.25))
        wing(rng, canvas, (0.16, 0.09 * side), angle, 0.85, rng.uniform(0.22, 0.32), glass, alpha)


def paint_wasp(rng: np.random.Generator, canvas: Canvas) -> None:
    """A wasp or bee: banded yellow abdomen, narrow or hairy waist."""
    yellow = tone(rng, [(40, 180, 230), (50, 150, 205), (40, 110, 170)])
    dark = tone(rng, DARK[:3])
    fat = rng.uniform(0.75, 1.3)
    legs(rng, canvas, np.asarray([0.0, 0.12, 0.26]), 0.6, 0.045, (yellow * 0.6).astype(np.float32))
    bands = ringed(rng, rng.uniform(3, 5), 0.12)
    segment(canvas, (-0.42, 0), (0.42, 0.2 * fat), 0, yellow, hull(rng), bands)
    segment(canvas, (0.14, 0), (0.22, 0.18 * fat), 0, dark, WAXY, mottled(rng, 0.4, 14))
    segment(canvas, (0.42, 0), (0.1, 0.14), 0, dark, hull(rng))
    feelers(rng, canvas, 0.48, 0.35, 0.03, dark)
    glass = tone(rng, [(170, 190, 205), (120, 160, 190)], 0.1)
    for side in (-1, 1):
        for length in (0.85, 0.6):
            angle = side * rng.uniform(1.9, 2.9)
            wing(rng, canvas, (0.16, 0.1 * side), angle, length, 0.16, glass, 0.3)


def paint_ant(rng: np.random.Generator, canvas: Canvas) -> None:
    """Three lobes with a thin waist, six long legs, elbowed feelers."""
    own = tone(rng, [*DARK[:2], (24, 34, 52), (30, 55, 110), (40, 75, 140)])
    shell, slim = hull(rng, 0.2, 0.8), rng.uniform(0.75, 1.2)
    curl = float(rng.choice([0.0, 0.0, 0.8]))
    legs(rng, canvas, np.asarray([-0.05, 0.08, 0.2]), rng.uniform(0.65, 0.85), 0.04, own, curl)
    feelers(rng, canvas, 0.52, 0.4, 0.035, own)
    bend = rng.normal(0, 0.1, 3)
    abdomen = ringed(rng, 2, 0.7)
    segment(canvas, (-0.48, bend[0]), (0.32, 0.2 * slim), bend[0], own, shell, abdomen)
    segment(canvas, (-0.13, bend[1] / 2), (0.06, 0.05), 0, own, shell)
    segment(canvas, (0.1, 0), (0.21, 0.1 * slim), 0, own, shell)
    segment(canvas, (0.43, bend[2]), (0.17, 0.15 * slim), bend[2], own, shell)


def paint_beetle(rng: np.random.Generator, canvas: Canvas) -> None:
    """A beetle or a weevil: grooved wing cases, collar, short legs, sometimes metallic."""
    own = tone(rng, [*DARK, *BROWN, hsv(rng.uniform(0.2, 0.6), 0.7, 0.4)])
    shell, wide = hull(rng, 0.15, 1.0), rng.uniform(0.26, 0.48)
    dark = (own * 0.6).astype(np.float32)
    snout = rng.random() < 0.35
    legs(rng, canvas, np.asarray([-0.3, 0.0, 0.3]), wide * rng.uniform(1.3, 2), 0.06, dark, 0.3)
    head_at = 0.66
    if snout:
        limb(canvas, np.asarray([[0.6, 0], [0.8, 0.02], [0.97, 0.06]], np.float32), 0.1, dark, 0.6)
    feelers(rng, canvas, head_at + 0.08, rng.uniform(0.2, 0.5), 0.03, dark)
    segment(canvas, (head_at, 0), (0.14, wide * 0.5), 0, dark, shell)
    segment(canvas, (0.42, 0), (0.24, wide * 0.82), 0, own, shell, mottled(rng, 0.1))
    segment(canvas, (-0.2, 0), (0.58, wide), 0, own, shell, cased(rng, rng.uniform(3, 9)))


def paint_ladybird(rng: np.random.Generator, canvas: Canvas) -> None:
    """A round red, orange or yellow beetle with dark spots."""
    own = tone(rng, [(30, 40, 190), (25, 75, 215), (40, 150, 220), (25, 25, 140)])
    dark = tone(rng, DARK[:2])
    legs(rng, canvas, np.asarray([-0.2, 0.1, 0.4]), 0.75, 0.06, dark, 0.2)
    feelers(rng, canvas, 0.75, 0.2, 0.03, dark)
    segment(canvas, (0.62, 0), (0.26, 0.38), 0, dark, GLOSSY)
    for side in (-1, 1):
        white = tone(rng, [(215, 225, 225)], 0.1)
        segment(canvas, (0.64, 0.24 * side), (0.09, 0.08), 0, white, WAXY)
    wide = rng.uniform(0.52, 0.64)
    segment(canvas, (-0.06, 0), (0.68, wide), 0, own, hull(rng, 0.4, 0.9), spotted(rng))


def paint_cockroach(rng: np.random.Generator, canvas: Canvas) -> None:
    """Flat, brown, long feelers and spiny legs; the wings hide the abdomen."""
    canvas.zoom = 0.78
    own = tone(rng, BROWN)
    dark, shell = (own * 0.65).astype(np.float32), hull(rng, 0.3, 0.9)
    wide = rng.uniform(0.2, 0.28)
    legs(rng, canvas, np.asarray([-0.1, 0.1, 0.28]), rng.uniform(0.55, 0.7), 0.05, dark, 0.1)
    feelers(rng, canvas, 0.52, rng.uniform(0.5, 0.95), 0.028, dark)
    segment(canvas, (-0.28, 0), (0.56, wide), 0, dark, shell, ringed(rng, 5, 0.5))
    if rng.random() < 0.75:
        segment(canvas, (-0.22, 0), (0.6, wide * 1.05), 0, own, shell, cased(rng, 4))
    segment(canvas, (0.5, 0), (0.09, 0.12), 0, dark, shell)
    pale = (own * 1.3).astype(np.float32)
    segment(canvas, (0.34, 0), (0.17, wide * 1.05), 0, pale, shell, mottled(rng, 0.25, 5))


def paint_mosquito(rng: np.random.Generator, canvas: Canvas) -> None:
    """All legs: a thin body, long knees, narrow wings, a proboscis."""
    canvas.zoom = 0.85
    own = tone(rng, [(45, 55, 68), (38, 48, 70), (60, 72, 84)])
    legs(rng, canvas, np.asarray([0.06, 0.13, 0.2]), rng.uniform(0.9, 1.2), 0.028, own)
    body = ringed(rng, 6, 0.5)
    segment(
        canvas, (-0.25, 0), (0.38, rng.uniform(0.05, 0.09)), rng.normal(0, 0.1), own, WAXY, body
    )
    segment(canvas, (0.15, 0), (0.13, 0.1), 0, own, WAXY)
    segment(canvas, (0.31, 0), (0.06, 0.06), 0, own, WAXY)
    limb(canvas, np.asarray([[0.34, 0], [0.5, 0.02], [0.68, 0.05]], np.float32), 0.03, own)
    glass = tone(rng, [(185, 195, 200), (150, 160, 170)], 0.1)
    for side in (-1, 1):
        angle = side * (np.pi - rng.uniform(0.05, 0.7))
        wing(rng, canvas, (0.14, 0.05 * side), angle, 0.75, 0.11, glass, 0.28)


def paint_gnats(rng: np.random.Generator, canvas: Canvas) -> None:
    """Aphids or gnats: a few to a dozen specks with legs, all of one kind."""
    own = tone(rng, [*DARK[:3], (70, 160, 140), (60, 120, 90), (60, 90, 130)])
    size, count = rng.uniform(0.1, 0.2), int(rng.integers(3, 13))
    winged = count < 6
    for x, y in np.clip(rng.normal(0, 0.42, (count, 2)), -0.82, 0.82):
        angle, shade = rng.uniform(0, 6.3), (own * rng.uniform(0.75, 1.2)).astype(np.float32)
        ahead = np.asarray([np.cos(angle), np.sin(angle)])
        for _ in range(4):
            out = rng.normal(0, 1, 2)
            tip = np.asarray([x, y]) + size * 1.35 * out / np.linalg.norm(out)
            limb(canvas, np.asarray([[x, y], tip], np.float32), size * 0.16, shade)
        fat = size * rng.uniform(0.45, 0.75)
        segment(canvas, (x, y), (size, fat), angle, shade, WAXY, mottled(rng, 0.2))
        tip = np.asarray([x, y]) + ahead * size
        segment(canvas, (tip[0], tip[1]), (size * 0.4, size * 0.35), angle, shade, WAXY)
        if winged:
            pale = np.full(3, 200, np.float32)
            turn = angle + np.pi + rng.normal(0, 0.4)
            wing(rng, canvas, (x, y), turn, size * 2, size * 0.8, pale, 0.3)


def paint_moth(rng: np.random.Generator, canvas: Canvas) -> None:
    """A pantry moth or small butterfly: scaled opaque wings over a furry body."""
    own = tone(rng, [(110, 140, 165), (90, 115, 140), (140, 165, 180), (60, 85, 120)])
    spread = rng.uniform(0.25, 1.3)
    for side in (-1, 1):
        for length, width, lag in ((0.8, 0.5, 0.45), (1.0, 0.42, 0.0)):
            angle = side * (np.pi - spread + lag * 0.8 * (1 if spread > 0.8 else 0))
            shade = (own * rng.uniform(0.8, 1.1)).astype(np.float32)
            wing(rng, canvas, (0.3, 0.05 * side), angle, length, width, shade, 0.94)
    dust = np.clip(1 + 0.35 * fbm(rng, canvas.size, 7, 3), 0.4, 1.3)
    canvas.pixels[..., :3] = np.minimum(
        canvas.pixels[..., :3] * dust[..., None], canvas.pixels[..., 3:]
    )
    dark = (own * 0.6).astype(np.float32)
    feelers(rng, canvas, 0.5, 0.45, 0.025, dark)
    segment(canvas, (-0.05, 0), (0.42, 0.1), 0, own, WAXY, mottled(rng, 0.35, 14))
    segment(canvas, (0.42, 0), (0.12, 0.11), 0, dark, WAXY, mottled(rng, 0.3, 10))
