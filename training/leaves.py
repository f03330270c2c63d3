"""Pasting whole leaves and fruit: decayed ones, and their healthy twins as controls."""

from __future__ import annotations

import numpy as np

from training.materials import Leaf
from training.paste import paste_sprite
from training.scene import Canvas
from training.sprites import FOOD, Sprite


def paste_leaf(rng: np.random.Generator, canvas: Canvas, leaf: Leaf) -> None:
    """Pastes a leaf or fruit onto the food; its lesions become spoiled food."""
    side_px = canvas.long_side_px * float(np.exp(rng.uniform(np.log(0.12), np.log(0.6))))
    side_px = min(side_px, 0.85 * max(canvas.shape))
    pasted = paste_sprite(rng, canvas, Sprite(leaf.bgra, FOOD, leaf.group), side_px, leaf.lesion)
    if pasted is None:
        return
    canvas.pasted[-1] = "leaf_decayed" if leaf.lesion.any() else "leaf_healthy"
    canvas.label("spoiled")[pasted.marks] = 1
    if leaf.mould:
        canvas.label("mould")[pasted.marks] = 1
