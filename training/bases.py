"""What defects are composed onto: views of meals, drawn containers, non-food, produce, decay."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from model.errors import InvalidInput
from model.layout import SCENES
from training.containers import Filling, draw_container
from training.manifests import Row
from training.materials import find_lesions
from training.outlines import draw_noise
from training.recipe import Recipe
from training.scene import IGNORE, UNKNOWN_SCENE, Canvas, start_canvas
from training.stock import Stock, scene_of
from training.views import choose_view, take_view

_MOST_CUTS = 400
"""Tries to cut food for one container before the photos are taken to show none."""


def choose_base(rng: np.random.Generator, stock: Stock, recipe: Recipe) -> Canvas:
    """A clean view to put defects on; which sort, the recipe's shares decide."""
    choice = rng.random()
    if choice < recipe.meal:
        return view_meal(rng, stock, _pick_meal(rng, stock, recipe.hard), recipe.side_px)
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


def _pick_meal(rng: np.random.Generator, stock: Stock, hard: float) -> Row:
    """Half of the picks are salads and bowls, which is what customers send.

    Of all picks a share is hard: photos on which a model raised a false alarm.
    """
    if stock.hard_meals and rng.random() < hard:
        return stock.hard_meals[pick_hard(rng, len(stock.hard_meals))]
    if rng.random() < 0.5:
        wanted = [row for row in stock.meals if row.label in ("salad", "rice_bowl")]
        if wanted:
            return wanted[int(rng.integers(len(wanted)))]
    return stock.meals[int(rng.integers(len(stock.meals)))]


def pick_hard(rng: np.random.Generator, count: int) -> int:
    """Index into a list, hardest first: the first fifth is drawn as often as the rest."""
    return int(count * rng.random() ** 2.3)


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
        piece = cut_food(rng, stock.index.read_bgr(row.path), stock.index.read_food_mask(row))
        if piece is not None:
            fillings.append(Filling(piece, scene_of(row.label)))
    raise InvalidInput(
        "Containers are filled from meals that show a patch of food of 56 px or more",
        f"{len(fillings)} such cuts in {_MOST_CUTS} tries",
        "Add photos of meals, or look at their food masks",
        code="no_fillings",
    )


def cut_food(
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
