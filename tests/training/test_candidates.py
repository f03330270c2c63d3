import pytest

from tests.training.measures import make_measured
from training.candidates import compare_graphs
from training.measure import Measured


def draw_cases(objects: list[float]) -> list[Measured]:
    """A hundred clean photos scored below 0, and photos of objects."""
    clean = [make_measured("clean/a", -1.0 - n) for n in range(100)]
    shown = [make_measured("foreign/hair", score, foreign=True, kind="hair") for score in objects]
    return clean + shown


SURE = draw_cases([1.0] * 10)


def test_int8_ships_where_it_is_as_good_and_faster() -> None:
    compared = compare_graphs(SURE, draw_cases([0.5] * 10), times_faster=1.606)
    assert compared["shipped"] == "int8"
    assert set(compared["auroc_lost"].values()) == {0.0}
    assert compared["times_faster"] == 1.61


@pytest.mark.parametrize(
    ("objects", "times_faster"),
    [([1.0] * 9 + [-50.5], 2.0), ([1.0] * 10, 1.59)],
    ids=["less accurate", "hardly faster"],
)
def test_fp32_ships_otherwise(objects: list[float], times_faster: float) -> None:
    assert compare_graphs(SURE, draw_cases(objects), times_faster)["shipped"] == "fp32"
