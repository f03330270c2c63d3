from dataclasses import replace
from pathlib import Path

from tests.training.test_portion_pairs import write_pairs
from tests.training.test_unipd_pairs import draw_index
from training.portion_sets import calibration_pairs, measuring_pairs
from training.stock import Stock


def test_pairs_that_fit_are_drawn_and_rendered_of_the_calibration_split(
    stock: Stock, tmp_path: Path
) -> None:
    write_pairs(tmp_path)
    pairs = list(calibration_pairs(stock, 2, 3, tmp_path))
    assert {pair.sort for pair in pairs} == {"drawn", "rendered"}
    assert [pair.shortfall for pair in pairs if pair.sort == "rendered"] == [0.2]


def test_pairs_that_measure_are_of_the_test_split_and_real(stock: Stock, tmp_path: Path) -> None:
    write_pairs(tmp_path)
    trays = draw_index(tmp_path, {"tray1_food_image": 0.4, "tray1_leftover1": 0.3}).rows
    # An absolute path is read wherever the index has its root.
    found = [
        replace(row, path=str(tmp_path / row.path), mask=str(tmp_path / row.mask)) for row in trays
    ]
    index = replace(stock.index, rows=[*stock.index.rows, *found])
    pairs = list(measuring_pairs(replace(stock, index=index), 2, 3, tmp_path))
    assert [pair.shortfall for pair in pairs if pair.sort == "rendered"] == [0.45]
    assert len([pair for pair in pairs if pair.sort == "real"]) == 1
    assert len([pair for pair in pairs if pair.sort == "drawn"]) > 0


def test_without_rendered_pairs_the_drawn_ones_do(stock: Stock, tmp_path: Path) -> None:
    pairs = list(calibration_pairs(stock, 2, 3, tmp_path / "absent"))
    assert {pair.sort for pair in pairs} == {"drawn"}
