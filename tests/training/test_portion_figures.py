import json
from typing import Any

import pytest

from tests.model.conftest import PLAIN
from tests.training.portion_readings import make_pair, read_colours
from training.portion_figures import judge_portion
from training.portion_fit import read_pairs


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    pairs = [
        make_pair("drawn", 0.9, 0.45),
        make_pair("drawn", 0.9, 0.72),
        make_pair("drawn", 0.9, 0.6, doubtful=0.5),
        make_pair("rendered", 0.9, 0.9, 0.3),
        make_pair("real", 0.9, 0.63, doubtful=0.5),
    ]
    return judge_portion(read_pairs(read_colours, pairs, PLAIN), PLAIN)


def test_sorts_of_pairs_are_told_apart(figures: dict[str, Any]) -> None:
    assert {sort: row["pairs"] for sort, row in figures.items()} == {
        "drawn": 3,
        "rendered": 1,
        "real": 1,
    }
    assert "volume" in figures["rendered"]["truth"]


def test_abstentions_are_counted_and_not_judged(figures: dict[str, Any]) -> None:
    drawn = figures["drawn"]
    assert (drawn["estimated"], drawn["abstained"]) == (2, 1)
    assert drawn["mean_error"] == pytest.approx(0, abs=0.02)
    assert drawn["interval_covers"] == 1.0
    assert drawn["order_right"] == 1.0
    assert drawn["pairs_short_by_a_tenth_or_more"] == 3


def test_what_is_missed_counts_against_order_error_and_interval(figures: dict[str, Any]) -> None:
    rendered = figures["rendered"]
    assert rendered["order_right"] == 0.5
    assert rendered["mean_error"] == pytest.approx(0.3, abs=0.01)
    assert rendered["interval_covers"] == 0.0


def test_figures_of_nothing_are_told_as_none_in_json(figures: dict[str, Any]) -> None:
    real = json.loads(json.dumps(figures))["real"]
    assert real["estimated"] == 0
    assert real["order_right"] is real["mean_error"] is real["interval_covers"] is None
    assert judge_portion([], PLAIN) == {}
