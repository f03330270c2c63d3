"""Every family that can be drawn, and the door to all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from training.drawn import (
    crawlers,
    insects,
    metals,
    odds,
    plastics,
    scraps,
    solids,
    strokes,
)
from training.drawn.canvas import Canvas, develop, new_canvas
from training.sprites import Sprite

_MIN_SIDE_PX = 4


@dataclass(frozen=True)
class _Family:
    kind: str
    paint: Callable[[np.random.Generator, Canvas], None]
    turn: bool = True
    """Whether it is turned and tilted once painted; curves are drawn at any angle already."""
    warp: float = 0.012
    """How far parts shift against each other, as a share of the side."""


_CATALOGUE: dict[str, _Family] = {
    "hair": _Family("hair", strokes.paint_hair, False, 0),
    "hair_tangle": _Family("hair", strokes.paint_hair_tangle, False, 0),
    "hair_short": _Family("hair", strokes.paint_hair_short, False, 0),
    "fly": _Family("insect", insects.paint_fly),
    "wasp": _Family("insect", insects.paint_wasp),
    "ant": _Family("insect", insects.paint_ant),
    "beetle": _Family("insect", insects.paint_beetle),
    "ladybird": _Family("insect", insects.paint_ladybird),
    "cockroach": _Family("insect", insects.paint_cockroach),
    "mosquito": _Family("insect", insects.paint_mosquito),
    "gnats": _Family("insect", insects.paint_gnats),
    "moth": _Family("insect", insects.paint_moth),
    "spider": _Family("insect", crawlers.paint_spider),
    "caterpillar": _Family("insect", crawlers.paint_caterpillar),
    "maggots": _Family("insect", crawlers.paint_maggots),
    "slug": _Family("insect", crawlers.paint_slug),
    "woodlouse": _Family("insect", crawlers.paint_woodlouse, warp=0.025),
    "pupa": _Family("insect", crawlers.paint_pupa),
    "rubber_band": _Family("plastic", strokes.paint_rubber_band, False),
    "fishing_line": _Family("plastic", strokes.paint_fishing_line, False, 0),
    "twist_tie": _Family("plastic", strokes.paint_twist_tie, False),
    "cable_tie": _Family("plastic", strokes.paint_cable_tie, False),
    "chip": _Family("plastic", plastics.paint_chip),
    "film": _Family("plastic", plastics.paint_film, warp=0.02),
    "glove": _Family("plastic", plastics.paint_glove, warp=0.025),
    "packaging": _Family("plastic", plastics.paint_packaging, warp=0.015),
    "cap_ring": _Family("plastic", plastics.paint_cap_ring),
    "straw": _Family("plastic", plastics.paint_straw),
    "nylon_bristle": _Family("plastic", plastics.paint_nylon, False),
    "button": _Family("plastic", plastics.paint_button, warp=0.004),
    "bread_clip": _Family("plastic", plastics.paint_bread_clip, warp=0.006),
    "foam": _Family("plastic", plastics.paint_foam),
    "tape": _Family("plastic", plastics.paint_tape),
    "wire": _Family("metal", metals.paint_wire, False, 0.004),
    "steel_bristle": _Family("metal", metals.paint_bristle, False, 0),
    "staple": _Family("metal", metals.paint_staple, warp=0.006),
    "paper_clip": _Family("metal", metals.paint_paper_clip, warp=0.006),
    "nail": _Family("metal", metals.paint_nail, warp=0.004),
    "needle": _Family("metal", metals.paint_needle, warp=0.002),
    "screw": _Family("metal", metals.paint_screw, warp=0.004),
    "nut": _Family("metal", metals.paint_nut, warp=0.003),
    "ring": _Family("metal", metals.paint_ring, warp=0.008),
    "steel_wool": _Family("metal", metals.paint_steel_wool),
    "blade": _Family("metal", metals.paint_blade, warp=0.003),
    "foil": _Family("metal", metals.paint_foil),
    "bottle_cap": _Family("metal", metals.paint_bottle_cap, warp=0.006),
    "coin": _Family("metal", metals.paint_coin, warp=0.003),
    "glass": _Family("glass", solids.paint_glass, warp=0.004),
    "glass_splinters": _Family("glass", solids.paint_glass_splinters, warp=0.004),
    "glass_bead": _Family("glass", solids.paint_bead, warp=0.006),
    "torn_paper": _Family("paper", scraps.paint_torn_paper),
    "receipt": _Family("paper", scraps.paint_receipt, warp=0.02),
    "label": _Family("paper", scraps.paint_label),
    "tissue": _Family("paper", scraps.paint_tissue, warp=0.02),
    "cardboard": _Family("paper", scraps.paint_cardboard),
    "paper_roll": _Family("paper", scraps.paint_paper_roll, False),
    "pebble": _Family("stone", solids.paint_pebble),
    "coal": _Family("stone", solids.paint_coal),
    "sand": _Family("stone", solids.paint_sand),
    "string": _Family("other", strokes.paint_string, False, 0.004),
    "thread": _Family("other", strokes.paint_thread, False, 0),
    "rope_fibre": _Family("other", strokes.paint_rope, False),
    "splinter": _Family("other", odds.paint_splinter),
    "match": _Family("other", odds.paint_match),
    "cigarette": _Family("other", odds.paint_cigarette),
    "plaster": _Family("other", odds.paint_plaster, warp=0.025),
    "nail_clipping": _Family("other", odds.paint_nail_clipping),
    "cork": _Family("other", odds.paint_cork),
    "fabric": _Family("other", odds.paint_fabric, warp=0.02),
    "gum": _Family("other", odds.paint_gum),
}

FAMILIES: dict[str, str] = {name: family.kind for name, family in _CATALOGUE.items()}
"""Kind of foreign object of each family that can be drawn."""


def draw_sprite(rng: np.random.Generator, side_px: int, family: str | None = None) -> Sprite:
    """Draws one foreign object that never was.

    Args:
        rng: source of randomness; the same state gives the same bytes.
        side_px: longer side of the sprite in pixels, at least 4. What is drawn in relation to a
            pixel (a hair's width) keeps its width at any side.
        family: a key of FAMILIES; a random one if None.

    Returns:
        A sprite whose longer side is at most `side_px` and nearly that. Its group is the family:
        individuals are endless, so there is nothing to keep on one side of a split but the style.

    Raises:
        ValueError: `side_px` too small, or a family that is not there.
    """
    if side_px < _MIN_SIDE_PX:
        raise ValueError(f"a sprite is at least {_MIN_SIDE_PX} px long, got {side_px}")
    if family is None:
        family = str(rng.choice(list(FAMILIES)))
    if family not in _CATALOGUE:
        raise ValueError(f"a family is one of {', '.join(FAMILIES)}, got {family!r}")
    entry = _CATALOGUE[family]
    canvas = new_canvas(rng, side_px)
    entry.paint(rng, canvas)
    bgra = develop(rng, canvas, side_px, entry.turn, entry.warp)
    return Sprite(bgra=bgra, kind=entry.kind, group=f"drawn/{family}")
