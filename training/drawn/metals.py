"""Wires, fasteners, rings, blades and foil: surfaces that mirror the room."""

from __future__ import annotations

import numpy as np

from training.drawn.canvas import Canvas
from training.drawn.light import Material
from training.drawn.noise import Array, Colour, fbm, folds, speckle, tone, vivid
from training.drawn.shapes import disc, dome, emboss, fill, inset, panel, shard, tear
from training.drawn.tubes import fit, rounded, spline, tube, wander

_STEEL: list[Colour] = [(195, 195, 192), (170, 172, 172), (215, 212, 205), (140, 142, 145)]
_WARM: list[Colour] = [(80, 130, 200), (90, 165, 205), (70, 150, 190)]


def _metal(rng: np.random.Generator) -> tuple[Array, Material]:
    """Steel for the most part, sometimes brass or copper; polished to dull."""
    own = tone(rng, _WARM if rng.random() < 0.18 else _STEEL, 0.12)
    polish = Material(rng.uniform(0.2, 0.9), rng.uniform(20, 80), rng.uniform(0.55, 1.0))
    return own, polish


def _rusted(rng: np.random.Generator, canvas: Canvas, own: Array) -> Array:
    """The colour with patches of rust on one piece in three: (size, size, 3)."""
    field = np.broadcast_to(own, (canvas.size, canvas.size, 3)).astype(np.float32)
    if rng.random() > 0.33:
        return field
    patches = np.clip(fbm(rng, canvas.size, 5, 4) * 1.5 + rng.uniform(-0.4, 0.6), 0, 1)[..., None]
    rust = tone(rng, [(35, 70, 130), (30, 55, 95), (50, 90, 160)])
    return np.asarray(field * (1 - patches) + rust * patches, np.float32)


def _rust_along(rng: np.random.Generator, own: Array, count: int) -> Array:
    """The same along a tube: (count, 3)."""
    knots = rng.uniform(-1.2, 0.8, 9) + (0.9 if rng.random() < 0.2 else 0)
    share = np.clip(np.interp(np.arange(count), np.linspace(0, count, 9), knots), 0, 0.9)[:, None]
    rust = tone(rng, [(35, 70, 130), (30, 55, 95)])
    return np.asarray(own * (1 - share) + rust * share, np.float32)


def paint_wire(rng: np.random.Generator, canvas: Canvas) -> None:
    """A piece of wire, softly bent or kinked."""
    own, polish = _metal(rng)
    knots = wander(rng, int(rng.integers(3, 8)), rng.uniform(0.1, 1.0))
    points = fit(spline(knots, 90) if rng.random() < 0.6 else rounded(knots, 90), 0.92)
    widths = np.full(90, rng.uniform(1.0, 4.0) * canvas.px, np.float32)
    tube(canvas, points, widths, _rust_along(rng, own, 90), polish)


def paint_bristle(rng: np.random.Generator, canvas: Canvas) -> None:
    """One to four short, nearly straight wires, as a grill brush loses them."""
    own, polish = _metal(rng)
    width = rng.uniform(0.9, 2.0) * canvas.px
    for _ in range(int(rng.choice([1, 1, 2, 4]))):
        path = fit(spline(wander(rng, 3, rng.uniform(0.02, 0.4)), 30), rng.uniform(0.6, 0.95))
        points = np.clip(path + rng.normal(0, 0.1, 2), -1, 1).astype(np.float32)
        tube(canvas, points, np.full(30, width, np.float32), own, polish)


def paint_staple(rng: np.random.Generator, canvas: Canvas) -> None:
    """A staple: open, closed, or pulled out of shape."""
    own, polish = _metal(rng)
    legs, bend = rng.uniform(0.25, 0.6, 2), rng.normal(0, rng.uniform(0.05, 0.7), 2)
    knots = np.asarray(
        [
            [-0.9 + legs[0] * np.sin(bend[0]), legs[0] * np.cos(bend[0])],
            [-0.9, 0],
            [0.9, rng.normal(0, 0.06)],
            [0.9 + legs[1] * np.sin(bend[1]), legs[1] * np.cos(bend[1])],
        ]
    )
    widths = np.full(70, rng.uniform(1.6, 5) * canvas.px, np.float32)
    tube(canvas, rounded(fit(knots.astype(np.float32), 0.9), 70), widths, own, polish, 7)


