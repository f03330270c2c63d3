"""What people lose or birds shed: capsules, tablets, teeth, feathers."""

from __future__ import annotations

import numpy as np

from training.drawn.canvas import Canvas
from training.drawn.light import GLOSSY, MATTE, WAXY, Material
from training.drawn.noise import Array, Colour, fbm, tone, vivid
from training.drawn.shapes import blob, disc, dome, emboss, fill
from training.drawn.tubes import fit, spline, tube


def paint_capsule(rng: np.random.Generator, canvas: Canvas) -> None:
    """A gelatine capsule of two halves, the cap slipped over the body, a seam between."""
    count, radius = 90, rng.uniform(0.26, 0.36)
    at = np.linspace(-0.95, 0.95, count)
    over = np.clip((np.abs(at) - (0.95 - radius)) / radius, 0, 1)
    widths = 2 * canvas.length(radius) * np.sqrt(np.maximum(1 - over**2, 0.02))
    seam = rng.uniform(-0.2, 0.25)
    cap = at > seam
    body = tone(rng, [(225, 232, 236), (160, 215, 240)], 0.06) if rng.random() < 0.6 else vivid(rng)
    albedo = np.where(cap[:, None, None], vivid(rng), body) * np.ones((count, 9, 1))
    if rng.random() < 0.3:
        albedo[~cap] *= rng.uniform(0.7, 1.1, ((~cap).sum(), 9, 1))
    albedo[np.abs(at - seam) < 0.025] *= 0.55
    points = np.stack([at, np.zeros(count)], 1).astype(np.float32)
    widened = (widths * np.where(cap, 1.05, 1.0)).astype(np.float32)
    tube(canvas, points, widened, albedo.astype(np.float32), Material(rng.uniform(0.5, 0.9), 30))


_PILL: list[Colour] = [
    (236, 238, 238), (225, 232, 235), (190, 190, 235), (170, 225, 240), (225, 205, 160),
    (150, 190, 235), (180, 220, 190),
]  # fmt: skip


def paint_tablet(rng: np.random.Generator, canvas: Canvas) -> None:
    """A round or oblong tablet with a score across it; now and then broken in half."""
    own, aspect = tone(rng, _PILL, 0.06), float(rng.choice([1.0, 1.0, 0.45, 0.6]))
    outline = disc(0.88) * [1, aspect]
    thick = canvas.light.towards[:2] * np.float32(-0.1)
    mask, below = fill(canvas, outline), fill(canvas, outline + thick)
    x, y = canvas.grid()
    if rng.random() < 0.25:
        jag = 0.04 * fbm(rng, canvas.size, 7, 2)
        mask, below = mask * (x < jag), below * (x < jag + max(float(thick[0]), 0))
    canvas.cover((own * 0.62).astype(np.float32), below.astype(np.float32))
    score = np.exp(-(((x if aspect < 1 else y) / 0.05) ** 2)) * np.ones_like(mask)
    height = dome(mask, 0.1 * canvas.size) - score * 0.03 * canvas.size * (rng.random() < 0.8)
    height += fbm(rng, canvas.size, 20, 2) * rng.uniform(0.1, 0.6)
    coated = GLOSSY if rng.random() < 0.35 else WAXY if rng.random() < 0.5 else MATTE
    emboss(canvas, mask.astype(np.float32), own, height.astype(np.float32), coated, 1.0)


