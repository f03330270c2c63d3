"""Composes one training picture: a clean base, then defects and their controls, then a camera.

Everything is drawn from one random generator, so that a seed gives the same picture again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from model.errors import InvalidInput
from model.layout import SCENES
from training.augment import degrade, turn_canvas
from training.build import Index
from training.claims import ClaimPhoto, view_claim
from training.containers import Filling, draw_container
from training.discolour import disturb, spoil
from training.leaves import paste_leaf
from training.manifests import Row, select
from training.materials import (
    Leaf,
    cut_patch,
    draw_object,
    find_lesions,
    read_food_objects,
    read_leaves,
    read_objects,
)
from training.outlines import draw_noise
from training.paste import paste_sprite
from training.scene import ANY_FOOD, IGNORE, UNKNOWN_SCENE, Canvas, start_canvas
from training.sprites import FOOD, Sprite
from training.views import choose_view, take_view

_MOST_CUTS = 400
"""Tries to cut food for one container before the photos are taken to show none."""
_SCENE_OF_CLASS = {"salad": 0, "rice_bowl": 1, "boxed_meal": 1, "other_food": 2}


def scene_of(label: str) -> int:
    """Returns the scene label of a class of meals; ANY_FOOD where the kind is not known."""
    return _SCENE_OF_CLASS.get(label, ANY_FOOD)


@dataclass(frozen=True)
class Stock:
    """The material of one split."""

    index: Index
    meals: list[Row]
    not_food: list[Row]
    produce: list[Row]
    decay: list[Row]
    objects: list[Sprite]
    food_objects: list[Sprite]
    decayed: list[Leaf]
    healthy: list[Leaf]
    claims: Sequence[ClaimPhoto] = ()


def load_stock(index: Index, split: str) -> Stock:
    """Reads the material of a split into memory; photos stay on disk."""
    decayed, healthy = read_leaves(index, split)
    return Stock(
        index=index,
        meals=select(index.rows, role="meal", split=split),
        not_food=select(index.rows, role="not_food", split=split),
        produce=select(index.rows, role="produce_fresh", split=split),
        decay=[r for r in select(index.rows, role="decay", split=split) if r.mask],
        objects=read_objects(index, split),
        food_objects=read_food_objects(index, split),
        decayed=decayed,
        healthy=healthy,
    )


@dataclass(frozen=True)
class Recipe:
    """How often what happens to a training picture.

    Attributes:
        side_px: side of a picture; crops at the scale of inference.
        meal, container, not_food, produce: shares of the bases; the rest are decayed leaves.
        foreign, control, spoilage, disturbance: shares of the food pictures they happen to.
        claims: share of labelled claims, where there are any.
    """

    side_px: int = 256
    meal: float = 0.60
    container: float = 0.14
    not_food: float = 0.13
    produce: float = 0.06
    foreign: float = 0.45
    control: float = 0.45
    spoilage: float = 0.40
    disturbance: float = 0.25
    claims: float = 0.25


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
    canvas = _choose_base(rng, stock, recipe)
    if canvas.scene != SCENES.index("not_food"):
        _add_defects(rng, stock, recipe, canvas)
    return canvas


def _choose_base(rng: np.random.Generator, stock: Stock, recipe: Recipe) -> Canvas:
    choice = rng.random()
    if choice < recipe.meal:
        return view_meal(rng, stock, _pick_meal(rng, stock.meals), recipe.side_px)
    choice -= recipe.meal
    if choice < recipe.container:
        return compose_container(rng, stock, recipe.side_px)
    choice -= recipe.container
    if choice < recipe.not_food:
        return _view_not_food(rng, stock, recipe.side_px)
    choice -= recipe.not_food
    if choice < recipe.produce:
        return _view_produce(rng, stock, recipe.side_px)
    return _view_decay(rng, stock, recipe.side_px)


def _pick_meal(rng: np.random.Generator, meals: list[Row]) -> Row:
    """Half of the picks are salads and bowls, which is what customers send."""
    if rng.random() < 0.5:
        wanted = [row for row in meals if row.label in ("salad", "rice_bowl")]
        if wanted:
            return wanted[int(rng.integers(len(wanted)))]
    return meals[int(rng.integers(len(meals)))]


def view_meal(rng: np.random.Generator, stock: Stock, row: Row, side_px: int) -> Canvas:
    """A view of a meal photo with its proposed food mask."""
    bgr, food = stock.index.read_bgr(row.path), stock.index.read_food_mask(row)
    matrix, long_side, covered = choose_view(rng, (bgr.shape[0], bgr.shape[1]), side_px)
    scene = scene_of(row.label)
    canvas = start_canvas(take_view(bgr, matrix, side_px, covered), scene, long_side)
    canvas.label("food")[:] = take_view(food, matrix, side_px, covered, labels=True)
    return canvas


def _view_not_food(rng: np.random.Generator, stock: Stock, side_px: int) -> Canvas:
    row = stock.not_food[int(rng.integers(len(stock.not_food)))]
    bgr = stock.index.read_bgr(row.path)
    matrix, long_side, covered = choose_view(rng, (bgr.shape[0], bgr.shape[1]), side_px)
    view = take_view(bgr, matrix, side_px, covered)
    canvas = start_canvas(view, SCENES.index("not_food"), long_side)
    canvas.labels[:] = IGNORE
    canvas.label("food")[:] = 0
    canvas.label("container")[:] = IGNORE
    return canvas


def _view_produce(rng: np.random.Generator, stock: Stock, side_px: int) -> Canvas:
    row = stock.produce[int(rng.integers(len(stock.produce)))]
    bgr = stock.index.read_bgr(row.path)
    matrix, long_side, covered = choose_view(rng, (bgr.shape[0], bgr.shape[1]), side_px)
    canvas = start_canvas(take_view(bgr, matrix, side_px, covered), UNKNOWN_SCENE, long_side)
    x0, y0, x1, y1 = covered
    third = np.array([x0 + x1, y0 + y1]) / 6
    middle = np.s_[int(third[1]) : int(5 * third[1]), int(third[0]) : int(5 * third[0])]
    canvas.label("food")[middle] = 1
    return canvas


def _view_decay(rng: np.random.Generator, stock: Stock, side_px: int) -> Canvas:
    """A real leaf with its real decay; the ground around it says nothing."""
    row = stock.decay[int(rng.integers(len(stock.decay)))]
    bgr, mask = stock.index.read_bgr(row.path), stock.index.read_bgr(row.mask)[:, :, 0]
    if mask.shape != bgr.shape[:2]:
        mask = np.asarray(cv2.resize(mask, bgr.shape[1::-1], interpolation=0), np.uint8)
    body = mask > 64
    lesion = mask > 192 if row.source == "coffee_leaves" else find_lesions(bgr, body, row.label) > 0
    labels = np.full(mask.shape, IGNORE, np.uint8)
    labels[body] = 0
    labels[lesion & body] = 1
    matrix, long_side, covered = choose_view(rng, (bgr.shape[0], bgr.shape[1]), side_px)
    canvas = start_canvas(take_view(bgr, matrix, side_px, covered), UNKNOWN_SCENE, long_side)
    seen = take_view(labels, matrix, side_px, covered, labels=True)
    canvas.label("food")[seen != IGNORE] = 1
    canvas.label("spoiled")[:] = seen
    canvas.label("mould")[:] = seen if "mildew" in row.label else np.where(seen == 1, 0, seen)
    canvas.label("foreign")[seen == IGNORE] = IGNORE
    if (seen == 1).any():
        canvas.pasted.append("decay_photo")
    return canvas


def compose_container(rng: np.random.Generator, stock: Stock, side_px: int) -> Canvas:
    """A drawn box or bowl filled with food of one to five meals."""
    fillings = cut_fillings(rng, stock, int(rng.choice([1, 1, 2, 3, 4, 5])))
    canvas, _ = draw_container(rng, side_px, fillings, draw_ground(rng, stock, side_px), rng)
    return canvas


def cut_fillings(rng: np.random.Generator, stock: Stock, count: int) -> list[Filling]:
    """Cuts food for `count` compartments out of meals; now and then all of it is salad."""
    all_salad = rng.random() < 0.4
    salads = [row for row in stock.meals if row.label == "salad"]
    pool = salads if all_salad and salads else stock.meals
    fillings: list[Filling] = []
    for _ in range(_MOST_CUTS):
        if len(fillings) == count:
            return fillings
        row = pool[int(rng.integers(len(pool)))]
        piece = _cut_food(rng, stock.index.read_bgr(row.path), stock.index.read_food_mask(row))
        if piece is not None:
            fillings.append(Filling(piece, scene_of(row.label)))
    raise InvalidInput(
        "Containers are filled from meals that show a patch of food of 56 px or more",
        f"{len(fillings)} such cuts in {_MOST_CUTS} tries",
        "Add photos of meals, or look at their food masks",
        code="no_fillings",
    )


def _cut_food(
    rng: np.random.Generator, bgr: NDArray[np.uint8], food: NDArray[np.uint8]
) -> NDArray[np.uint8] | None:
    """A square of a meal photo that is food throughout; None where there is none."""
    inner = cv2.distanceTransform((food == 1).astype(np.uint8), cv2.DIST_C, 3)
    most = float(inner.max())
    if most < 28:
        return None
    rows, columns = np.nonzero(inner > 0.8 * most)
    pick = int(rng.integers(len(rows)))
    half = int(inner[rows[pick], columns[pick]]) - 1
    y, x = int(rows[pick]), int(columns[pick])
    return bgr[max(y - half, 0) : y + half, max(x - half, 0) : x + half]


def draw_ground(rng: np.random.Generator, stock: Stock, side_px: int) -> NDArray[np.uint8]:
    """A table: a plain colour with grain, or part of some non-food photo."""
    if rng.random() < 0.5:
        row = stock.not_food[int(rng.integers(len(stock.not_food)))]
        return np.asarray(cv2.resize(stock.index.read_bgr(row.path), (side_px, side_px)), np.uint8)
    colour = rng.uniform(40, 230) + rng.normal(0, 18, 3)
    stretch = (max(2, side_px // int(rng.integers(1, 12))), side_px)
    grain = cv2.resize(draw_noise(rng, stretch, rng.uniform(2, 30)), (side_px, side_px))
    ground = colour + grain[:, :, None] * rng.uniform(1, 12)
    return np.asarray(ground.clip(0, 255), np.uint8)


def _add_defects(rng: np.random.Generator, stock: Stock, recipe: Recipe, canvas: Canvas) -> None:
    if rng.random() < recipe.disturbance:
        disturb(rng, canvas)
    if rng.random() < recipe.spoilage and "decay_photo" not in canvas.pasted:
        if stock.decayed and rng.random() < 0.4:
            for _ in range(int(rng.integers(1, 4))):
                pool = stock.healthy if rng.random() < 0.35 and stock.healthy else stock.decayed
                paste_leaf(rng, canvas, pool[int(rng.integers(len(pool)))])
        else:
            spoil(rng, canvas)
    if rng.random() < recipe.control:
        for _ in range(int(rng.integers(1, 4))):
            paste_sprite(rng, canvas, draw_control(rng, stock), _choose_size(rng, canvas))
    if rng.random() < recipe.foreign:
        for _ in range(int(rng.choice([1, 1, 1, 2]))):
            sprite = draw_object(rng, stock.objects, stock.not_food, stock.index)
            side_px = _choose_size(rng, canvas) * (1.6 if sprite.kind == "hair" else 1.0)
            paste_sprite(rng, canvas, sprite, side_px)


def _choose_size(rng: np.random.Generator, canvas: Canvas) -> float:
    """4 to 25 % of the whole photo's long side, small sizes as likely as large."""
    share = float(np.exp(rng.uniform(np.log(0.04), np.log(0.25))))
    return float(np.clip(share * canvas.long_side_px, 9, 0.6 * max(canvas.shape)))


def draw_control(rng: np.random.Generator, stock: Stock) -> Sprite:
    """Food under the outline of a foreign object, or a whole piece of food."""
    if stock.food_objects and rng.random() < 0.4:
        return stock.food_objects[int(rng.integers(len(stock.food_objects)))]
    pool = stock.produce if rng.random() < 0.3 else stock.meals
    row = pool[int(rng.integers(len(pool)))]
    bgr = stock.index.read_bgr(row.path)
    outline = None
    if rng.random() < 0.6 and stock.objects:
        other = stock.objects[int(rng.integers(len(stock.objects)))].bgra[:, :, 3]
        outline = np.asarray(other / np.float32(255), np.float32)
    if row.role == "meal":
        piece = _cut_food(rng, bgr, stock.index.read_food_mask(row))
        bgr = bgr if piece is None else piece
    return cut_patch(rng, bgr, FOOD, row.group, outline)
