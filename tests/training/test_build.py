from pathlib import Path

import cv2
import numpy as np
import pytest

from model.errors import InvalidInput, NotFound
from tests.training.pictures import draw_meal, write_root
from training.build import Index, build, load_index
from training.manifests import OPEN, RESEARCH, read_rows


def write_meals(root: Path, licences: list[str]) -> Path:
    """Meals 0 and 1 are one photo, once sent on at lower quality; the others are their own."""
    first = draw_meal(1)
    meals = [first, first, draw_meal(2), draw_meal(3)]
    rows = []
    for number, (meal, licence) in enumerate(zip(meals, licences, strict=True)):
        quality = [cv2.IMWRITE_JPEG_QUALITY, 60 if number == 1 else 95]
        cv2.imwrite(str(root / f"{number}.jpg"), meal, quality)
        row = {"path": f"{number}.jpg", "role": "meal", "source": f"source {number}"}
        rows.append(row | {"class": "salad", "licence": licence, "group": f"group {number}"})
    return write_root(root, rows)


def test_near_duplicates_share_a_group_and_so_a_side(tmp_path: Path) -> None:
    root = write_meals(tmp_path, ["open"] * 4)
    rows = build(root, tmp_path / "out", [OPEN]).rows
    groups = [row.group for row in rows]
    assert groups[0] == groups[1]
    assert rows[0].split == rows[1].split


def test_photos_under_other_licences_are_left_out(tmp_path: Path) -> None:
    root = write_meals(tmp_path, ["open", "unclear: forum", "research: no resale", "unclear"])
    index = build(root, tmp_path / "out", [OPEN, RESEARCH])
    assert [row.path for row in index.rows] == ["0.jpg", "2.jpg"]
    assert not (index.masks / "1.jpg.png").exists()


def test_unclear_licences_may_measure_and_never_train(tmp_path: Path) -> None:
    root = write_meals(tmp_path, ["open", "open", "unclear", "research"])
    index = build(root, tmp_path / "out", [OPEN, RESEARCH, "unclear"])
    assert len(index.rows) == 4
    assert [row.path for row in index.trainable().rows] == ["0.jpg", "1.jpg", "3.jpg"]


def test_what_was_built_is_read_back(index: Index) -> None:
    again = load_index(index.root, index.masks.parent)
    assert again == index


def test_the_proposed_mask_is_food_in_the_middle_and_not_on_the_plate(index: Index) -> None:
    row = next(row for row in index.rows if row.role == "meal")
    mask = index.read_food_mask(row)
    assert (mask[90:150, 120:200] == 1).mean() > 0.8
    assert (np.concatenate([mask[:8], mask[-8:]]) != 1).all()


def test_a_manifest_without_a_column_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text("path,role\na.jpg,meal\n", "utf-8")
    with pytest.raises(InvalidInput, match="without class"):
        read_rows(tmp_path / "manifest.csv")


def test_photos_that_were_never_prepared_are_told(root: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="training build"):
        load_index(root, tmp_path)
