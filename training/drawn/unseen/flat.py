"""Printed card and paper in shapes of their own: stickers from fruit, pieces of a jigsaw."""

from __future__ import annotations

import numpy as np

from training.drawn.canvas import Canvas
from training.drawn.light import Material
from training.drawn.noise import Array, fbm, folds, tone, vivid
from training.drawn.print import writing
from training.drawn.shapes import disc, dome, emboss, fill


def paint_fruit_sticker(rng: np.random.Generator, canvas: Canvas) -> None:
    """The oval sticker of a fruit: coloured rim, band with a number, an edge that lifts."""
    outline = (disc(0.93) * [1, rng.uniform(0.62, 1.0)]).astype(np.float32)
    mask, inner = fill(canvas, outline), fill(canvas, outline * np.float32(0.86))
    x, y = canvas.grid()
    page = vivid(rng) * (1 - inner[..., None]) + vivid(rng) * inner[..., None]
    band = ((np.abs(y - rng.uniform(-0.15, 0.15)) < rng.uniform(0.15, 0.3)) * inner)[..., None]
    page = page * (1 - band) + tone(rng, [(236, 238, 238)], 0.04) * band
    ink = (writing(rng, canvas.size) * inner)[..., None] * rng.uniform(0.6, 0.95)
    page = page * (1 - ink) + tone(rng, [(35, 35, 40), (60, 50, 120), (40, 90, 40)]) * ink
    lift = np.clip(x * np.cos(1.0) + y * np.sin(1.0) - rng.uniform(0.3, 0.8), 0, 1) * canvas.size
    height = folds(rng, canvas.size, 4, rng.uniform(0.03, 0.2)) + 0.25 * lift + dome(mask, 2.0)
    shine = Material(rng.uniform(0.15, 0.5), 20)
    emboss(canvas, mask, page.astype(np.float32), height.astype(np.float32), shine, 1.0)


def _edge(rng: np.random.Generator, sort: int) -> Array:
    """One side of a piece from (0, 0) to (1, 0): straight, with a knob outwards or a notch."""
    if sort == 0:
        return np.asarray([[0, 0], [1, 0]], float)
    middle, angle = rng.uniform(0.44, 0.56), np.linspace(-0.7, np.pi + 0.7, 18)[::-1]
    knob = np.stack([middle + 0.13 * np.cos(angle), 0.15 + 0.12 * np.sin(angle)], 1)
    knob[:, 1] *= -sort
    return np.concatenate([[[0, 0]], knob, [[1, 0]]])


def paint_jigsaw_piece(rng: np.random.Generator, canvas: Canvas) -> None:
    """A piece of a jigsaw: printed face with knobs and notches on a rim of grey board."""
    sides = []
    for number, start in enumerate(((-1, -1), (1, -1), (1, 1), (-1, 1))):
        turn = number * np.pi / 2
        spin = np.asarray([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        edge = _edge(rng, int(rng.choice([-1, 1, 1, 0])))
        sides.append((edge * 2) @ spin + np.asarray(start, float))
    outline = (np.concatenate(sides) * 0.62).astype(np.float32)
    thick = canvas.light.towards[:2] * np.float32(-0.07)
    canvas.cover(tone(rng, [(120, 150, 170), (150, 160, 165)]), fill(canvas, outline + thick))
    mask = fill(canvas, outline)
    blend = np.clip(fbm(rng, canvas.size, 2, 3) * 1.5 + 0.5, 0, 1)[..., None]
    page = vivid(rng) * blend + vivid(rng) * (1 - blend)
    if rng.random() < 0.6:
        second = (fbm(rng, canvas.size, 3, 2) > 0.25)[..., None]
        page = np.where(second, vivid(rng), page)
    height = dome(mask, 2.5 * canvas.px) + fbm(rng, canvas.size, 30, 1) * 0.3
    shine = Material(rng.uniform(0.05, 0.35), 18)
    emboss(canvas, mask, page.astype(np.float32), height.astype(np.float32), shine, 0.8)
