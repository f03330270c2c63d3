import numpy as np
import pytest

from model.layout import KINDS
from model.regions import find_objects, find_place_of_food, score_picture, sigmoid

SHAPE = (40, 60)
EVERYWHERE = np.ones(SHAPE, bool)


def draw_objects(*objects: tuple[str, float, int, int, int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Logits of the foreign map and the kinds: kind, logit, x0, y0, x1, y1 of each object."""
    logits = np.full(SHAPE, -8.0, np.float32)
    kinds = np.zeros((len(KINDS), *SHAPE), np.float32)
    for kind, logit, x0, y0, x1, y1 in objects:
        logits[y0:y1, x0:x1] = logit
        kinds[KINDS.index(kind), y0:y1, x0:x1] = 5
    return logits, kinds


def test_objects_are_found_with_kind_and_box_surest_first() -> None:
    maps = draw_objects(("hair", 1.0, 5, 5, 9, 7), ("glass", 4.0, 30, 20, 35, 26))
    glass, hair = find_objects(*maps, EVERYWHERE, 0.5, 0.3)
    assert (glass.kind, glass.box, hair.kind, hair.box) == (
        *("glass", (30, 20, 35, 26)),
        *("hair", (5, 5, 9, 7)),
    )
    assert glass.score == pytest.approx(4.0)


def test_a_kind_that_is_not_sure_enough_is_not_named() -> None:
    logits, kinds = draw_objects(("hair", 3.0, 5, 5, 9, 7))
    kinds[KINDS.index("plastic"), 5:7, 5:9] = 4.5
    assert find_objects(logits, kinds, EVERYWHERE, 0.5, 0.5)[0].kind == "hair"
    assert find_objects(logits, kinds, EVERYWHERE, 0.5, 0.8)[0].kind == "other"


def test_what_lies_beside_the_food_or_is_a_speck_is_left_out() -> None:
    maps = draw_objects(("metal", 4.0, 50, 30, 55, 35), ("stone", 4.0, 10, 10, 11, 11))
    food = np.zeros(SHAPE, bool)
    food[5:20, 5:25] = True
    assert not find_objects(*maps, find_place_of_food(food), 0.5, 0.3)


def test_an_object_that_covers_food_lies_in_the_food() -> None:
    food = np.zeros(SHAPE, bool)
    food[5:30, 5:40] = True
    food[12:18, 15:21] = False
    assert find_place_of_food(food)[12:18, 15:21].all()


def test_the_picture_is_scored_by_its_strongest_cells_in_place() -> None:
    logits, _ = draw_objects(("insect", 3.0, 5, 5, 10, 7), ("insect", 9.0, 40, 5, 50, 7))
    left = np.zeros(SHAPE, bool)
    left[:, :30] = True
    assert score_picture(logits, left, "foreign") == pytest.approx(3.0)
    assert score_picture(logits, EVERYWHERE, "foreign") == pytest.approx(9.0)
    assert score_picture(logits, np.zeros(SHAPE, bool), "foreign") == -20.0


def test_extreme_logits_stay_probabilities() -> None:
    shares = sigmoid(np.array([-1e9, 0, 1e9], np.float32))
    assert shares[1] == 0.5
    assert 0 <= shares[0] < 1e-9
    assert 1 - 1e-6 < shares[2] <= 1
