"""Hair, thread, string, line, bands and ties."""

from __future__ import annotations

import numpy as np

from training.drawn.canvas import Canvas
from training.drawn.light import GLOSSY, MATTE, WAXY, Material
from training.drawn.noise import Array, Colour, fbm, tone, vivid
from training.drawn.tubes import fit, spline, tangents, taper, tube, wander

HAIR_TONES: list[Colour] = [
    (18, 20, 24), (22, 24, 30), (14, 14, 16), (30, 42, 62), (38, 58, 92), (40, 66, 112),
    (78, 122, 165), (120, 168, 200), (150, 150, 152), (195, 198, 200), (38, 62, 130),
]  # fmt: skip
"""Black and dark brown more often than the rest, as on the heads of those who cook and eat."""

_FIBRE_TONES: list[Colour] = [
    (225, 230, 232), (200, 210, 215), (150, 190, 215), (70, 60, 55), (40, 40, 45),
    (60, 60, 190), (160, 90, 50), (90, 150, 80),
]  # fmt: skip


def _sink(rng: np.random.Generator, canvas: Canvas, depth: float) -> None:
    """Lets stretches of what is painted disappear under sauce or leaves."""
    if rng.random() < 0.6:
        veil = fbm(rng, canvas.size, 2.5, 2) + np.float32(rng.uniform(0.3, 0.9))
        canvas.fade(np.clip(1 - depth * (1 - np.clip(veil * 2, 0, 1)), 0, 1))


def _strand(rng: np.random.Generator, canvas: Canvas, points: Array, width_px: float) -> None:
    """One hair: tapered, its highlight where it turns across the light."""
    count = len(points)
    own = tone(rng, HAIR_TONES, 0.15)
    along = tangents(points)
    # Kajiya and Kay (1989): a hair shines where its direction is square to the halfway vector.
    slant = along @ canvas.light.halfway[:2]
    gloss = np.clip(1 - slant**2, 0, 1) ** rng.uniform(4, 30)
    patches = 0.5 + 0.5 * np.interp(
        np.arange(count), np.linspace(0, count, 9), rng.uniform(0, 1, 9)
    )
    shine = (gloss * patches)[:, None] * rng.uniform(20, 130)
    colours = own * np.linspace(rng.uniform(0.8, 1.1), rng.uniform(0.9, 1.4), count)[:, None]
    widths = taper(count, rng.uniform(0.6, 1.0), rng.uniform(0.25, 0.8)) * width_px * canvas.px
    tube(canvas, points, widths, (colours + shine).astype(np.float32), MATTE)


def paint_hair(rng: np.random.Generator, canvas: Canvas) -> None:
    """One head hair in loose curves, sometimes with a loop."""
    knots = int(rng.integers(4, 14))
    points = fit(spline(wander(rng, knots, rng.uniform(0.15, 0.95)), 90))
    _strand(rng, canvas, points, float(rng.uniform(0.65, 1.9)))
    _sink(rng, canvas, 0.9)


def paint_hair_tangle(rng: np.random.Generator, canvas: Canvas) -> None:
    """A few long hairs wound round the same spot."""
    # One head: all strands draw their colour from one seed.
    seed, width = int(rng.integers(2**31)), float(rng.uniform(0.6, 1.2))
    restless, spread = rng.uniform(0.35, 0.9), rng.uniform(0.1, 0.5)
    for _ in range(int(rng.integers(1, 5))):
        path = spline(wander(rng, int(rng.integers(9, 20)), restless), 110)
        placed = fit(path, rng.uniform(0.5, 0.8)) + rng.normal(0, spread * 0.3, 2)
        hair = placed.clip(-1, 1).astype(np.float32)
        _strand(np.random.default_rng(seed), canvas, hair, width)
    _sink(rng, canvas, 0.9)


