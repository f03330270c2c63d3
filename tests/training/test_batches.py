import numpy as np
import pytest
import torch

from model.layout import MAPS
from training.batches import (
    ComposedPictures,
    load_batches,
    shrink_kinds,
    shrink_labels,
    shrink_things,
    to_batch,
)
from training.recipe import Recipe
from training.scene import IGNORE, NO_KIND, start_canvas
from training.stock import Stock


def test_a_thin_object_keeps_its_cells_and_a_crumb_of_food_does_not() -> None:
    labels = np.zeros((len(MAPS), 64, 64), np.uint8)
    for name in ("foreign", "food"):
        labels[MAPS.index(name), 32, :] = 1
    cells = shrink_labels(labels)
    assert (cells[MAPS.index("foreign"), 8] == 1).all()
    assert not cells[MAPS.index("food")].any()


def test_a_thin_object_that_says_nothing_is_not_taken_for_food() -> None:
    labels = np.zeros((len(MAPS), 64, 64), np.uint8)
    labels[MAPS.index("foreign"), 32, :] = IGNORE
    cells = shrink_labels(labels)[MAPS.index("foreign")]
    assert (cells[8] == IGNORE).all()
    assert not cells[[7, 9]].any()


def test_cells_without_a_label_stay_without() -> None:
    labels = np.full((len(MAPS), 64, 64), IGNORE, np.uint8)
    assert (shrink_labels(labels) == IGNORE).all()
    kinds = np.full((64, 64), NO_KIND, np.uint8)
    kinds[5, 6] = 3
    cells = shrink_kinds(kinds)
    assert cells[1, 1] == 3
    assert (cells == NO_KIND).sum() == cells.size - 1


def test_a_cell_has_the_number_of_the_thing_pasted_last() -> None:
    things = np.zeros((64, 64), np.uint8)
    things[8:12, 8:12] = 1
    things[9, 9] = 2
    cells = shrink_things(things)
    assert cells[2, 2] == 2
    assert (cells > 0).sum() == 1


def test_a_word_on_the_whole_travels_with_the_picture() -> None:
    silent, said = (start_canvas(np.zeros((64, 64, 3), np.uint8), 0, 64) for _ in range(2))
    said.verdicts = {"foreign": True, "spoiled": False}
    batch = to_batch([silent, said])
    assert batch.verdicts.tolist() == [[-1, -1], [1, 0]]
    assert batch.image.shape == (2, 3, 64, 64)
    assert batch.labels.shape == (2, len(MAPS), 16, 16)


def test_a_resumed_run_sees_the_batches_that_it_would_have_seen(stock: Stock) -> None:
    recipe = Recipe(side_px=64)
    whole = list(ComposedPictures(stock, recipe, 1, 2, 0, 3))
    resumed = list(ComposedPictures(stock, recipe, 1, 2, 2, 3))
    assert len(whole) == 3
    assert len(resumed) == 1
    assert all(torch.equal(a, b) for a, b in zip(whole[2], resumed[0], strict=True))
    assert not torch.equal(whole[0].image, whole[1].image)


# More processes than cores are slow, but right.
@pytest.mark.filterwarnings("ignore:This DataLoader will create")
@pytest.mark.parametrize("workers", [1, 3])
def test_batches_come_in_one_order_however_many_compose(stock: Stock, workers: int) -> None:
    pictures = ComposedPictures(stock, Recipe(side_px=64), 1, 2, 1, 6)
    alone, shared = (list(load_batches(pictures, count)) for count in (0, workers))
    assert len(alone) == len(shared) == 5
    for one, other in zip(alone, shared, strict=True):
        assert all(torch.equal(a, b) for a, b in zip(one, other, strict=True))
