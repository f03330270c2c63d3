"""Chips, films, gloves, packaging, straws, buttons, foam."""

from __future__ import annotations

import numpy as np

from training.drawn.canvas import Canvas
from training.drawn.light import GLOSSY, Material
from training.drawn.noise import cells, fbm, folds, speckle, tone, vivid
from training.drawn.print import writing
from training.drawn.shapes import blob, disc, dome, emboss, fill, inset, panel, shard, slopes, tear
from training.drawn.tubes import fit, rounded, spline, tube, wander


def paint_chip(rng: np.random.Generator, canvas: Canvas) -> None:
    """A broken or moulded piece of hard plastic."""
    aspect, round_px = rng.uniform(0.25, 1), canvas.size * rng.choice([0.0, 0.01, 0.03])
    outline = shard(rng, int(rng.integers(3, 8)), aspect)
    if rng.random() < 0.3:
        outline = blob(rng, 0.12, aspect)
    mask = fill(canvas, outline, soften_px=float(round_px))
    height = dome(mask, rng.uniform(1, 6) * canvas.px) + folds(rng, canvas.size, 2, 0.3)
    height += fbm(rng, canvas.size, 4, 3) * rng.uniform(0.2, 3)
    gloss = Material(rng.uniform(0.1, 0.9), rng.uniform(10, 60))
    cloud = 1 + 0.08 * fbm(rng, canvas.size, 6)
    emboss(canvas, mask, (vivid(rng) * cloud[..., None]).astype(np.float32), height, gloss, 1.2)


def paint_film(rng: np.random.Generator, canvas: Canvas) -> None:
    """Clear film or a thin bag's corner: seen by its creases and highlights alone."""
    outline = shard(rng, int(rng.integers(4, 8)), rng.uniform(0.3, 1))
    mask = tear(rng, fill(canvas, outline), rng.uniform(1, 5))
    height = folds(rng, canvas.size, int(rng.integers(6, 24)), rng.uniform(0.3, 0.9))
    height += fbm(rng, canvas.size, 5, 3) * rng.uniform(1, 4)
    normals = slopes(height, 0.8)
    glint = np.maximum(normals @ canvas.light.halfway, 0) ** np.float32(rng.uniform(20, 90))
    own = tone(rng, [(225, 228, 228), (235, 232, 225)], 0.05)
    if rng.random() < 0.2:
        own = vivid(rng)
    rim = np.exp(-inset(mask) / np.float32(0.8 * canvas.px)) * rng.uniform(0.1, 0.5)
    crease = np.clip((1 - normals[..., 2]) * 2, 0, 0.3)
    veil = mask * np.clip(
        rng.uniform(0.03, 0.3) + rng.uniform(0.4, 0.95) * glint + rim + crease, 0, 1
    )
    bright = own * (0.75 + 0.25 * normals[..., 2:]) + 70 * glint[..., None]
    canvas.cover(bright.astype(np.float32), veil.astype(np.float32))


def paint_glove(rng: np.random.Generator, canvas: Canvas) -> None:
    """A torn fingertip or scrap of a disposable glove: thin, wrinkled, a bit see-through."""
    own = tone(rng, [(200, 130, 60), (190, 110, 80), (225, 228, 230), (45, 45, 48),
                     (215, 225, 235), (170, 150, 60)], 0.12)  # fmt: skip
    finger = rng.random() < 0.5
    outline = blob(rng, 0.05, rng.uniform(0.3, 0.5)) if finger else blob(rng, 0.22, 0.8, 9)
    mask = tear(rng, fill(canvas, outline), rng.uniform(0.5, 3), 4)
    x, y = canvas.grid()
    waves = np.sin(x * rng.uniform(8, 26) + 3 * fbm(rng, canvas.size, 3, 2) + y)
    height = dome(mask, 5 * canvas.px) + waves * rng.uniform(0.5, 2.0) * np.abs(
        fbm(rng, canvas.size)
    )
    height += folds(rng, canvas.size, 9, rng.uniform(0.2, 0.6))
    thin = np.clip(rng.uniform(0.6, 1.1) + 0.2 * fbm(rng, canvas.size, 3), 0.4, 1)
    emboss(canvas, mask * thin, own, height.astype(np.float32), Material(0.25, 15), 1.2)


