from typing import Any

import numpy as np
import pytest

from tests.model.conftest import PLAIN
from tests.training.measures import make_measured
from tests.training.portion_readings import make_pair, read_colours
from training.evaluate import evaluate, judge_scores, list_aurocs
from training.measure import Measured, Run


def never_run(_bgr: object) -> object:
    raise AssertionError("no pair was given")


RUN: Run = never_run  # type: ignore[assignment]


def draw_cases() -> list[Measured]:
    """Forty clean photos scored -4 to -0.1; half of the objects above all of them."""
    clean = [
        make_measured(
            f"clean/{'ab'[n % 2]}", -4 + 0.1 * n, severity="severe" if n == 39 else "none"
        )
        for n in range(40)
    ]
    shown: dict[str, Any] = {"foreign": True, "kind": "hair"}
    objects = [
        make_measured(
            "foreign/hair",
            1.0,
            peak_hit=n > 0,
            box_hit=n > 0,
            named_kind=("other", "other", "glass", "hair")[min(n, 3)] if n else None,
            **shown,
        )
        for n in range(10)
    ] + [make_measured("foreign/glass", -9.0, peak_hit=False, box_hit=False, **shown)] * 10
    spoiled = [
        make_measured("spoiled/drawn", 2.0, spoiled=True, truth=0.3, marked=0.25) for _ in range(8)
    ]
    missed = make_measured("spoiled/leaf", -3.0, spoiled=True, truth=0.4, marked=0.0)
    rest = [
        make_measured("control/food", -9.0),
        make_measured("control/leaf", -9.0),
        make_measured("not_food/a", scene=3, scene_logits=(0.0, 0.0, 0.0, 9.0), foreign=None),
        make_measured("decayed/coffee", 1.0, foreign=None, spoiled=True, group="leaf-1"),
        make_measured("fresh/coffee", 5.0, foreign=None),
        make_measured("fresh/grocery", -1.0, foreign=None),
    ]
    return clean + objects + spoiled + [missed] + rest


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    return evaluate(draw_cases(), RUN, [], PLAIN)


def test_a_foreign_object_is_found_only_where_the_strongest_point_lies_on_it(
    figures: dict[str, Any],
) -> None:
    kinds = figures["composites"]["foreign_object"]["kinds"]
    assert kinds["hair"]["found_at_5_percent_clean_flagged"] == 0.9
    assert kinds["hair"]["auroc_against_clean"] == 1.0
    assert kinds["glass"]["found_at_5_percent_clean_flagged"] == 0.0
    assert figures["composites"]["foreign_object"]["auroc_against_clean"] == 0.5


def test_a_kind_counts_as_named_where_a_box_on_the_object_names_one(
    figures: dict[str, Any],
) -> None:
    foreign = figures["composites"]["foreign_object"]
    assert foreign["boxed"] == 9
    assert foreign["kind_named_where_boxed"] == 8
    assert foreign["kind_named_right"] == 7


def test_real_decay_is_compared_with_fresh_produce_of_other_sources(
    figures: dict[str, Any],
) -> None:
    row = figures["real_photos"]["spoilage"]["coffee"]
    assert row == {"photos": 1, "groups": 1, "fresh_photos_of_other_sources": 1, "auroc": 1.0}


def test_shares_are_judged_where_spoilage_was_found(figures: dict[str, Any]) -> None:
    spoilage = figures["composites"]["spoilage"]
    assert spoilage["found"] == 8
    assert spoilage["share_mean_error_where_found"] == pytest.approx(0.05, abs=0.01)
    assert spoilage["share_mean_error"] > spoilage["share_mean_error_where_found"]
    assert spoilage["share_interval_covers_where_found"] == 1.0


def test_clean_photos_graded_moderate_or_worse_are_counted(figures: dict[str, Any]) -> None:
    clean = figures["real_photos"]["clean"]
    assert clean["graded_moderate_or_severe"] == pytest.approx(1 / 40)
    assert clean["sources"]["b"]["graded_moderate_or_severe"] == pytest.approx(1 / 20)
    assert clean["sources"]["a"]["graded_moderate_or_severe"] == 0


def test_not_food_and_food_are_told_apart(figures: dict[str, Any]) -> None:
    scene = figures["real_photos"]["scene"]
    assert (scene["not_food_found"], scene["food_refused"]) == (1.0, 0.0)


def test_an_auroc_needs_enough_distinct_things_to_be_a_headline() -> None:
    many = [
        make_measured("decayed/chilli", 1.0 + n, spoiled=True, group=f"leaf-{n}") for n in range(12)
    ]
    named = list_aurocs(judge_scores(draw_cases() + many))
    assert "real photos: chilli against fresh" in named
    assert "real photos: coffee against fresh" not in named
    assert all(np.isfinite(value) for value in named.values())


def test_pairs_are_told_by_sort_in_figures_of_their_own() -> None:
    pairs = [make_pair("drawn", 0.9, 0.45), make_pair("real", 0.9, 0.45)]
    portion = evaluate(draw_cases(), read_colours, pairs, PLAIN)["portion"]
    assert {sort: row["estimated"] for sort, row in portion.items()} == {"drawn": 1, "real": 1}
