import re

import pytest

from tests.training.whole_figures import make_figures
from training.targets import (
    COMPOSITE,
    NETWORK,
    REAL,
    TARGETS,
    Target,
    judge_targets,
    read_figure,
)

ONE = Target("found", REAL, "a.found", (("a.photos", "photos"),), least=0.9)


def test_every_row_of_the_table_is_measured_and_counted() -> None:
    for verdict in judge_targets(make_figures()):
        assert verdict.reached is not None, verdict.what
        assert re.search(r"\d", verdict.figure), verdict.what
        if verdict.data != NETWORK:
            assert re.search(r"\d", verdict.on), verdict.what


def test_a_figure_lies_where_its_data_does() -> None:
    parts = {REAL: "real_photos", COMPOSITE: "composites", NETWORK: "quantisation"}
    for target in TARGETS:
        part = target.figure.split(".")[0]
        assert part == parts[target.data] or target.figure.startswith("portion.")


@pytest.mark.parametrize(
    ("what", "least", "most"),
    [
        ("scene", 0.98, None),
        ("foreign object against clean photos", 0.97, None),
        ("foreign object against food pasted alike", 0.95, None),
        ("known kinds", 0.9, None),
        ("kinds never trained on", 0.75, None),
        ("flagged, hair", 0.75, None),
        ("spoilage against clean", 0.97, None),
        ("decay against fresh produce", 0.92, None),
        ("spoiled share of the food", None, 0.05),
        ("spoiled share, 90 %", 0.88, 0.92),
        ("clean meals graded", None, 0.03),
        ("portion, drawn containers: fuller told", 0.95, None),
        ("portion, drawn containers: 90 %", 0.85, 0.95),
        ("portion, rendered containers: fuller told", 0.95, None),
        ("portion, real trays: 90 %", 0.85, 0.95),
        ("calibration error of foreign", None, 0.03),
        ("calibration error of spoilage", None, 0.03),
        ("most lost on an AUROC", None, 0.01),
        ("times as fast", 1.6, None),
    ],
)
def test_the_ends_are_those_that_were_set(
    what: str, least: float | None, most: float | None
) -> None:
    (target,) = [target for target in TARGETS if what in target.what]
    assert (target.least, target.most) == (least, most)


def test_grades_are_to_survive_changes_on_real_photos_and_on_composites() -> None:
    rows = [target for target in TARGETS if target.what.startswith("same grade")]
    assert {(row.data, row.least) for row in rows} == {(REAL, 0.97), (COMPOSITE, 0.97)}


@pytest.mark.parametrize(
    ("value", "reached", "figure"),
    [(0.9, True, "90.0 %"), (0.899, False, "89.9 %"), (float("nan"), None, "not measured")],
)
def test_a_figure_is_held_against_its_least(
    value: float, reached: bool | None, figure: str
) -> None:
    (verdict,) = judge_targets({"a": {"found": value, "photos": 12}}, [ONE])
    assert (verdict.reached, verdict.figure) == (reached, figure)
    assert (verdict.target, verdict.on) == ("at least 90.0 %", "12 photos")


@pytest.mark.parametrize(("value", "reached"), [(0.87, False), (0.9, True), (0.93, False)])
def test_a_figure_between_two_ends_may_be_neither_too_low_nor_too_high(
    value: float, reached: bool
) -> None:
    between = Target("covers", REAL, "covers", (), least=0.88, most=0.92)
    (verdict,) = judge_targets({"covers": value}, [between])
    assert verdict.reached is reached
    assert verdict.target == "88.0 % to 92.0 %"


def test_int8_is_judged_by_the_auroc_on_which_it_loses_most() -> None:
    figures = {"quantisation": {"auroc_lost": {"a": -0.02, "b": 0.004}, "times_faster": 2.0}}
    lost, faster = (v for v in judge_targets(figures) if v.data == NETWORK)
    assert (lost.figure, lost.reached) == ("0.004", True)
    assert (faster.figure, faster.reached) == ("2.00 times", True)


def test_figures_of_an_older_release_leave_rows_not_measured() -> None:
    assert {v.figure for v in judge_targets({"composites": {}})} == {"not measured"}
    assert {v.reached for v in judge_targets({})} == {None}


def test_a_figure_that_lay_elsewhere_in_an_older_release_is_found() -> None:
    older = {"composites": {"portion_drawn_containers": {"less_told_from_more": 0.92}}}
    assert read_figure(older, "portion.drawn.order_right") == 0.92
    newer = older | {"portion": {"drawn": {"order_right": 0.96}}}
    assert read_figure(newer, "portion.drawn.order_right") == 0.96


@pytest.mark.parametrize("path", ["a.c", "b", "a.photos.more", "a"])
def test_only_a_number_is_a_figure(path: str) -> None:
    assert read_figure({"a": {"photos": 3}}, path) is None