def paint_paper_clip(rng: np.random.Generator, canvas: Canvas) -> None:
    """A paper clip, bare or coated, whole or bent open."""
    own, polish = _metal(rng)
    if rng.random() < 0.4:
        own, polish = vivid(rng), Material(0.5, 30)
    knots = np.asarray(
        [[-0.5, -0.18], [0.6, -0.18], [0.85, 0.02], [0.6, 0.22], [-0.7, 0.22], [-0.98, -0.04],
         [-0.7, -0.3], [0.7, -0.3], [0.98, -0.02]]
    )  # fmt: skip
    knots = knots + rng.normal(0, rng.choice([0.01, 0.03, 0.12]), knots.shape)
    if rng.random() < 0.3:
        knots[5:, 1] -= np.linspace(0, rng.uniform(0.3, 0.9), 4)
    widths = np.full(110, rng.uniform(1.4, 3.6) * canvas.px, np.float32)
    tube(canvas, fit(spline(knots.astype(np.float32), 110), 0.92), widths, own, polish)


def _head(rng: np.random.Generator, canvas: Canvas, x: float, wide: float, own: Array) -> None:
    points = np.asarray([[x - 0.05, 0], [x + rng.uniform(0.02, 0.12), 0]], np.float32)
    widths = canvas.length(2 * wide) * np.asarray([1, 1, 1, rng.uniform(0.5, 1)])
    polish = Material(0.4, 40, 0.8)
    tube(canvas, rounded(points, 4), widths.astype(np.float32), own, polish)


def paint_nail(rng: np.random.Generator, canvas: Canvas) -> None:
    """A nail, pin or tack: shaft, point, flat head."""
    own, polish = _metal(rng)
    knots = np.asarray([[-0.95, 0], [-0.3, 0], [0.3, rng.normal(0, 0.06)], [0.9, 0]])
    points, wide = spline(knots.astype(np.float32), 60), rng.uniform(0.035, 0.1)
    at = np.linspace(0, 1, 60)
    widths = 2 * canvas.length(wide) * np.minimum(at / rng.uniform(0.06, 0.2) + 0.08, 1)
    rusty = _rust_along(rng, own, 60)
    tube(canvas, points, widths.astype(np.float32), rusty, polish)
    _head(rng, canvas, 0.9, wide * rng.uniform(1.7, 2.8), rusty[-1])


def paint_needle(rng: np.random.Generator, canvas: Canvas) -> None:
    """A sewing or injection needle: very thin, pointed, with an eye."""
    own, polish = _metal(rng)
    knots = np.asarray([[-0.97, 0], [0, rng.normal(0, 0.04)], [0.97, 0]], np.float32)
    at = np.linspace(0, 1, 70)
    widths = rng.uniform(1.2, 3.2) * canvas.px * np.minimum(at * 4 + 0.15, 1)
    tube(canvas, rounded(knots, 70), widths.astype(np.float32), own, polish)
    if rng.random() < 0.7:
        eye = np.asarray([[0.86, 0], [0.93, 0]], np.float32)
        slot = np.full(6, 0.4 * widths[-1], np.float32)
        tube(canvas, rounded(eye, 6), slot, np.full(3, 30, np.float32), Material(0), 1)


