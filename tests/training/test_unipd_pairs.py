from pathlib import Path

import cv2
import numpy as np
import pytest

from model.errors import NotFound
from training.build import Index
from training.manifests import Row, photos_root, read_rows
from training.unipd_pairs import tray_pairs


def draw_index(root: Path, food: dict[str, float]) -> Index:
    """Trays of which the masks are food to a share; a name is `tray1_food_image` or the like."""
    rows = []
    for name, share in food.items():
        mask = np.zeros((100, 100), np.uint8)
        mask[: round(100 * share)] = 6
        cv2.imwrite(str(root / f"{name}.png"), mask)
        cv2.imwrite(str(root / f"{name}.jpg"), np.full((100, 100, 3), 90, np.uint8))
        group, path = f"unipd_trays/{name[4]}", f"{name}.jpg"
        rows.append(Row(path, "portion", "unipd_trays", "tray", "unclear", group, f"{name}.png"))
    return Index(root, rows, root, root)


def test_each_leftover_is_paired_with_its_tray_before_the_meal(tmp_path: Path) -> None:
    food = {"tray1_food_image": 0.4, "tray1_leftover1": 0.3, "tray1_leftover2": 0.1}
    index = draw_index(tmp_path, food | {"tray2_leftover1": 0.2})
    pairs = list(tray_pairs(index))
    assert [pair.shortfall for pair in pairs] == pytest.approx([0.25, 0.75])
    assert {pair.sort for pair in pairs} == {"real"}


def test_a_leftover_that_looks_larger_counts_as_nothing_missing(tmp_path: Path) -> None:
    index = draw_index(tmp_path, {"tray1_food_image": 0.2, "tray1_leftover1": 0.3})
    assert [pair.shortfall for pair in tray_pairs(index)] == [0.0]


def test_the_trays_of_the_photos_are_fifteen_pairs() -> None:
    try:
        root = photos_root()
    except NotFound as error:
        pytest.skip(f"the photos are not part of the repository: {error}")
    index = Index(root, read_rows(root / "manifest.csv"), root, root)
    shortfalls = [pair.shortfall for pair in tray_pairs(index)]
    assert len(shortfalls) == 15
    assert all(0 <= value < 1 for value in shortfalls)
    assert sum(value >= 0.1 for value in shortfalls) > 10
