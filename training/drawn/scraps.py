"""Paper, cardboard and tissue."""

from __future__ import annotations

import numpy as np

from training.drawn.canvas import Canvas
from training.drawn.light import MATTE, Material
from training.drawn.noise import Array, Colour, fbm, folds, speckle, tone, vivid
from training.drawn.print import barcode, writing
from training.drawn.shapes import emboss, fill, inset, panel, shard, tear
from training.drawn.tubes import spline, tube, wander

_PAPER: list[Colour] = [(235, 238, 238), (220, 228, 232), (205, 218, 228), (175, 205, 220)]
_INK: list[Colour] = [(35, 35, 38), (60, 55, 60), (110, 60, 40), (50, 50, 170)]


def _sheet(
    rng: np.random.Generator, canvas: Canvas, mask: Array, albedo: Array, crumple: float
) -> None:
    """Paints creased paper, a bit soaked, its torn edge pale and thin."""
    height = folds(rng, canvas.size, int(rng.integers(2, 12)), crumple)
    height += fbm(rng, canvas.size, 12, 3) * 0.5
    wet = np.clip(fbm(rng, canvas.size, 2, 2) + rng.uniform(-0.8, 0.4), 0, 1)[..., None]
    soaked = tone(rng, [(120, 160, 190), (90, 130, 160), (150, 185, 195)])
    page = albedo * (1 - 0.6 * wet * (1 - soaked / 255))
    edge = np.exp(-inset(mask) / np.float32(1.2 * canvas.px))[..., None] * rng.uniform(0, 0.6)
    page = page * (1 - edge) + 235 * edge
    thin = mask * np.clip(0.55 + inset(mask) / np.float32(1.5 * canvas.px), 0, 1)
    emboss(canvas, thin, page.astype(np.float32), height, Material(0.04, 6), 0.8)


def _page(rng: np.random.Generator, canvas: Canvas, paper: Array, ink: Array | None) -> Array:
    fibre = 1 + 0.05 * fbm(rng, canvas.size, 20, 2)
    page = paper * fibre[..., None]
    if ink is not None:
        strength = ink[..., None] * rng.uniform(0.5, 0.95)
        page = page * (1 - strength) + tone(rng, _INK) * strength
    return np.asarray(page, np.float32)


def paint_torn_paper(rng: np.random.Generator, canvas: Canvas) -> None:
    """A torn scrap, blank or printed, flat or crumpled."""
    outline = shard(rng, int(rng.integers(4, 9)), rng.uniform(0.3, 1))
    mask = tear(rng, fill(canvas, outline), rng.uniform(1.5, 6), 10)
    paper = vivid(rng) if rng.random() < 0.15 else tone(rng, _PAPER, 0.06)
    ink = writing(rng, canvas.size) if rng.random() < 0.5 else None
    _sheet(rng, canvas, mask, _page(rng, canvas, paper, ink), rng.uniform(0.05, 0.6))


def paint_receipt(rng: np.random.Generator, canvas: Canvas) -> None:
    """A strip of till paper with lines of print."""
    mask = fill(canvas, panel(rng, rng.uniform(0.25, 0.7), 0.1))
    mask = tear(rng, mask, rng.uniform(0.4, 2), 12)
    page = _page(rng, canvas, tone(rng, _PAPER[:2], 0.05), writing(rng, canvas.size))
    _sheet(rng, canvas, mask, page, rng.uniform(0.05, 0.35))


