"""What fits no other drawer: wood, cloth, plasters, butts, nails, gum, cork."""

from __future__ import annotations

import numpy as np

from training.drawn.bodies import segment
from training.drawn.canvas import Canvas
from training.drawn.light import MATTE, WAXY, Material
from training.drawn.marks import mottled
from training.drawn.noise import Array, Colour, fbm, folds, speckle, tone, vivid
from training.drawn.shapes import blob, disc, dome, emboss, fill, panel, shard, tear
from training.drawn.tubes import fit, rounded, spline, tube, wander

_WOOD: list[Colour] = [(120, 175, 210), (90, 145, 190), (70, 110, 155), (150, 195, 215)]


def _grain(rng: np.random.Generator, count: int, lanes: int) -> Array:
    """Lengthwise streaks of wood: (count, lanes, 1)."""
    streaks = rng.normal(1, 0.12, (1, lanes, 1)) * rng.normal(1, 0.04, (count, lanes, 1))
    return streaks.astype(np.float32)


def _rod(
    canvas: Canvas, start: float, end: float, wide: float, albedo: Array, material: Material
) -> None:
    points = rounded(np.asarray([[start, 0], [end, 0]], np.float32), len(albedo))
    widths = np.full(len(albedo), canvas.length(2 * wide), np.float32)
    tube(canvas, points, widths, albedo.astype(np.float32), material)


def paint_splinter(rng: np.random.Generator, canvas: Canvas) -> None:
    """A wood splinter, a toothpick or skewer end: grain along it, a point or a broken end."""
    own, count = tone(rng, _WOOD), 60
    knots = np.asarray([[-0.95, 0], [0, rng.normal(0, 0.04)], [0.95, 0]], np.float32)
    at = np.linspace(0, 1, count)
    girth = np.minimum(at / rng.uniform(0.05, 0.6) + 0.08, 1)
    if rng.random() < 0.5:
        girth = girth * np.minimum((1 - at) / rng.uniform(0.05, 0.5) + 0.1, 1)
    widths = canvas.length(rng.uniform(0.06, 0.2)) * girth * rng.normal(1, 0.05, count)
    wood = own * _grain(rng, count, 7)
    tube(canvas, rounded(knots, count), widths.astype(np.float32), wood, MATTE)


def paint_match(rng: np.random.Generator, canvas: Canvas) -> None:
    """A match, fresh or burnt."""
    burnt = rng.random() < 0.5
    wood = tone(rng, _WOOD) * _grain(rng, 60, 5)
    if burnt:
        wood[int(rng.integers(20, 45)) :] = 28
        wood *= rng.normal(1, 0.08, wood.shape)
    wide = rng.uniform(0.045, 0.09)
    _rod(canvas, -0.95, 0.8, wide, wood, MATTE)
    red = tone(rng, [(30, 32, 34)] if burnt else [(50, 45, 170), (60, 60, 120), (110, 60, 40)])
    segment(canvas, (0.82, 0), (0.15, wide * 1.5), 0, red, MATTE, mottled(rng, 0.2))


def paint_cigarette(rng: np.random.Generator, canvas: Canvas) -> None:
    """A stubbed-out butt: tan or white filter, crumpled paper, ash end."""
    count, lanes, wide = 60, 9, rng.uniform(0.16, 0.26)
    albedo = np.empty((count, lanes, 3), np.float32)
    split = int(rng.integers(22, 48))
    albedo[:split] = tone(rng, [(70, 140, 205), (85, 155, 215), (225, 230, 232)], 0.08)
    albedo[:split] *= 1 - 0.35 * (rng.random((split, lanes, 1)) < 0.12)
    albedo[split:] = tone(rng, [(225, 230, 232)], 0.05)
    ash = int(rng.integers(2, 9))
    albedo[-ash:] = tone(rng, [(35, 38, 42), (80, 84, 88)])
    albedo *= rng.normal(1, 0.07, (count, lanes, 1))
    knots = np.asarray([[-0.9, 0], [0, rng.normal(0, 0.2)], [0.9, 0]], np.float32)
    dents = np.interp(np.arange(count), np.linspace(0, count, 12), rng.uniform(0.75, 1.1, 12))
    widths = canvas.length(2 * wide) * dents
    tube(canvas, spline(knots, count), widths.astype(np.float32), albedo, MATTE)
    end = disc(wide, 40) * np.asarray([0.3, 0.95], np.float32) - np.asarray([0.9, 0], np.float32)
    canvas.cover(tone(rng, [(185, 205, 215)]), fill(canvas, end))


def paint_plaster(rng: np.random.Generator, canvas: Canvas) -> None:
    """An adhesive plaster: rounded strip, holes, pad; skin-coloured or kitchen blue."""
    own = tone(rng, [(140, 175, 215), (120, 155, 200), (190, 120, 50), (200, 210, 225)], 0.1)
    aspect = rng.uniform(0.28, 0.42)
    mask = fill(canvas, panel(rng, aspect, 0.03), soften_px=0.05 * canvas.size)
    x, y = canvas.grid()
    holes = (np.sin(x * 28) > 0.55) & (np.sin(y * 28) > 0.55) & (np.abs(x) > 0.35)
    pad = (np.abs(x) < 0.3) & (np.abs(y) < aspect * 0.75)
    albedo = np.broadcast_to(own, (*mask.shape, 3)) * (1 - 0.45 * holes[..., None])
    if rng.random() < 0.5:
        stain = np.clip(fbm(rng, canvas.size, 4, 3) + 0.2, 0, 1)[..., None]
        gauze = tone(rng, [(215, 222, 228)]) * (1 - stain) + np.asarray([40, 45, 130]) * stain
        albedo = np.where(pad[..., None], gauze, albedo)
    height = dome(mask, 2 * canvas.px) + 2 * canvas.px * pad + folds(rng, canvas.size, 4, 0.4)
    height += fbm(rng, canvas.size, 16, 2) * 0.8
    emboss(
        canvas, mask, albedo.astype(np.float32), height.astype(np.float32), Material(0.15, 12), 1.5
    )


