from typing import Any

import pytest

from tests.training.measures import make_measured
from tests.training.whole_figures import list_cases
from training.figures_foreign import FOUND, POINTED, judge_found
from training.tallies import starts


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    measured = list_cases()
    return judge_found([m for m in measured if m.case.composite], starts(measured, "clean/"))


def test_an_object_is_found_only_where_the_surest_box_is_centred_on_it(
    found: dict[str, Any],
) -> None:
    assert found["hair"][FOUND] == 0.7
    assert found["hair"][POINTED] == 0.9
    assert found["hair"]["flagged"] == 1.0


def test_an_object_is_found_only_on_a_photo_that_is_flagged(found: dict[str, Any]) -> None:
    glass = found["kinds"]["foreign/glass"]
    assert (glass["flagged"], glass[FOUND], glass[POINTED]) == (0.0, 0.0, 0.0)


def test_known_kinds_hair_and_the_unseen_have_a_row_each(found: dict[str, Any]) -> None:
    assert found["known_kinds"]["composites"] == 10
    assert found["known_kinds"][FOUND] == 0.0
    assert found["hair"]["composites"] == 10
    assert found["unseen_kinds"]["composites"] == 4
    assert found["unseen_kinds"][FOUND] == 0.25
    assert found["unseen_kinds"][POINTED] == 0.75
    assert found["clean_photos"] == 40


def test_one_clean_photo_in_twenty_is_flagged() -> None:
    clean = [make_measured("clean/a", n / 100) for n in range(100)]
    shown = [
        make_measured("foreign/glass", n / 100, foreign=True, kind="glass", box_hit=True)
        for n in range(100)
    ]
    assert judge_found(shown, clean)["known_kinds"]["flagged"] == 0.05


def test_without_clean_photos_nothing_is_found() -> None:
    shown = [make_measured("foreign/glass", 9.0, foreign=True, kind="glass", box_hit=True)]
    assert judge_found(shown, [])["known_kinds"][FOUND] == 0.0
