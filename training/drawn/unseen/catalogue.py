"""Every family that only measures, and the door to all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from training.drawn.canvas import Canvas, develop, new_canvas
from training.drawn.unseen import boxes, flat, household, personal
from training.sprites import Sprite


@dataclass(frozen=True)
class _Family:
    kind: str
    paint: Callable[[np.random.Generator, Canvas], None]
    warp: float = 0.004
    """How far parts shift against each other, as a share of the side."""


_CATALOGUE: dict[str, _Family] = {
    "capsule": _Family("other", personal.paint_capsule),
    "tablet": _Family("other", personal.paint_tablet),
    "tooth": _Family("other", personal.paint_tooth, 0.01),
    "feather": _Family("other", personal.paint_feather, 0.02),
    "toy_brick": _Family("plastic", boxes.paint_brick, 0.0),
    "die": _Family("plastic", boxes.paint_die, 0.0),
    "push_pin": _Family("metal", household.paint_push_pin),
    "key": _Family("metal", household.paint_key),
    "cotton_bud": _Family("other", household.paint_cotton_bud, 0.01),
    "flag_pick": _Family("paper", household.paint_flag_pick, 0.01),
    "fruit_sticker": _Family("paper", flat.paint_fruit_sticker, 0.015),
    "jigsaw_piece": _Family("paper", flat.paint_jigsaw_piece),
}

UNSEEN: dict[str, str] = {name: family.kind for name, family in _CATALOGUE.items()}
"""Kind of foreign object of each family that only measures."""


def draw_unseen(rng: np.random.Generator, side_px: int, family: str) -> Sprite:
    """Draws one foreign object of a family that is never trained on.

    Args:
        rng: source of randomness; the same state gives the same bytes.
        side_px: longer side of the sprite in pixels.
        family: a key of UNSEEN.

    Returns:
        A sprite whose longer side is at most `side_px` and nearly that.

    Raises:
        ValueError: a family that is not there.
    """
    if family not in _CATALOGUE:
        raise ValueError(f"a family is one of {', '.join(UNSEEN)}, got {family!r}")
    entry = _CATALOGUE[family]
    canvas = new_canvas(rng, side_px)
    entry.paint(rng, canvas)
    bgra = develop(rng, canvas, side_px, True, entry.warp)
    return Sprite(bgra=bgra, kind=entry.kind, group=f"unseen/{family}")