def paint_nail_clipping(rng: np.random.Generator, canvas: Canvas) -> None:
    """A fingernail clipping: a thin, pale, horny crescent, now and then varnished."""
    own = tone(rng, [(190, 215, 225), (170, 200, 215), (205, 220, 225)], 0.08)
    if rng.random() < 0.12:
        own = vivid(rng)
    bend = rng.uniform(0.6, 1.5)
    angle = np.linspace(-bend, bend, 50)
    arc = fit(np.stack([np.cos(angle), np.sin(angle)], 1).astype(np.float32), 0.9)
    at = np.linspace(0, 1, 50)
    widths = canvas.length(rng.uniform(0.12, 0.34)) * np.sin(np.pi * at).clip(0.08) ** 0.7
    horn = own * np.linspace(rng.uniform(0.7, 0.95), 1.1, 5)[None, :, None]
    layer = canvas.layer()
    shine = Material(rng.uniform(0.2, 0.6), 20)
    tube(
        layer,
        arc,
        widths.astype(np.float32),
        (horn * np.ones((50, 1, 1))).astype(np.float32),
        shine,
    )
    canvas.merge(layer, float(rng.uniform(0.7, 1.0)))


def paint_cork(rng: np.random.Generator, canvas: Canvas) -> None:
    """A crumb of cork, bark or chipboard."""
    own = tone(rng, [(95, 140, 185), (75, 110, 150), (60, 90, 125)])
    mask = tear(rng, fill(canvas, shard(rng, 7, rng.uniform(0.5, 1))), 4, 9)
    holes = 1 - 0.6 * speckle(rng, canvas.size, 0.06, 2.2 * canvas.px)
    holes *= 1 + 0.2 * fbm(rng, canvas.size, 9, 3)
    height = dome(mask, 0.25 * canvas.size) + holes * 3 + fbm(rng, canvas.size, 10, 3) * 2.5
    emboss(canvas, mask, (own * holes[..., None]).astype(np.float32), height, MATTE, 1)


def paint_fabric(rng: np.random.Generator, canvas: Canvas) -> None:
    """A frayed scrap of woven cloth, dishcloth or gauze, with loose threads."""
    own = vivid(rng) if rng.random() < 0.6 else tone(rng, [(215, 220, 225), (170, 190, 205)])
    mask = fill(canvas, shard(rng, int(rng.integers(4, 8)), rng.uniform(0.4, 1)) * np.float32(0.85))
    x, y = canvas.grid()
    bend, pitch = fbm(rng, canvas.size, 3, 2) * 0.06, rng.uniform(22, 60)
    warp, weft = np.sin((x + bend) * pitch), np.sin((y + bend) * pitch)
    weave = np.where(warp * weft > 0, np.abs(warp), np.abs(weft))
    albedo = own * (0.55 + 0.5 * weave)[..., None]
    if rng.random() < 0.4:
        band = (np.abs((y + bend) % 0.5 - 0.25) < rng.uniform(0.04, 0.15))[..., None]
        albedo = np.where(band, vivid(rng) * (0.55 + 0.5 * weave)[..., None], albedo)
    for _ in range(int(rng.integers(3, 14))):
        thread = fit(spline(wander(rng, 4, 0.6), 24), rng.uniform(0.2, 0.5)) + rng.uniform(
            -0.5, 0.5, 2
        )
        widths = np.full(24, 0.8 * canvas.px, np.float32)
        tube(canvas, thread.clip(-1, 1).astype(np.float32), widths, own, MATTE, 1)
    gaps = 1.0 if rng.random() < 0.7 else np.clip(0.3 + weave, 0, 1)
    height = weave * 1.5 + folds(rng, canvas.size, 6, rng.uniform(0.1, 0.5))
    cloth = tear(rng, mask, 3, 16) * gaps
    emboss(
        canvas,
        cloth.astype(np.float32),
        albedo.astype(np.float32),
        height.astype(np.float32),
        MATTE,
        0.6,
    )


def paint_gum(rng: np.random.Generator, canvas: Canvas) -> None:
    """A chewed gum: a kneaded, folded lump with tooth marks."""
    own = tone(rng, [(205, 215, 220), (190, 170, 225), (185, 215, 185), (220, 225, 225)], 0.08)
    mask = fill(canvas, blob(rng, 0.14, rng.uniform(0.55, 1), 8), soften_px=0.02 * canvas.size)
    lumps = np.abs(fbm(rng, canvas.size, 3, 3))
    height = dome(mask, 0.35 * canvas.size) + lumps * canvas.size * rng.uniform(0.02, 0.06)
    dark = np.clip(0.75 + lumps, 0, 1.05)[..., None]
    emboss(canvas, mask, (own * dark).astype(np.float32), height, WAXY, 2)
