import csv
import re
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from model.photo import read_photo
from training.sources import COLUMNS

FOLDER = Path(__file__).resolve().parents[2] / "datasets" / "rendered"
NOTHING, FOOD, SPOILED, FOREIGN = 0, 85, 170, 255
LONGER_PX, SHORTER_PX = 1152, 864
EDGE_PX = 8  # the box also holds the faint rim of a thin object, which the mask leaves out
VISIBLE_PX = 600  # of a foreign object: what a person still finds
MAX_BYTES_TOGETHER = 12_000_000

Scene = dict[str, Any]
Row = dict[str, str]

SCENES: list[Scene] = tomllib.loads((FOLDER / "scenes.toml").read_text("utf-8"))["scene"]
each_scene = pytest.mark.parametrize("scene", SCENES, ids=[s["name"] for s in SCENES])


@cache
def _rows() -> dict[str, Row]:
    with (FOLDER / "manifest.csv").open(newline="", encoding="utf-8") as lines:
        return {row["path"]: row for row in csv.DictReader(lines)}


@cache
def _card() -> str:
    return (FOLDER / "card.md").read_text("utf-8")


def _row(scene: Scene) -> Row:
    return _rows()[f"photos/{scene['name']}.jpg"]


@cache
def _mask(path: str) -> NDArray[np.uint8]:
    mask = cv2.imread(str(FOLDER / path), cv2.IMREAD_UNCHANGED)
    assert mask is not None, f"{path} is no picture"
    return np.asarray(mask, np.uint8)


def _meal(scene: Scene) -> tuple[str, str, int]:
    return scene.get("recipe", ""), scene.get("vessel", ""), scene["seed"]


def test_every_scene_has_its_row_in_order() -> None:
    assert list(_rows()) == [f"photos/{scene['name']}.jpg" for scene in SCENES]


def test_columns_are_those_of_every_source_and_those_of_the_card() -> None:
    own = re.findall(r"^\| (\w+) \| .*\|$", _card().split("## Manifest")[1], re.MULTILINE)
    assert next(iter(_rows().values())).keys() == {*COLUMNS[:-1], *own} - {"column"}


@each_scene
def test_row_says_what_the_scene_says(scene: Scene) -> None:
    row = _row(scene)
    assert (row["role"], row["source"]) == ("sample", "rendered")
    assert row["licence"] == "Apache-2.0"
    assert row["class"] == scene["class"]
    assert row["group"] == scene.get("group", scene["name"])
    assert row["defect"] == scene.get("defect", "none")
    for column in ("kind", "note", "packing"):
        assert row[column] == scene.get(column, "")


@each_scene
def test_photo_is_one_that_the_model_reads(scene: Scene) -> None:
    photo = read_photo((FOLDER / _row(scene)["path"]).read_bytes())
    size_px = (photo.width_px, photo.height_px)
    upright = scene.get("upright", False)
    assert size_px == ((SHORTER_PX, LONGER_PX) if upright else (LONGER_PX, SHORTER_PX))
    assert photo.bgr.std() > 1.0


@each_scene
def test_mask_fits_its_photo(scene: Scene) -> None:
    path = _row(scene)["mask"]
    if "vessel" not in scene:
        assert path == ""
        return
    assert path == f"masks/{scene['name']}.png"
    shape = (LONGER_PX, SHORTER_PX) if scene.get("upright") else (SHORTER_PX, LONGER_PX)
    assert _mask(path).shape == shape
    assert set(np.unique(_mask(path))) <= {NOTHING, FOOD, SPOILED, FOREIGN}
    assert (_mask(path) == FOOD).mean() > 0.1


@each_scene
def test_box_holds_the_foreign_object_of_the_mask(scene: Scene) -> None:
    row = _row(scene)
    if row["defect"] != "foreign_object":
        assert row["box_px"] == ""
        assert not row["mask"] or not (_mask(row["mask"]) == FOREIGN).any()
        return
    rows, columns = np.nonzero(_mask(row["mask"]) == FOREIGN)
    assert len(rows) >= VISIBLE_PX
    drawn = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1])
    outwards = (drawn - [int(edge) for edge in row["box_px"].split()]) * [1, 1, -1, -1]
    assert outwards.min() >= 0
    assert outwards.max() <= EDGE_PX


@each_scene
def test_spoiled_fraction_is_that_of_the_mask(scene: Scene) -> None:
    row = _row(scene)
    told = float(row["spoiled_fraction"])
    assert (told > 0.01) == (row["defect"] == "spoilage")
    if row["mask"]:
        spoiled = int((_mask(row["mask"]) == SPOILED).sum())
        food = int((_mask(row["mask"]) == FOOD).sum()) + spoiled
        assert told == pytest.approx(spoiled / food, abs=0.01)


@each_scene
def test_filled_fraction_is_the_share_that_the_scene_asks_for(scene: Scene) -> None:
    asked = scene.get("share", 1.0) if "vessel" in scene else 0.0
    assert float(_row(scene)["filled_fraction"]) == pytest.approx(asked, abs=0.08)


@each_scene
def test_short_portions_have_the_packing_photo_of_their_full_meal(scene: Scene) -> None:
    row = _row(scene)
    assert (row["defect"] == "portion") == (scene.get("share", 1.0) < 1.0)
    if row["defect"] == "portion":
        assert row["packing"]
    if row["packing"]:
        packed = _rows()[row["packing"]]
        assert (packed["group"], packed["class"]) == (row["group"], row["class"])
        assert (packed["defect"], packed["filled_fraction"]) == ("none", "1.000")
        assert packed["packing"] == ""


def test_a_group_is_one_meal_and_a_meal_one_group() -> None:
    pairs = {(_row(scene)["group"], _meal(scene)) for scene in SCENES}
    assert max(Counter(group for group, _ in pairs).values()) == 1
    assert max(Counter(meal for _, meal in pairs).values()) == 1


@pytest.mark.parametrize(("kind", "column"), [("photos", "path"), ("masks", "mask")])
def test_no_file_is_without_its_row(kind: str, column: str) -> None:
    named = {row[column] for row in _rows().values() if row[column]}
    assert {f"{kind}/{file.name}" for file in (FOLDER / kind).iterdir()} == named


def test_photos_stay_small_enough_for_a_checkout() -> None:
    assert sum(file.stat().st_size for file in FOLDER.glob("photos/*")) < MAX_BYTES_TOGETHER


def test_card_counts_the_pictures_and_the_meals() -> None:
    told = re.search(r"^\| pictures \| (\d+) JPEGs", _card(), re.MULTILINE)
    assert told is not None
    assert int(told[1]) == len(_rows())
    meals = re.search(r"(\d+) meals in all", _card())
    assert meals is not None
    assert int(meals[1]) == len({row["group"] for row in _rows().values() if row["mask"]})


def test_card_counts_the_pictures_of_each_defect() -> None:
    told = dict(re.findall(r"^\| (\w+) \| (\d+) \| ", _card(), re.MULTILINE))
    assert {defect: int(count) for defect, count in told.items()} == Counter(
        row["defect"] for row in _rows().values()
    )
