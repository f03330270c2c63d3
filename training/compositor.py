"""Composes one training picture: a clean base, then defects and their controls, then a camera.

Everything is drawn from one random generator, so that a seed gives the same picture again.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.layout import SCENES
from training.alarms import Alarm
from training.augment import degrade, turn_canvas
from training.bases import choose_base, cut_food
from training.claims import view_claim
from training.clutter import add_clutter
from training.discolour import disturb, spoil
from training.leaves import paste_leaf
from training.materials import cut_patch, draw_object
from training.paste import paste_sprite
from training.recipe import Recipe
from training.scene import Canvas
from training.sprites import FOOD, Sprite
from training.stock import Stock

_COUNTS = (1, 2, 2, 3, 4, 6)
"""Objects, and controls, pasted onto one picture: each more is another lesson for the same step."""

_ALARM_SIDE = 0.09
"""Half the side of a piece cut around a false alarm, as a share of the photo's long side."""


def compose(rng: np.random.Generator, stock: Stock, recipe: Recipe) -> Canvas:
    """Composes one picture of `recipe.side_px` squared with its labels."""
    if stock.claims and rng.random() < recipe.claims:
        canvas = view_claim(stock.claims[int(rng.integers(len(stock.claims)))], recipe.side_px)
    else:
        canvas = _compose_defects(rng, stock, recipe)
    turn_canvas(rng, canvas)
    canvas.bgr = degrade(rng, canvas.bgr)
    return canvas


def _compose_defects(rng: np.random.Generator, stock: Stock, recipe: Recipe) -> Canvas:
    canvas = choose_base(rng, stock, recipe)
    if canvas.scene != SCENES.index("not_food"):
        _add_defects(rng, stock, recipe, canvas)
    return canvas


def _add_defects(rng: np.random.Generator, stock: Stock, recipe: Recipe, canvas: Canvas) -> None:
    if rng.random() < recipe.disturbance:
        disturb(rng, canvas)
    if rng.random() < recipe.clutter:
        add_clutter(rng, canvas)
    if rng.random() < recipe.spoilage and "decay_photo" not in canvas.pasted:
        if stock.decayed and rng.random() < 0.4:
            for _ in range(int(rng.integers(1, 4))):
                pool = stock.healthy if rng.random() < 0.35 and stock.healthy else stock.decayed
                paste_leaf(rng, canvas, pool[int(rng.integers(len(pool)))])
        else:
            spoil(rng, canvas)
    if rng.random() < recipe.control:
        for _ in range(int(rng.choice(_COUNTS))):
            control = draw_control(rng, stock, recipe.hard_control)
            paste_sprite(rng, canvas, control, _choose_size(rng, canvas))
    if rng.random() < recipe.foreign:
        for _ in range(int(rng.choice(_COUNTS))):
            sprite = draw_object(rng, stock.objects, stock.not_food, stock.index)
            side_px = _choose_size(rng, canvas) * (1.6 if sprite.kind == "hair" else 1.0)
            paste_sprite(rng, canvas, sprite, side_px)


def _choose_size(rng: np.random.Generator, canvas: Canvas) -> float:
    """5 to 25 % of the whole photo's long side, small sizes as likely as large.

    Below 16 px hardly anything can be told from food: such examples would teach noise.
    """
    share = float(np.exp(rng.uniform(np.log(0.05), np.log(0.25))))
    return float(np.clip(share * canvas.long_side_px, 16, 0.6 * max(canvas.shape)))


def draw_control(rng: np.random.Generator, stock: Stock, hard: float = 0.0) -> Sprite:
    """Food under the outline of a foreign object, or a whole piece of food.

    Args:
        rng: source of randomness.
        stock: material.
        hard: share cut where a model raised a false alarm, if any are known; of the surer half,
            all alike, since the surest few show signs and spoons.
    """
    outline = None
    if rng.random() < 0.6 and stock.objects:
        other = stock.objects[int(rng.integers(len(stock.objects)))].bgra[:, :, 3]
        outline = np.asarray(other / np.float32(255), np.float32)
    if stock.alarms and rng.random() < hard:
        return _cut_alarm(
            rng, stock, stock.alarms[int(rng.integers(len(stock.alarms) // 2 + 1))], outline
        )
    if stock.food_objects and rng.random() < 0.4:
        return stock.food_objects[int(rng.integers(len(stock.food_objects)))]
    pool = stock.produce if rng.random() < 0.3 else stock.meals
    row = pool[int(rng.integers(len(pool)))]
    bgr = stock.index.read_bgr(row.path)
    if row.role == "meal":
        piece = cut_food(rng, bgr, stock.index.read_food_mask(row))
        bgr = bgr if piece is None else piece
    return cut_patch(rng, bgr, FOOD, row.group, outline)


def _cut_alarm(
    rng: np.random.Generator, stock: Stock, alarm: Alarm, outline: NDArray[np.float32] | None
) -> Sprite:
    bgr = stock.index.read_bgr(alarm.path)
    height, width = bgr.shape[:2]
    half = max(8, round(_ALARM_SIDE * max(height, width) * float(rng.uniform(0.6, 1.5))))
    x, y = int(alarm.x * width), int(alarm.y * height)
    piece = bgr[max(y - half, 0) : y + half, max(x - half, 0) : x + half]
    return cut_patch(rng, piece, FOOD, alarm.path, outline, whole=True)