def paint_screw(rng: np.random.Generator, canvas: Canvas) -> None:
    """A screw from the side: slanted thread on a tapered shaft, countersunk or round head."""
    own, polish = _metal(rng)
    count, wide, turns = 100, rng.uniform(0.1, 0.22), rng.uniform(7, 15)
    points = rounded(np.asarray([[-0.95, 0], [0.75, 0]], np.float32), count)
    at = np.linspace(0, 1, count)
    thread = (at * turns) % 1.0
    shaft = np.minimum(at / rng.uniform(0.08, 0.5) + 0.15, 1)
    plain = at > rng.uniform(0.6, 1.2)
    girth = shaft * np.where(plain, 0.82, 0.78 + 0.3 * (thread < 0.4))
    lanes = 7
    slant = (at[:, None] * turns + 0.28 * np.linspace(-1, 1, lanes)[None, :]) % 1.0
    groove = np.where(
        plain[:, None], 1.0, np.interp(slant, [0, 0.3, 0.45, 1], [1.2, 0.9, 0.35, 0.6])
    )
    colours = _rust_along(rng, own, count)[:, None] * groove[..., None]
    widths = canvas.length(2 * wide) * girth
    tube(canvas, points, widths.astype(np.float32), colours.astype(np.float32), polish)
    flare = np.linspace(0.85, rng.uniform(1.7, 2.3), 8) if rng.random() < 0.6 else np.full(8, 2.0)
    head = rounded(np.asarray([[0.74, 0], [0.93, 0]], np.float32), 8)
    tube(canvas, head, (canvas.length(2 * wide) * flare).astype(np.float32), own, polish, 9)


def paint_nut(rng: np.random.Generator, canvas: Canvas) -> None:
    """A nut, a washer or a toothed washer, seen from above."""
    own, polish = _metal(rng)
    corners = 6 if rng.random() < 0.5 else 48
    outer, hole = disc(0.95, corners), disc(rng.uniform(0.35, 0.68))
    mask = fill(canvas, outer, hole, soften_px=1.5 * canvas.px / 2)
    height = dome(mask, rng.uniform(2, 8) * canvas.px) * 0.8
    height += fbm(rng, canvas.size, 12, 3) * rng.uniform(0.1, 0.8) + folds(
        rng, canvas.size, 2, 0.06
    )
    albedo = _rusted(rng, canvas, own)
    emboss(canvas, mask, albedo, height, polish, 0.8)


def paint_ring(rng: np.random.Generator, canvas: Canvas) -> None:
    """A finger or key ring, an earring, a spring coil: a round wire closed or wound."""
    own, polish = _metal(rng)
    turns = int(rng.choice([1, 1, 1, 2, 7]))
    angle = np.linspace(0, 2 * np.pi * turns * rng.uniform(0.9, 1.03), 60 + 14 * turns)
    circle = np.stack([np.cos(angle), np.sin(angle) * rng.uniform(0.5, 1)], 1)
    if turns > 2:
        circle = circle * np.asarray([0.25, 0.5]) + np.outer(angle / angle[-1], [2.0, 0])
    points = fit(circle.astype(np.float32), 0.85)
    widths = np.full(
        len(points), rng.uniform(2.0, 6.0 if turns < 3 else 3.0) * canvas.px, np.float32
    )
    tube(canvas, points, widths, own, polish)


def paint_steel_wool(rng: np.random.Generator, canvas: Canvas) -> None:
    """Curls of scouring steel: flat spirals, bright and dark in turn."""
    own, polish = _metal(rng)
    for _ in range(int(rng.integers(1, 6))):
        count = 80
        angle = np.linspace(0, rng.uniform(6, 28), count) + rng.uniform(0, 6.3)
        radius = rng.uniform(0.12, 0.35) * np.linspace(1, rng.uniform(0.6, 1.6), count)
        drift = spline(wander(rng, 4, 0.6), count) * rng.uniform(0.1, 0.4)
        curl = np.stack([np.cos(angle) * radius, np.sin(angle) * radius * 0.7], 1) + drift
        placed = fit(curl.astype(np.float32), rng.uniform(0.5, 0.95)) + rng.normal(0, 0.12, 2)
        width = rng.uniform(0.7, 1.6) * canvas.px
        flat = width * (0.4 + 0.6 * np.abs(np.sin(angle / 2)))
        tube(canvas, placed.clip(-1, 1).astype(np.float32), flat.astype(np.float32), own, polish, 3)