def paint_tooth(rng: np.random.Generator, canvas: Canvas) -> None:
    """A tooth or a broken crown: glossy enamel with cusps, one or two duller roots."""
    enamel = tone(rng, [(205, 222, 230), (185, 212, 226), (222, 230, 234)], 0.05)
    root = tone(rng, [(140, 185, 210), (120, 170, 200)], 0.08)
    if rng.random() < 0.75:
        for side in (-1, 1) if rng.random() < 0.6 else (0,):
            knots = np.asarray(
                [[-0.1, 0.22 * side], [0.4, 0.3 * side], [0.95, rng.uniform(0.05, 0.35) * side]]
            )
            at = np.linspace(1, 0.15, 40)
            widths = canvas.length(rng.uniform(0.32, 0.45) if side else 0.6) * at
            tube(canvas, spline(knots, 40), widths.astype(np.float32), root, WAXY)
    crown = blob(rng, 0.04, rng.uniform(0.85, 1.0), 5) * np.float32(0.55)
    mask = fill(canvas, crown - np.asarray([0.4, 0], np.float32), soften_px=0.02 * canvas.size)
    x, y = canvas.grid()
    cusps = np.cos((x + 0.4) * 9) * np.cos(y * 9) * 0.012 * canvas.size
    height = dome(mask, 0.2 * canvas.size) + cusps
    shade = np.clip(1.0 + 0.12 * np.cos((x + 0.4) * 9) * np.cos(y * 9), 0.7, 1.1)
    albedo = enamel * shade[..., None]
    if rng.random() < 0.3:
        filling = np.hypot(x + 0.4, y) < 0.15 + 0.05 * fbm(rng, canvas.size, 5, 2)
        albedo = np.where(filling[..., None], tone(rng, [(120, 122, 124), (60, 62, 66)]), albedo)
    emboss(canvas, mask, albedo.astype(np.float32), height.astype(np.float32), GLOSSY, 1.5)


def paint_feather(rng: np.random.Generator, canvas: Canvas) -> None:
    """A small feather: pale shaft, barbs that part here and there, down at its foot."""
    own = tone(rng, [(235, 238, 240), (225, 228, 230), (120, 125, 130), (70, 95, 125),
                     (50, 52, 56)], 0.12)  # fmt: skip
    shaft = fit(np.asarray(spline(np.asarray([[-1, 0], [0, rng.normal(0, 0.25)], [1, 0]]), 110)))
    vane = canvas.layer()
    _grow_barbs(rng, vane, shaft * np.float32(0.93), own)
    canvas.merge(vane, float(rng.uniform(0.85, 1.0)))
    quill = np.linspace(2.8, 0.8, 110) * canvas.px
    pale = tone(rng, [(200, 215, 225)])
    tube(canvas, shaft * np.float32(0.93), quill.astype(np.float32), pale, WAXY, 4)


def _grow_barbs(rng: np.random.Generator, vane: Canvas, shaft: Array, own: Array) -> None:
    """Barbs from foot to tip on both sides: loose down first, then a closed vane with bars."""
    dark = own * np.float32(rng.uniform(0.35, 0.95))
    wide, bars = rng.uniform(0.24, 0.45), rng.uniform(4, 14)
    for number in range(8, 110):
        share = number / 110
        along = shaft[min(number + 1, 109)] - shaft[number - 1]
        along = along / max(float(np.linalg.norm(along)), 1e-6)
        loose = share < 0.28
        reach = wide * np.sin(np.pi * min(share * 0.9 + 0.12, 1)) ** 0.6
        bar = dark if np.sin(share * bars * np.pi) > 0.4 else own
        for side in (-1, 1):
            if rng.random() < (0.25 if loose else 0.03):
                continue
            sweep = rng.normal(0.3, 0.5) if loose else rng.normal(0.8, 0.05)
            path = _bend(shaft[number], along, side, reach * rng.uniform(0.85, 1.05), sweep)
            thick = np.full(8, (1.0 if loose else 2.2) * vane.px, np.float32)
            colour = (bar * rng.uniform(0.85, 1.1)).astype(np.float32)
            tube(vane, path.clip(-1, 1), thick, colour, MATTE, 2)


def _bend(start: Array, along: Array, side: int, length: float, sweep: float) -> Array:
    """A barb that curves outwards and towards the tip: (8, 2)."""
    across = np.asarray([-along[1], along[0]]) * side
    at = np.linspace(0, 1, 8)[:, None]
    return np.asarray(start + length * (at * across + sweep * at**1.4 * along), np.float32)
