from typing import Any

import numpy as np
import pytest

from tests.model.conftest import PLAIN
from tests.training.measures import make_measured
from tests.training.portion_readings import make_pair, read_colours
from tests.training.whole_figures import RUN, list_cases
from training.evaluate import evaluate, judge_scores, list_aurocs


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    return evaluate(list_cases(), RUN, [], PLAIN)


def test_real_photos_and_composites_are_never_in_one_table(figures: dict[str, Any]) -> None:
    assert set(figures) == {"real_photos", "composites", "portion"}
    assert figures["real_photos"]["scene"]["food_photos"] == 40
    assert figures["composites"]["foreign_object"]["composites"] == 20


def test_what_was_never_trained_on_is_counted_apart(figures: dict[str, Any]) -> None:
    composites = figures["composites"]
    assert composites["foreign_object"]["auroc_against_clean"] == 0.5
    assert set(composites["foreign_object"]["kinds"]) == {"glass", "hair"}
    unseen = composites["foreign_object_never_trained_on"]
    assert unseen["composites"] == 4
    assert unseen["auroc_against_clean"] == pytest.approx((3 * 40 + 31) / 160, abs=0.005)
    assert composites["grades"]["foreign_object"]["composites"] == 20


def test_a_kind_counts_as_named_where_a_box_on_the_object_names_one(
    figures: dict[str, Any],
) -> None:
    foreign = figures["composites"]["foreign_object"]
    assert foreign["boxed"] == 19
    assert foreign["kind_named_where_boxed"] == 8
    assert foreign["kind_named_right"] == 7


def test_a_calibration_error_says_on_what_and_in_how_many_bins(figures: dict[str, Any]) -> None:
    error = figures["composites"]["calibration_error"]
    assert error["bins"] == 10
    assert error["cases"] == 40 + 20 + 9 + 2
    assert error["foreign_object"]["with_defect"] == 20
    assert error["foreign_object"]["without"] == 51
    assert error["spoilage"]["with_defect"] == 9
    assert 0 <= error["foreign_object"]["error"] <= 1
    assert "test split" in error["data"]


def test_an_auroc_needs_enough_distinct_things_to_be_a_headline() -> None:
    many = [
        make_measured("decayed/chilli", 1.0 + n, spoiled=True, group=f"leaf-{n}") for n in range(12)
    ]
    named = list_aurocs(judge_scores(list_cases() + many))
    assert "real photos: chilli against fresh" in named
    assert "real photos: coffee against fresh" not in named
    assert all(np.isfinite(value) for value in named.values())


def test_pairs_are_told_by_sort_in_figures_of_their_own() -> None:
    pairs = [make_pair("drawn", 0.9, 0.45), make_pair("real", 0.9, 0.45)]
    portion = evaluate(list_cases(), read_colours, pairs, PLAIN)["portion"]
    assert {sort: row["estimated"] for sort, row in portion.items()} == {"drawn": 1, "real": 1}
