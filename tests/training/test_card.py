"""Holds the model card to the figures that ship beside the weights, and to those measured now."""

import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from model.weights import RELEASE, WEIGHTS
from tests.training.whole_figures import make_figures
from training.candidates import FIGURES
from training.card import render, write_figures
from training.targets import TARGETS

CARD = WEIGHTS.parent / "card.md"
FRAME = "# Card\n\n<!-- figures -->\nold\n<!-- /figures -->\n\nAnd more.\n"


@pytest.fixture(scope="module")
def shipped() -> dict[str, Any]:
    stored: dict[str, Any] = json.loads((WEIGHTS / FIGURES).read_text("utf-8"))
    return stored


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    return make_figures()


def list_cells(text: str) -> list[list[str]]:
    """The cells of each row of the tables, without their heads."""
    lines = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line] for line in lines]
    return [row for row in rows if row[0] != "what" and not row[0].startswith("---")]


def list_rows(text: str) -> list[tuple[str, str, str]]:
    """What, figure and data of each row but those of the targets."""
    return [(row[0], row[1], row[2]) for row in list_cells(text) if len(row) == 3]


def test_the_card_tells_the_figures_of_the_weights_beside_it(
    tmp_path: Path, shipped: dict[str, Any]
) -> None:
    card = tmp_path / "card.md"
    card.write_text(CARD.read_text("utf-8"), "utf-8")
    write_figures(card, shipped)
    assert card.read_text("utf-8") == CARD.read_text("utf-8")


def test_the_figures_are_those_of_the_release_that_serves(shipped: dict[str, Any]) -> None:
    release = json.loads((WEIGHTS / RELEASE).read_text("utf-8"))
    assert shipped["model"] == {"version": release["version"], "sha256": release["sha256"]}
    assert f"Model {release['version']}" in CARD.read_text("utf-8")


def test_every_target_is_told_and_whether_it_is_reached(figures: dict[str, Any]) -> None:
    rows = [row for row in list_cells(render(figures)) if len(row) == 6]
    assert [row[0] for row in rows] == [target.what for target in TARGETS]
    assert {row[5] for row in rows} == {"yes", "no"}
    assert all(re.search(r"\d", row[3]) for row in rows)


def test_figures_of_an_older_release_can_still_be_told(figures: dict[str, Any]) -> None:
    """Going back a release writes its figures, which lack what was measured only later."""
    older = deepcopy(figures)
    del (
        older["composites"]["foreign_object_found"],
        older["composites"]["spoilage"]["share_by_band"],
    )
    del older["real_photos"]["scene"]["not_food_found_at_2_percent_food_refused"]
    for name in ("real_photos", "composites"):
        del older[name]["robustness"]["same_grade_mean"]
    rows = [row for row in list_cells(render(older)) if len(row) == 6]
    told = {row[0]: row[3] for row in rows}
    assert told["foreign object found with 5 % of clean flagged, hair"] == "not measured"
    assert told["clean meals graded moderate or worse"] == "2.5 %"


def test_every_figure_names_the_number_of_things_behind_it(figures: dict[str, Any]) -> None:
    rows = list_rows(render(figures))
    assert len(rows) > 20
    assert not [what for what, _, on in rows if not re.search(r"\d", on)]


def test_real_photos_and_composites_have_tables_of_their_own(figures: dict[str, Any]) -> None:
    real, composites = render(figures).split("### Composites")
    assert "### Real photos" in real
    for _, _, on in list_rows(real):
        assert "composite" not in on
        assert "photos" in on or "meals" in on
    assert [row for row in list_rows(composites) if "composites" in row[2]]


def test_sorts_of_pairs_have_rows_of_their_own_and_abstaining_leaves_no_figure(
    figures: dict[str, Any],
) -> None:
    judged = {"pairs": 60, "estimated": 26, "orders_told": 30, "order_right": 0.875}
    widths = {"mean_error": 0.0629, "interval_covers": 0.9231, "interval_width": 0.57}
    none = {"pairs": 15, "estimated": 0, "orders_told": 0} | dict.fromkeys(
        ("order_right", "mean_error", "interval_covers", "interval_width")
    )
    portion = {"drawn": judged | widths, "real": none}
    rows = list_rows(render({**figures, "portion": portion}).split("### Portion")[1])
    assert ("drawn: fuller told from emptier", "87.5 %") in [row[:2] for row in rows]
    assert [row for row in rows if row[0].startswith("real:")] == [
        (
            "real: estimated",
            "0",
            "15 pairs: real trays before and after the meal, truth an area by masks",
        )
    ]


def read_counts(figures: dict[str, Any]) -> list[int]:
    """Every number of photos, groups or composites in the figures that the card shows."""
    real, foreign = figures["real_photos"], figures["composites"]["foreign_object"]
    counts = [row["photos"] for row in real["spoilage"].values()]
    counts += [real["scene"]["not_food_photos"], real["clean"]["photos"]]
    counts += [row["composites"] for row in foreign["kinds"].values()]
    return [*counts, foreign["composites"], figures["composites"]["spoilage"]["composites"]]


def test_counts_and_figures_follow_what_was_measured(figures: dict[str, Any]) -> None:
    shown = {word for row in list_rows(render(figures)) for word in re.findall(r"\d+", row[2])}
    assert {str(count) for count in read_counts(figures)} <= shown
    changed = deepcopy(figures)
    changed["real_photos"]["scene"] |= {"not_food_found": 0.1234, "not_food_photos": 98765}
    changed["composites"]["foreign_object"]["auroc_against_clean"] = 0.5432
    rows = set(list_rows(render(changed))) - set(list_rows(render(figures)))
    assert ("not-food found", "12.3 %", "98765 photos") in rows
    assert [figure for what, figure, _ in rows if "AUROC against clean" in what] == ["0.543"]


def test_only_the_section_is_written(tmp_path: Path, figures: dict[str, Any]) -> None:
    card = tmp_path / "card.md"
    card.write_text(FRAME, "utf-8")
    for _ in range(2):
        write_figures(card, figures)
        assert card.read_text("utf-8") == FRAME.replace("old\n", render(figures))


@pytest.mark.parametrize("text", ["# Card\n", FRAME + FRAME], ids=["none", "two"])
def test_a_card_without_just_one_section_is_refused(
    tmp_path: Path, figures: dict[str, Any], text: str
) -> None:
    card = tmp_path / "card.md"
    card.write_text(text, "utf-8")
    with pytest.raises(ValueError, match="figures sections"):
        write_figures(card, figures)
    assert card.read_text("utf-8") == text