def paint_hair_short(rng: np.random.Generator, canvas: Canvas) -> None:
    """An eyelash, a brow or body hair: one arc, thick at the root, ending in a point."""
    count = 50
    # Curvature that changes along it: a true arc looks drawn with compasses.
    bend = np.interp(np.arange(count), [0, 15, 30, 50], rng.uniform(0, 2.2, 4)) / count
    heading = np.cumsum(bend) + rng.uniform(0, 2 * np.pi)
    arc = np.cumsum(np.stack([np.cos(heading), np.sin(heading)], 1), axis=0) / count
    for _ in range(int(rng.choice([1, 1, 1, 2, 3]))):
        points = fit(arc.astype(np.float32), rng.uniform(0.8, 0.97))
        own = tone(rng, HAIR_TONES[:6], 0.15)
        widths = np.linspace(1, 0.15, count) * rng.uniform(1.0, 2.2) * canvas.px
        tube(canvas, points, widths.astype(np.float32), own, MATTE, 3)
        arc = arc @ _turn(rng.uniform(0, 6.3)) + rng.normal(0, 0.2, (1, 2))
    _sink(rng, canvas, 0.6)


def _turn(angle: float) -> Array:
    return np.asarray([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]], np.float32)


def _twist(rng: np.random.Generator, own: Array, count: int, lanes: int, pitch: float) -> Array:
    """Colours of a twisted cord: slanted dark grooves, uneven along it. (count, lanes, 3)."""
    phase = np.arange(count)[:, None] / pitch + np.linspace(0, 1, lanes)[None, :]
    groove = 0.72 + 0.28 * np.abs(np.sin(np.pi * phase))
    stain = rng.normal(1, 0.06, (count, 1))
    return np.asarray(own * (groove * stain)[..., None], np.float32)


def paint_string(rng: np.random.Generator, canvas: Canvas) -> None:
    """Kitchen string or sack yarn: twisted, with loose fibres and frayed ends."""
    points = fit(spline(wander(rng, int(rng.integers(3, 8)), rng.uniform(0.2, 0.8)), 110), 0.9)
    own, width = tone(rng, _FIBRE_TONES), rng.uniform(1.8, 5.0) * canvas.px
    _fuzz(rng, canvas, points, own, width * 1.3, int(rng.integers(8, 30)))
    widths = width * (1 + 0.08 * rng.standard_normal(110).clip(-2, 2))
    twisted = _twist(rng, own, 110, 5, rng.uniform(3, 6))
    tube(canvas, points, widths.astype(np.float32), twisted, MATTE)


def paint_rope(rng: np.random.Generator, canvas: Canvas) -> None:
    """A bundle of rope or broom fibres, stiff and side by side."""
    own = tone(rng, [(110, 165, 195), (90, 140, 175), (150, 190, 80), (60, 120, 220)])
    spine = spline(wander(rng, 4, rng.uniform(0.1, 0.4)), 40)
    for _ in range(int(rng.integers(3, 12))):
        shifted = (
            fit(spine, 0.85)
            + rng.normal(0, 0.06, (1, 2))
            + np.outer(np.linspace(-1, 1, 40), rng.normal(0, 0.12, 2))
        )
        widths = taper(40, 0.6, 0.4) * rng.uniform(0.8, 1.8) * canvas.px
        shade = own * np.float32(rng.uniform(0.6, 1.15))
        tube(canvas, shifted.clip(-1, 1).astype(np.float32), widths, shade, WAXY, 3)


def _fuzz(
    rng: np.random.Generator, canvas: Canvas, points: Array, own: Array, reach: float, count: int
) -> None:
    layer = canvas.layer()
    reach_unit = reach / canvas.length(1.0)
    for start in rng.integers(0, len(points), count):
        knots = points[start] + np.cumsum(rng.normal(0, reach_unit * 0.6, (4, 2)), axis=0)
        hair = spline(np.concatenate([points[start : start + 1], knots]).clip(-1, 1), 12)
        widths = np.full(12, max(0.4 * canvas.px, 1.0), np.float32)
        tube(layer, hair, widths, own * np.float32(rng.uniform(0.8, 1.1)), MATTE, 1)
    canvas.merge(layer, 0.6)


def paint_thread(rng: np.random.Generator, canvas: Canvas) -> None:
    """Sewing thread or a textile fibre: thin, matte, any colour, full of small kinks."""
    own = vivid(rng) if rng.random() < 0.6 else tone(rng, _FIBRE_TONES)
    path = spline(wander(rng, int(rng.integers(8, 22)), rng.uniform(0.3, 0.9)), 120)
    widths = taper(120, 0.5, 0.5, 0.05) * rng.uniform(0.7, 2.0) * canvas.px
    tube(canvas, fit(path), widths, _twist(rng, own, 120, 3, rng.uniform(2, 5)), MATTE, 3)
    _sink(rng, canvas, 0.7)


