import numpy as np
import pytest

from model.layout import SCENES
from tests.model.conftest import PLAIN
from tests.training.measures import make_measured
from tests.training.whole_figures import list_cases
from training.figures_photos import judge_clean, judge_scene
from training.measure import Measured
from training.tallies import starts

NOT_FOOD = SCENES.index("not_food")


def see(name: str, logit: float, scene: int) -> Measured:
    return make_measured(name, scene=scene, scene_logits=(0.0, 0.0, 0.0, logit))


def test_not_food_and_food_are_told_apart_at_the_threshold_in_force() -> None:
    figures = judge_scene([m for m in list_cases() if not m.case.composite], PLAIN)
    assert (figures["not_food_found"], figures["food_refused"]) == (1.0, 0.0)


def test_not_food_is_also_counted_where_2_percent_of_food_are_refused() -> None:
    food = [see("clean/a", n / 100, 0) for n in range(100)]
    other = [see("not_food/a", n / 20, NOT_FOOD) for n in range(40)]
    figures = judge_scene(food + other, PLAIN)
    assert figures["not_food_found"] == 0.0
    refused = np.mean([n / 100 > 0.9705 for n in range(100)])
    assert refused == pytest.approx(0.02)
    assert figures["not_food_found_at_2_percent_food_refused"] == np.mean(
        [n / 20 > 0.9705 for n in range(40)]
    )
    assert (figures["food_photos"], figures["not_food_photos"]) == (100, 40)


def test_photos_whose_scene_is_unknown_are_not_food_to_be_refused() -> None:
    figures = judge_scene([see("clean/a", 0.0, 0), see("fresh/b", 9.0, -1)], PLAIN)
    assert (figures["food_photos"], figures["food_refused"]) == (1, 0.0)


def test_clean_photos_graded_moderate_or_worse_are_counted() -> None:
    clean = judge_clean(starts(list_cases(), "clean/"), PLAIN)
    assert clean["graded_moderate_or_severe"] == pytest.approx(1 / 40)
    assert clean["sources"]["b"]["graded_moderate_or_severe"] == pytest.approx(1 / 20)
    assert clean["sources"]["a"]["graded_moderate_or_severe"] == 0