def paint_label(rng: np.random.Generator, canvas: Canvas) -> None:
    """A sticker: clean edges, a bar code or print, sometimes a corner curled up."""
    mask = fill(canvas, panel(rng, rng.uniform(0.4, 0.9), 0.06), soften_px=0.015 * canvas.size)
    ink = barcode(rng, canvas.size) if rng.random() < 0.6 else writing(rng, canvas.size)
    paper = vivid(rng) if rng.random() < 0.3 else tone(rng, _PAPER[:2], 0.05)
    page = _page(rng, canvas, paper, ink)
    x, y = canvas.grid()
    if rng.random() < 0.5:
        band = (y < rng.uniform(-0.5, -0.1)) & (np.abs(x) < 2)
        page = np.where(band[..., None], vivid(rng), page)
    height = folds(rng, canvas.size, 3, rng.uniform(0.02, 0.25)) + np.minimum(inset(mask), 2)
    emboss(canvas, mask, page.astype(np.float32), height, Material(rng.uniform(0, 0.35), 20), 1)


def paint_tissue(rng: np.random.Generator, canvas: Canvas) -> None:
    """Kitchen roll or napkin: soft, embossed, frayed, half soaked through."""
    outline = shard(rng, int(rng.integers(5, 10)), rng.uniform(0.4, 1))
    mask = tear(rng, fill(canvas, outline), rng.uniform(4, 9), 14)
    x, y = canvas.grid()
    pitch = rng.uniform(18, 40)
    dots = np.clip(np.sin(x * pitch) * np.sin(y * pitch) * 2, 0, 1) * rng.uniform(0, 2)
    height = folds(rng, canvas.size, 14, rng.uniform(0.3, 0.8)) + dots
    height += fbm(rng, canvas.size, 9, 4) * 2
    thin = np.clip(rng.uniform(0.5, 1.1) + 0.3 * fbm(rng, canvas.size, 3, 2), 0.3, 1)
    paper = _page(rng, canvas, tone(rng, _PAPER, 0.06), None)
    emboss(canvas, mask * thin, paper, height.astype(np.float32), MATTE, 1.5)


def paint_cardboard(rng: np.random.Generator, canvas: Canvas) -> None:
    """A piece of brown board, its torn edge showing a paler layer or the flutes."""
    own = tone(rng, [(105, 150, 185), (90, 130, 165), (130, 165, 190)])
    core = fill(canvas, shard(rng, int(rng.integers(4, 7)), rng.uniform(0.4, 1)))
    mask, top = tear(rng, core, 3, 10), tear(rng, core, 9, 7)[..., None]
    flutes = 0.75 + 0.25 * np.sin(canvas.grid()[0] * rng.uniform(25, 45))
    under = own * 1.12 * (flutes[..., None] + np.zeros_like(top))
    fibres = 1 - 0.25 * speckle(rng, canvas.size, 0.08, 0.8 * canvas.px)
    albedo = (own * top + under * (1 - top)) * fibres[..., None]
    if rng.random() < 0.3:
        ink = writing(rng, canvas.size)[..., None] * top * 0.7
        albedo = albedo * (1 - ink) + tone(rng, _INK) * ink
    height = top[..., 0] * 2.5 + fbm(rng, canvas.size, 8, 3) + folds(rng, canvas.size, 3, 0.2)
    emboss(canvas, mask, albedo.astype(np.float32), height, MATTE, 1)


def paint_paper_roll(rng: np.random.Generator, canvas: Canvas) -> None:
    """A rolled or twisted strip of thin paper, such as a straw's or chopsticks' wrapper."""
    points = np.clip(spline(wander(rng, 5, rng.uniform(0.2, 0.7)), 70), -50, 50)
    points = (points - points.mean(axis=0)) / np.abs(points - points.mean(axis=0)).max() * 0.9
    own = tone(rng, _PAPER, 0.06)
    twist = rng.normal(1, 0.13, (70, 7, 1)).astype(np.float32)
    if rng.random() < 0.4:
        twist[:: int(rng.integers(4, 9)), 2:5] *= 0.5
    bulge = np.interp(np.arange(70), np.linspace(0, 70, 11), rng.uniform(0.55, 1.2, 11))
    widths = rng.uniform(4, 12) * canvas.px * bulge
    albedo = np.clip(own * twist, 0, 245).astype(np.float32)
    tube(canvas, points.astype(np.float32), widths.astype(np.float32), albedo, MATTE)
