from typing import Any

import pytest

from tests.model.conftest import PLAIN
from tests.training.measures import make_measured
from tests.training.whole_figures import list_cases, list_rest
from training.figures_spoilage import judge_area, judge_real_spoilage, pool_real_spoilage


@pytest.fixture(scope="module")
def area() -> dict[str, Any]:
    return judge_area([m for m in list_cases() if m.case.composite], PLAIN)


def test_real_decay_is_compared_with_fresh_produce_of_other_sources() -> None:
    assert judge_real_spoilage(list_rest())["coffee"] == {
        "photos": 1,
        "groups": 1,
        "fresh_photos_of_other_sources": 1,
        "auroc": 1.0,
    }


def test_all_sources_of_decay_weigh_by_their_pairs() -> None:
    def row(photos: int, fresh: int, auroc: float) -> dict[str, Any]:
        return {
            "photos": photos,
            "groups": photos,
            "fresh_photos_of_other_sources": fresh,
            "auroc": auroc,
        }

    pooled = pool_real_spoilage({"a": row(30, 10, 1.0), "b": row(5, 20, 0.6)})
    assert pooled == {"photos": 35, "groups": 35, "sources": 2, "auroc": 0.9}
    alone = pool_real_spoilage({"a": row(3, 0, float("nan"))})
    assert alone["photos"] == 0


def test_shares_are_judged_on_all_and_where_spoilage_was_found(area: dict[str, Any]) -> None:
    assert area["share_composites"] == 9
    assert area["found"] == 8
    assert area["share_mean_error_where_found"] == pytest.approx(0.05, abs=0.01)
    assert area["share_mean_error"] > area["share_mean_error_where_found"]
    assert area["share_interval_covers_where_found"] == 1.0
    assert area["share_interval_covers"] < 1.0


def test_every_true_share_falls_into_one_band(area: dict[str, Any]) -> None:
    bands = area["share_by_band"]
    assert [row["composites"] for row in bands.values()] == [0, 8, 1]
    assert [row["found"] for row in bands.values()] == [0, 8, 0]
    assert bands["a_tenth_to_a_third"]["mean_error"] == pytest.approx(0.05, abs=0.01)
    assert bands["above_a_third"]["mean_error"] == pytest.approx(0.4, abs=0.01)


@pytest.mark.parametrize(
    ("truth", "band"),
    [
        (0.099, "below_a_tenth"),
        (0.1, "a_tenth_to_a_third"),
        (0.33, "a_tenth_to_a_third"),
        (0.34, "above_a_third"),
        (1.0, "above_a_third"),
    ],
)
def test_bands_are_those_of_the_grades(truth: float, band: str) -> None:
    one = make_measured("spoiled/drawn", 2.0, spoiled=True, truth=truth, marked=truth)
    bands = judge_area([one], PLAIN)["share_by_band"]
    assert [name for name, row in bands.items() if row["composites"]] == [band]