def paint_blade(rng: np.random.Generator, canvas: Canvas) -> None:
    """A snapped cutter segment, a razor or peeler fragment: flat, scratched, one ground edge."""
    own, polish = _metal(rng)
    outline = panel(rng, rng.uniform(0.25, 0.7), 0.25) if rng.random() < 0.6 else shard(rng, 5, 0.6)
    mask = fill(canvas, outline)
    down = canvas.grid()[1]
    ground = np.clip(down - rng.uniform(-0.1, 0.25), 0, None) * canvas.length(rng.uniform(0.2, 0.5))
    scratches = rng.normal(0, rng.uniform(0.02, 0.2), (canvas.size, 1))
    height = np.minimum(inset(mask), 2) + folds(rng, canvas.size, 2, 0.1) + (ground + scratches)
    emboss(canvas, mask, _rusted(rng, canvas, own), height.astype(np.float32), polish, 0.6)


def paint_foil(rng: np.random.Generator, canvas: Canvas) -> None:
    """A crumpled scrap of aluminium foil: bright and black facets."""
    own = tone(rng, [(205, 205, 203), (190, 192, 195), (225, 222, 218), (90, 190, 220)], 0.08)
    mask = tear(rng, fill(canvas, shard(rng, int(rng.integers(4, 9)), rng.uniform(0.45, 1))), 3.0)
    height = folds(rng, canvas.size, int(rng.integers(16, 44)), rng.uniform(1.0, 2.2))
    height += fbm(rng, canvas.size, 9, 3) * rng.uniform(0.3, 1.6)
    emboss(canvas, mask, own, height, Material(0.5, 50, 0.85), 0.7)


def paint_bottle_cap(rng: np.random.Generator, canvas: Canvas) -> None:
    """A crown cap or a can's pull tab, from above."""
    own, polish = _metal(rng)
    if rng.random() < 0.4:
        mask = fill(canvas, disc() * [0.62, 0.95], disc(0.4) * [1, 0.7] + [0, 0.4],
                    disc(0.3) * [1, 0.6] - [0, 0.45])  # fmt: skip
        emboss(canvas, mask, own, dome(mask, 2.5 * canvas.px) + fbm(rng, canvas.size, 8), polish, 1)
        return
    rim = disc(0.96, 168)
    rim *= 1 + 0.035 * np.sign(np.sin(np.linspace(0, 42 * np.pi, 168)))[:, None]
    mask, radius = fill(canvas, rim.astype(np.float32)), np.hypot(*canvas.grid())
    colour = vivid(rng) if rng.random() < 0.7 else own
    print_share = (np.clip(fbm(rng, canvas.size, 5, 2) * 4, 0, 1) * (radius < 0.6))[..., None]
    albedo = colour * (1 - print_share) + vivid(rng) * print_share
    teeth = np.sin(42 * np.arctan2(*canvas.grid()[::-1])) * np.clip((radius - 0.72) * 6, 0, 1)
    height = np.clip((0.85 - radius) * 5, 0, 1) * 5 * canvas.px + teeth * 1.5 * canvas.px
    emboss(
        canvas,
        mask,
        albedo.astype(np.float32),
        height.astype(np.float32),
        Material(0.6, 40, 0.35),
        1,
    )


def paint_coin(rng: np.random.Generator, canvas: Canvas) -> None:
    """A coin, a snap fastener or a small battery: a disc with a rim and a worn relief."""
    own, polish = _metal(rng)
    radius = np.hypot(*canvas.grid())
    mask = fill(canvas, disc(0.97))
    motif = np.clip(fbm(rng, canvas.size, 5, 3) * 3, -1, 1) * (radius < 0.7) * rng.uniform(0, 1.5)
    height = np.clip((radius - 0.8) * 20, 0, 1) * rng.uniform(0.5, 3) + motif + dome(mask, 4)
    worn = 1 - 0.4 * speckle(rng, canvas.size, 0.05, 2)
    albedo = _rusted(rng, canvas, own) * worn[..., None]
    emboss(canvas, mask, albedo.astype(np.float32), height.astype(np.float32), polish, 0.8)
