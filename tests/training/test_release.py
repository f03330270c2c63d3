import json
from pathlib import Path
from typing import Any

import pytest

from model.errors import Conflict, NotFound
from model.weights import CALIBRATION, GRAPH, RELEASE, identify
from training.candidates import CHECKPOINT, FIGURES
from training.evaluate import list_aurocs
from training.release import FILES, find_objections, go_back, put_in_service, release

SCALES = ("foreign", "spoiled", "mould", "spoiled_share")
CELLS = ("foreign_cell", "spoiled_cell", "food_cell", "container_cell")
PLAIN = {
    **{name: {"slope": 1.0, "offset": 0.0} for name in SCALES},
    **dict.fromkeys(
        ("foreign_cell", "kind_from", "spoiled_cell", "food_cell", "container_cell"), 0.5
    ),
    **{"scene_temperature": 1.0, "not_food_from": 0.5},
    **dict.fromkeys(("share_below", "share_above", "fill_margin"), 0.1),
}


def figures(
    clean: float = 0.9, controls: float = 0.8, things: int = 30, **groups: float
) -> dict[str, Any]:
    foreign = {"auroc_against_clean": clean, "auroc_against_controls": controls}
    sources = {"coffee": 0.85, "berries": 0.75} | groups
    return {
        "scope": {"each": 4, "pairs": 4, "seed": 5, "split": "test"},
        "composites": {"foreign_object": foreign, "spoilage": {"auroc_against_clean": 0.9}},
        "real_photos": {
            "spoilage": {
                name: {"auroc": value, "groups": things} for name, value in sources.items()
            }
        },
    }


def write_candidate(folder: Path, version: str, measured: dict[str, Any]) -> Path:
    folder.mkdir()
    graph, calibration = f"graph {version}".encode(), json.dumps(PLAIN).encode()
    (folder / GRAPH).write_bytes(graph)
    (folder / CALIBRATION).write_bytes(calibration)
    (folder / CHECKPOINT).write_bytes(f"checkpoint {version}".encode())
    (folder / FIGURES).write_text(json.dumps(measured))
    sha256 = identify(graph, calibration)
    (folder / RELEASE).write_text(json.dumps({"version": version, "sha256": sha256}))
    return folder


def read_all(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES}


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    put_in_service(write_candidate(tmp_path / "one", "1", figures()), tmp_path / "weights")
    return tmp_path / "weights"


def test_the_first_candidate_is_released(tmp_path: Path) -> None:
    candidate = write_candidate(tmp_path / "one", "1", figures())
    assert release(candidate, tmp_path / "weights") == "1"
    assert read_all(tmp_path / "weights") == read_all(candidate)


def test_a_better_candidate_is_released(tmp_path: Path, weights: Path) -> None:
    better = write_candidate(tmp_path / "two", "2", figures(clean=0.93))
    assert release(better, weights) == "2"
    assert read_all(weights) == read_all(better)


def test_a_target_that_was_reached_is_not_given_up(tmp_path: Path, weights: Path) -> None:
    def with_clean(share: float, photos: int) -> dict[str, Any]:
        measured = figures(clean=0.93)
        clean = {"photos": photos, "graded_moderate_or_severe": share}
        return {**measured, "real_photos": {**measured["real_photos"], "clean": clean}}

    champion = with_clean(0.01, 400)
    assert not find_objections(champion, with_clean(0.03, 400), needs_gain=False)
    assert not find_objections(champion, with_clean(0.035, 400), needs_gain=False)
    assert not find_objections(champion, with_clean(0.2, 12), needs_gain=False)
    assert not find_objections(with_clean(0.2, 400), with_clean(0.3, 400), needs_gain=False)
    [objection] = find_objections(champion, with_clean(0.06, 400), needs_gain=False)
    assert objection == "clean meals graded moderate or worse, real photos: 6.0 % is missed now"


@pytest.mark.parametrize(("pairs", "is_lost"), [(35, False), (300, True)])
def test_an_interval_that_covers_too_much_is_lost_where_that_is_no_chance(
    pairs: int, is_lost: bool
) -> None:
    def covering(share: float) -> dict[str, Any]:
        return {
            **figures(clean=0.93),
            "portion": {"drawn": {"interval_covers": share, "estimated": pairs}},
        }

    assert bool(find_objections(covering(0.9), covering(1.0), needs_gain=False)) == is_lost


@pytest.mark.parametrize("measured", [figures(), figures(clean=0.89)], ids=["same", "worse"])
def test_a_candidate_no_better_is_refused(
    tmp_path: Path, weights: Path, measured: dict[str, Any]
) -> None:
    before = read_all(weights)
    with pytest.raises(Conflict, match="mean gain"):
        release(write_candidate(tmp_path / "two", "2", measured), weights)
    assert read_all(weights) == before


def test_a_gain_does_not_pay_for_a_group_that_gets_worse(tmp_path: Path, weights: Path) -> None:
    measured = figures(clean=0.99, controls=0.95, berries=0.70)
    with pytest.raises(Conflict, match=r"berries .*falls from 0\.75 to 0\.7"):
        release(write_candidate(tmp_path / "two", "2", measured), weights)


@pytest.mark.parametrize(
    "challenger",
    [
        figures(clean=0.99) | {"scope": {"each": 60}},
        figures(clean=0.99, berries=float("nan")),
        figures(clean=0.99, cherries=0.9),
    ],
    ids=["other scope", "undefined", "other groups"],
)
def test_only_the_same_cases_are_compared(challenger: dict[str, Any]) -> None:
    [objection] = find_objections(figures(), challenger)
    assert "same cases" in objection


def test_a_figure_that_only_one_version_has_is_named() -> None:
    older = figures()
    del older["composites"]["spoilage"]["auroc_against_clean"]
    [objection] = find_objections(older, figures(clean=0.99))
    assert "only one of them has composites: spoilage against clean" in objection


def test_figures_without_a_single_defined_auroc_release_nothing() -> None:
    nan = float("nan")
    empty = figures(nan, nan, coffee=nan, berries=nan)
    empty["composites"]["spoilage"]["auroc_against_clean"] = nan
    assert find_objections(empty, empty)


def test_retraining_needs_no_gain_on_composites_but_no_loss_either() -> None:
    assert not find_objections(figures(), figures(), needs_gain=False)
    assert find_objections(figures(), figures(clean=0.88), needs_gain=False)


def test_one_step_back_restores_every_byte(tmp_path: Path, weights: Path) -> None:
    before = read_all(weights)
    release(write_candidate(tmp_path / "two", "2", figures(clean=0.93)), weights)
    assert go_back(weights) == "1"
    assert read_all(weights) == before
    with pytest.raises(NotFound, match="previous release"):
        go_back(weights)


@pytest.mark.parametrize("name", FILES)
def test_an_incomplete_candidate_is_refused_and_nothing_moves(
    tmp_path: Path, weights: Path, name: str
) -> None:
    candidate = write_candidate(tmp_path / "two", "2", figures(clean=0.93))
    (candidate / name).unlink()
    before = read_all(weights)
    with pytest.raises(NotFound, match=name):
        release(candidate, weights)
    assert read_all(weights) == before


def test_a_source_of_a_few_things_decides_nothing() -> None:
    champion = figures(things=3)
    assert not [name for name in list_aurocs(champion) if name.startswith("real photos")]
    assert [name for name in list_aurocs(figures()) if name.startswith("real photos")]