def paint_packaging(rng: np.random.Generator, canvas: Canvas) -> None:
    """A printed corner of a wrapper or sachet: crimped edge, letters, stripes, wrinkled shine."""
    outline = panel(rng, rng.uniform(0.4, 0.95), 0.2)
    mask = fill(canvas, outline)
    x, y = canvas.grid()
    if rng.random() < 0.5:
        teeth = 0.05 * np.abs((x * rng.uniform(5, 12)) % 2 - 1)
        mask = mask * (y > -0.62 + teeth)
    if rng.random() < 0.5:
        cut = fill(canvas, shard(rng, 5, 1) * np.float32(1.1) + rng.uniform(-0.5, 0.5, 2))
        mask = tear(rng, mask * cut, 1.5)
    albedo = np.broadcast_to(vivid(rng), (*mask.shape, 3))
    for _ in range(int(rng.integers(0, 3))):
        lean = rng.normal(0, 1, 2)
        band = (np.abs(lean[0] * x + lean[1] * y - rng.normal(0, 0.3)) < rng.uniform(0.05, 0.3))[
            ..., None
        ]
        albedo = np.where(band, vivid(rng), albedo)
    ink = writing(rng, canvas.size)[..., None]
    albedo = albedo * (1 - ink) + vivid(rng) * ink
    height = folds(rng, canvas.size, int(rng.integers(3, 16)), rng.uniform(0.2, 0.7))
    height += fbm(rng, canvas.size, 5, 3) * 1.5 + np.sin(y * 90) * 0.3 * (y < -0.45)
    foil = Material(rng.uniform(0.2, 0.9), rng.uniform(15, 60), float(rng.choice([0, 0, 0.3])))
    emboss(canvas, mask, albedo.astype(np.float32), height.astype(np.float32), foil, 1.0)


def paint_cap_ring(rng: np.random.Generator, canvas: Canvas) -> None:
    """The tamper ring of a bottle, whole or snapped, with its torn bridges."""
    own, broken = vivid(rng), rng.random() < 0.5
    span = rng.uniform(3.2, 5.8) if broken else 6.5
    angle = np.linspace(0, span, 90)
    circle = np.stack([np.cos(angle), np.sin(angle) * rng.uniform(0.35, 1)], 1)
    points = fit(
        (circle * np.linspace(1, rng.uniform(0.9, 1.1), 90)[:, None]).astype(np.float32), 0.86
    )
    widths = rng.uniform(3, 7) * canvas.px * (1 + 0.25 * (np.arange(90) % 9 == 0))
    lanes = np.asarray([0.75, 1.0, 1.05, 1.0, 0.8], np.float32)[None, :, None]
    ring = own * lanes * np.ones((90, 1, 1), np.float32)
    tube(canvas, points, widths.astype(np.float32), ring.astype(np.float32), GLOSSY)


def paint_straw(rng: np.random.Generator, canvas: Canvas) -> None:
    """A cut piece of a drinking straw or tube, often striped, its open end showing."""
    own, lanes = vivid(rng), 9
    knots = np.asarray([[-0.8, 0], [0, rng.normal(0, 0.12)], [0.8, 0]], np.float32)
    points, wide = spline(knots, 60), rng.uniform(0.12, 0.42)
    albedo = np.broadcast_to(own, (60, lanes, 3))
    if rng.random() < 0.5:
        lines = np.isin(np.arange(lanes), rng.choice(lanes, 3, replace=False))[None, :, None]
        albedo = np.where(lines, vivid(rng), albedo)
    widths = np.full(60, canvas.length(2 * wide), np.float32)
    layer = canvas.layer()
    tube(layer, points, widths, albedo.astype(np.float32), Material(0.6, 25))
    end = np.asarray(disc(wide, 40) * [rng.uniform(0.25, 0.6), 1] + points[-1], np.float32)
    inner = np.asarray((end - points[-1]) * 0.85 + points[-1], np.float32)
    layer.cover(own, fill(canvas, end))
    layer.cover((own * 0.3).astype(np.float32), fill(canvas, inner))
    canvas.merge(layer, float(rng.choice([1.0, 1.0, 0.75])))


def paint_nylon(rng: np.random.Generator, canvas: Canvas) -> None:
    """Bristles of a brush: a few stiff, blunt, coloured or clear filaments."""
    own = vivid(rng)
    layer, width = canvas.layer(), rng.uniform(1.0, 2.6) * canvas.px
    for _ in range(int(rng.choice([1, 1, 2, 3, 5]))):
        path = fit(spline(wander(rng, 3, rng.uniform(0.05, 0.5)), 30), rng.uniform(0.5, 0.95))
        placed = (path + rng.normal(0, 0.12, 2)).clip(-1, 1).astype(np.float32)
        tube(layer, placed, np.full(30, width, np.float32), own, GLOSSY)
    canvas.merge(layer, float(rng.uniform(0.6, 1)))


