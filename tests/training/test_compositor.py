from dataclasses import replace

import numpy as np
import pytest

from model.layout import KINDS, MAPS, SCENES
from training.bases import compose_container, view_meal
from training.compositor import compose, draw_control
from training.paste import paste_sprite
from training.recipe import Recipe
from training.scene import IGNORE, NO_KIND, Canvas
from training.sprites import FOOD, UNNAMED
from training.stock import Stock

RECIPE = Recipe(side_px=128)
QUIET = replace(RECIPE, foreign=0, control=0, spoilage=0, disturbance=0)


def compose_many(stock: Stock, recipe: Recipe, count: int = 24) -> list[Canvas]:
    return [compose(np.random.default_rng((3, n)), stock, recipe) for n in range(count)]


def test_a_seed_gives_the_same_picture_and_another_seed_another(stock: Stock) -> None:
    first, again, other = (
        compose(np.random.default_rng(seed), stock, RECIPE) for seed in (5, 5, 6)
    )
    for name in ("bgr", "labels", "kinds"):
        assert np.array_equal(getattr(first, name), getattr(again, name))
    assert first.scene == again.scene
    assert not np.array_equal(first.bgr, other.bgr)


def test_every_picture_has_its_shape_and_known_labels(stock: Stock) -> None:
    for canvas in compose_many(stock, RECIPE):
        assert canvas.bgr.shape == (128, 128, 3)
        assert canvas.bgr.dtype == canvas.labels.dtype == np.uint8
        assert canvas.labels.shape == (len(MAPS), 128, 128)
        assert set(np.unique(canvas.labels)) <= {0, 1, IGNORE}
        assert set(np.unique(canvas.kinds)) <= {*range(len(KINDS)), NO_KIND}


def test_pictures_without_defects_show_none_but_real_decay(stock: Stock) -> None:
    for canvas in compose_many(stock, QUIET):
        assert not (canvas.label("foreign") == 1).any()
        if "decay_photo" not in canvas.pasted:
            assert not (canvas.label("spoiled") == 1).any()


def test_foreign_pixels_have_the_kind_of_what_has_a_name_and_others_none(stock: Stock) -> None:
    named_ones = nameless = mixed = 0
    for canvas in compose_many(stock, replace(RECIPE, foreign=1.0, control=0), 40):
        shown = canvas.label("foreign") == 1
        pasted = {name for name in canvas.pasted if name in (*KINDS, UNNAMED)}
        named = {KINDS.index(name) for name in pasted - {UNNAMED}}
        seen = set(np.unique(canvas.kinds[shown]).tolist())
        assert seen <= named | ({NO_KIND} if UNNAMED in pasted else set())
        assert (canvas.kinds[~shown] == NO_KIND).all()
        mixed += len(pasted) > 1
        named_ones += bool(seen - {NO_KIND})
        nameless += NO_KIND in seen
    assert named_ones > 15
    assert nameless > 3
    assert mixed


def test_what_is_not_food_gets_no_defect(stock: Stock) -> None:
    only = replace(RECIPE, meal=0, container=0, not_food=1.0, foreign=1.0, spoilage=1.0)
    for canvas in compose_many(stock, only, 6):
        assert canvas.scene == SCENES.index("not_food")
        assert not canvas.pasted
        assert not (canvas.label("food") == 1).any()
        for name in ("foreign", "spoiled", "mould"):
            assert (canvas.label(name) == IGNORE).all()


@pytest.mark.parametrize("seed", range(6))
def test_a_control_changes_the_picture_and_no_defect_label(stock: Stock, seed: int) -> None:
    rng = np.random.default_rng(seed)
    canvas = view_meal(rng, stock, stock.meals[0], 128)
    before = canvas.bgr.copy()
    sprite = draw_control(rng, stock)
    assert sprite.kind == FOOD
    if paste_sprite(rng, canvas, sprite, 40) is not None:
        assert (canvas.bgr != before).any()
    assert not (canvas.label("foreign") == 1).any()
    assert not (canvas.label("spoiled") == 1).any()


@pytest.mark.parametrize("seed", range(6))
def test_in_a_drawn_container_food_lies_within_the_opening(stock: Stock, seed: int) -> None:
    canvas = compose_container(np.random.default_rng(seed), stock, 128)
    food, opening = canvas.label("food") == 1, canvas.label("container") == 1
    assert opening.mean() > 0.05
    assert food.any()
    assert (food & ~opening).sum() <= 0.02 * food.sum()


def test_a_picture_teaches_several_objects_and_several_controls(stock: Stock) -> None:
    always = replace(QUIET, meal=1.0, foreign=1.0, control=1.0)
    pasted = [canvas.pasted for canvas in compose_many(stock, always, 40)]
    for kinds in ((*KINDS, UNNAMED), (FOOD,)):
        counts = [sum(name in kinds for name in names) for names in pasted]
        assert 1.2 < np.mean(counts) < 3.5
        assert max(counts) > 2
