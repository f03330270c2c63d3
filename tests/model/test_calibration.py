import json
from dataclasses import replace
from pathlib import Path

import pytest

from model.calibration import LEAST_LEFT, LEFT_POWER, Logistic, log_odds, read_calibration
from tests.model.conftest import PLAIN


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    PLAIN.write(tmp_path / "calibration.json")
    assert read_calibration((tmp_path / "calibration.json").read_text("utf-8")) == PLAIN


def test_a_curve_moves_by_log_odds() -> None:
    curve = Logistic(2.0, -0.5)
    assert log_odds(curve.move(0.7).apply(0.3)) == pytest.approx(log_odds(curve.apply(0.3)) + 0.7)


@pytest.mark.parametrize("cells", [0.0, 0.003, 0.1, 0.5, 1.0])
def test_a_share_lies_within_its_interval_and_all_within_0_and_1(cells: float) -> None:
    share, (low, high) = replace(PLAIN, spoiled_share=Logistic(1.2, 0.4)).read_share(cells)
    assert 0 <= low <= share <= high <= 1


def test_shares_grow_with_the_cells_marked() -> None:
    reads = [PLAIN.read_share(cells) for cells in (0.0, 0.01, 0.1, 0.3, 0.8)]
    assert reads == sorted(reads)
    assert reads[0][0] == 0


def test_the_interval_may_reach_further_up_than_down() -> None:
    lopsided = replace(PLAIN, share_below=0.2, share_above=1.5)
    share, (low, high) = lopsided.read_share(0.2)
    assert share == pytest.approx(0.2)
    assert log_odds(low) == pytest.approx(log_odds(0.2) - 0.2)
    assert log_odds(high) == pytest.approx(log_odds(0.2) + 1.5)
    assert high - share > 2 * (share - low)


@pytest.mark.parametrize("left", [0.0, 0.03, 0.4, 1.0, 1.2])
def test_what_is_left_lies_within_its_interval(left: float) -> None:
    low, high = PLAIN.read_left(left)
    assert 0 <= low <= left < high
    wider = PLAIN.read_left(left, more=0.3)
    assert wider[0] <= low
    assert wider[1] > high


def test_next_to_nothing_left_may_be_nothing() -> None:
    assert PLAIN.read_left(LEAST_LEFT)[0] == 0


def test_a_calibration_of_an_older_release_is_read(tmp_path: Path) -> None:
    PLAIN.write(tmp_path / "calibration.json")
    stored = json.loads((tmp_path / "calibration.json").read_text("utf-8"))
    for name in ("undecided_most", "brimful_from", "left_power", "left_below", "left_above"):
        del stored[name]
    older = read_calibration(json.dumps(stored | {"shortfall_margin": 0.3}))
    assert older.left_power == LEFT_POWER
    assert older.fill_margin == PLAIN.fill_margin