def paint_button(rng: np.random.Generator, canvas: Canvas) -> None:
    """A button: a rim, two or four holes."""
    own, count = vivid(rng), int(rng.choice([2, 4]))
    turns = np.arange(count) / count * 2 * np.pi
    holes = [disc(0.1, 20) + 0.22 * np.asarray([np.cos(t), np.sin(t)]) for t in turns]
    mask = fill(canvas, disc(0.95), *holes)
    radius = np.hypot(*canvas.grid())
    height = dome(mask, 2 * canvas.px) + 4 * canvas.px * np.clip((radius - 0.55) * 5, 0, 1) * 0.4
    swirl = 1 + rng.uniform(0, 0.2) * fbm(rng, canvas.size, 4, 3)
    albedo = (own * swirl[..., None]).astype(np.float32)
    emboss(canvas, mask, albedo, height.astype(np.float32), Material(rng.uniform(0.2, 0.9), 40), 1)


def paint_bread_clip(rng: np.random.Generator, canvas: Canvas) -> None:
    """A bag clip or moulded tag: a flat plate with a keyhole, date printed on it."""
    own = vivid(rng)
    plate = panel(rng, rng.uniform(0.7, 0.95), 0.08)
    hole = disc(rng.uniform(0.2, 0.32), 30) + np.asarray([0, 0.1])
    slot = np.asarray([[-0.1, 0.1], [0.1, 0.1], [0.16, 1.2], [-0.16, 1.2]])
    mask = fill(canvas, plate, soften_px=0.02 * canvas.size) * (1 - fill(canvas, hole))
    mask = mask * (1 - fill(canvas, slot.astype(np.float32)))
    ink = (writing(rng, canvas.size) * rng.integers(0, 2))[..., None]
    albedo = own * (1 - ink) + 40 * ink
    height = dome(mask, 1.5 * canvas.px) + fbm(rng, canvas.size, 3, 2) * 2
    emboss(canvas, mask, albedo.astype(np.float32), height, Material(rng.uniform(0.2, 0.7), 30), 1)


def paint_foam(rng: np.random.Generator, canvas: Canvas) -> None:
    """Crumbs of expanded polystyrene, or a bit of a dish sponge or scouring pad."""
    sponge = rng.random() < 0.5
    own = tone(rng, [(70, 200, 225), (80, 150, 60), (90, 110, 225), (60, 120, 50)] if sponge
               else [(238, 240, 240), (225, 230, 232)], 0.08)  # fmt: skip
    mask = tear(rng, fill(canvas, blob(rng, 0.15, rng.uniform(0.5, 1))), rng.uniform(2, 5), 9)
    # Beads bulge about their seeds; a sponge has its pores there.
    bead = cells(rng, canvas.size, int(rng.integers(40, 160) * (4 if sponge else 1)))
    bulge = (bead if sponge else -bead) * np.float32(rng.uniform(0.4, 1.0))
    height = dome(mask, canvas.size * 0.25) + bulge + fbm(rng, canvas.size, 8, 3)
    deep = (
        np.clip(bead / (2.2 * canvas.px), 0.25, 1) if sponge else np.clip(1.1 - bead / 60, 0.6, 1)
    )
    dark = deep * (1 + 0.08 * fbm(rng, canvas.size, 5))
    grain = 1 - 0.2 * speckle(rng, canvas.size, 0.1, canvas.px)
    albedo = own * (dark * grain)[..., None]
    emboss(canvas, mask, albedo.astype(np.float32), height, Material(0.05, 8), 1.2)


def paint_tape(rng: np.random.Generator, canvas: Canvas) -> None:
    """A strip of adhesive tape or ribbon, curled, glossy on one side."""
    own, clear = vivid(rng), rng.random() < 0.4
    points = fit(rounded(spline(wander(rng, 5, rng.uniform(0.1, 0.7)), 60), 60), 0.85)
    turn = np.cos(np.linspace(0, rng.uniform(0, 5), 60) + rng.uniform(0, 3))
    widths = rng.uniform(5, 12) * canvas.px * np.maximum(np.abs(turn), 0.15)
    shade = (0.7 + 0.35 * turn)[:, None, None] * np.ones((1, 5, 1))
    layer = canvas.layer()
    tube(
        layer,
        points,
        widths.astype(np.float32),
        (own * shade).astype(np.float32),
        Material(0.2, 30),
    )
    canvas.merge(layer, 0.4 if clear else 1.0)