def paint_fishing_line(rng: np.random.Generator, canvas: Canvas) -> None:
    """Clear nylon: hardly there between a bright glint and a dark edge."""
    layer = canvas.layer()
    path = fit(spline(wander(rng, int(rng.integers(4, 10)), rng.uniform(0.3, 0.8)), 110))
    own = tone(rng, [(215, 220, 215), (200, 215, 190), (220, 200, 170), (120, 190, 150)])
    widths = np.full(110, rng.uniform(0.9, 2.4) * canvas.px, np.float32)
    tube(layer, path, widths, own, Material(0.9, 25))
    gaps = np.clip(fbm(rng, canvas.size, 5, 2) * 0.5 + rng.uniform(0.4, 0.75), 0.15, 0.95)
    canvas.merge(layer, gaps)


def paint_rubber_band(rng: np.random.Generator, canvas: Canvas) -> None:
    """A closed rubber loop, lying open, folded over or torn."""
    knots = int(rng.integers(5, 9))
    angle = np.arange(knots) / knots * 2 * np.pi
    ring = np.stack([np.cos(angle), np.sin(angle) * rng.uniform(0.3, 1)], 1)
    ring *= rng.uniform(0.4, 1.2, (knots, 1))
    curve = spline((ring + rng.normal(0, 0.12, (knots, 2))).astype(np.float32), 120, closed=True)
    whole = np.concatenate([curve, curve[:4]]) if rng.random() < 0.8 else curve[:95]
    own = tone(rng, [(95, 160, 205), (70, 120, 190), (60, 60, 200), (170, 110, 50),
                     (80, 160, 80), (60, 200, 220), (40, 40, 40), (200, 205, 210)])  # fmt: skip
    widths = (
        rng.uniform(2.2, 5.5)
        * canvas.px
        * np.interp(np.arange(len(whole)), np.linspace(0, len(whole), 7), rng.uniform(0.7, 1.1, 7))
    )
    tube(canvas, fit(whole), widths.astype(np.float32), own, Material(0.25, 14))


def paint_twist_tie(rng: np.random.Generator, canvas: Canvas) -> None:
    """A bag tie: a paper or plastic ribbon with a wire down its middle, bent and twisted."""
    points = fit(spline(wander(rng, int(rng.integers(4, 9)), rng.uniform(0.4, 1.1)), 90), 0.92)
    own = vivid(rng)
    turns = np.abs(np.cos(np.cumsum(rng.normal(0.0, 0.08, 90)) + rng.uniform(0, 3)))
    widths = rng.uniform(3, 6) * canvas.px * (0.35 + 0.65 * turns)
    lanes = np.asarray([1.0, 1.02, 0.75, 1.25, 0.8, 1.0, 0.95], np.float32)
    ribbon = own * lanes[None, :, None] * (0.75 + 0.3 * turns)[:, None, None]
    flat = Material(float(rng.uniform(0.05, 0.4)), 30)
    tube(canvas, points, widths.astype(np.float32), ribbon.astype(np.float32), flat)


def paint_cable_tie(rng: np.random.Generator, canvas: Canvas) -> None:
    """A nylon tie: a ribbed strap with a square head, straight, cut off or closed to a loop."""
    knots = wander(rng, 5, rng.uniform(0.05, 0.9))
    points = fit(spline(knots, 100), 0.9)
    own = tone(rng, [(225, 228, 228), (40, 40, 42), (200, 140, 60), (60, 70, 200)], 0.1)
    ribs = np.where(np.arange(100) % 3 == 0, 0.7, 1.05)[:, None, None]
    lanes = np.asarray([0.9, 0, 0, 0, 0.9])[None, :, None]
    strap = own * np.where(lanes > 0, lanes, ribs)
    width = rng.uniform(2.5, 5) * canvas.px
    widths = np.full(100, width, np.float32)
    tube(canvas, points, widths, strap.astype(np.float32), Material(0.35, 25))
    head = np.linspace(points[0] - (points[6] - points[0]) * 0.4, points[4], 6).astype(np.float32)
    tube(canvas, head, np.full(6, width * 1.8, np.float32), own, GLOSSY)
