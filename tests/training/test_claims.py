import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from model.errors import InvalidInput
from model.layout import KINDS, SCENES
from training.claims import ClaimPhoto, read_claims, read_picture, view_claim
from training.scene import ANY_FOOD, IGNORE

COLUMNS = [
    *("path", "class", "group", "spoilage", "foreign_object_kinds", "boxes"),
    "spoiled_regions",
]
ROW = {
    "path": "photos/a.jpg",
    "class": "salad",
    "group": "shop/1",
    "spoilage": "no",
    "foreign_object_kinds": "insect",
    "boxes": '[[100, 50, 180, 110, "insect"]]',
}


def write_export(folder: Path, *rows: dict[str, str]) -> Path:
    (folder / "photos").mkdir(exist_ok=True)
    grain = np.random.default_rng(0).integers(0, 255, (300, 400, 3), np.uint8)
    Image.fromarray(grain).save(folder / "photos" / "a.jpg")
    with (folder / "manifest.csv").open("w", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return folder


def read_one(folder: Path, **changes: str) -> ClaimPhoto:
    [claim] = read_claims(write_export(folder, ROW | changes))
    return claim


def test_a_row_says_what_the_agent_said(tmp_path: Path) -> None:
    claim = read_one(tmp_path)
    assert claim.path == tmp_path / "photos/a.jpg"
    assert claim.scene == SCENES.index("salad")
    assert (claim.spoiled, claim.foreign, claim.kinds) == (False, True, ("insect",))
    assert claim.boxes == ((100, 50, 180, 110, "insect"),)


def test_not_labelled_differs_from_no(tmp_path: Path) -> None:
    silent = read_one(tmp_path, spoilage="", foreign_object_kinds="", boxes="")
    assert (silent.spoiled, silent.foreign) == (None, None)
    clean = read_one(tmp_path, foreign_object_kinds="none", boxes="[]")
    assert clean.foreign is False
    assert read_one(tmp_path, foreign_object_kinds="hair|paper").kinds == ("hair", "paper")
    assert read_one(tmp_path, **{"class": ""}).scene == ANY_FOOD


@pytest.mark.parametrize(
    "changes",
    [
        {"spoilage": "maybe"},
        {"foreign_object_kinds": "dragon"},
        {"boxes": "[[1, 2, 3]]"},
        {"boxes": "not json"},
        {"boxes": '[["a", 2, 3, 4, "hair"]]'},
        {"boxes": '[[1, 2, 3, 4, "dragon"]]'},
        {"boxes": "{}x"},
        {"spoiled_regions": "[[[1, 2], [3, 4]]]"},
        {"spoiled_regions": "[[[1, 2], [3, 4], [5]]]"},
        {"spoiled_regions": "[1]"},
    ],
    ids=str,
)
def test_a_malformed_row_is_refused_with_its_photo(tmp_path: Path, changes: dict[str, str]) -> None:
    with pytest.raises(InvalidInput, match=r"photos/a\.jpg"):
        read_one(tmp_path, **changes)


def test_a_folder_without_a_whole_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"manifest\.csv"):
        read_claims(tmp_path)
    (tmp_path / "manifest.csv").write_text("path,class\na.jpg,salad\n", "utf-8")
    with pytest.raises(InvalidInput, match="without boxes"):
        read_claims(tmp_path)


def test_a_photo_that_is_missing_is_told_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"b\.jpg"):
        read_picture(read_one(tmp_path, path="photos/b.jpg"))


def test_photos_of_one_order_stay_on_one_side(tmp_path: Path) -> None:
    rows = [ROW | {"group": f"shop/{order}"} for order in range(60) for _ in range(2)]
    claims = read_claims(write_export(tmp_path, *rows))
    assert {claim.split for claim in claims} == {"train", "test"}
    assert all(a.split == b.split for a, b in zip(claims[::2], claims[1::2], strict=True))


def test_a_box_marks_its_core_and_leaves_its_rim_unsaid(tmp_path: Path) -> None:
    canvas = view_claim(read_one(tmp_path), 200)
    foreign = canvas.label("foreign")
    assert foreign[40, 70] == 1
    assert canvas.kinds[40, 70] == KINDS.index("insect")
    assert np.array_equal(canvas.things > 0, foreign == 1)
    assert foreign[26, 51] == IGNORE
    assert foreign[100, 150] == 0
    assert canvas.verdicts == {"foreign": True, "spoiled": False}
    assert (canvas.label("spoiled") == 0).all()


def test_a_word_without_a_place_judges_the_whole_and_no_pixel(tmp_path: Path) -> None:
    canvas = view_claim(read_one(tmp_path, spoilage="yes", boxes=""), 200)
    assert canvas.verdicts == {"foreign": True, "spoiled": True}
    assert (canvas.label("foreign") == IGNORE).all()
    assert (canvas.label("spoiled") == IGNORE).all()


def test_outlines_tell_spoiled_from_sound_food_but_for_their_rim(tmp_path: Path) -> None:
    """Two outlines that overlap: what both hold is spoiled, too."""
    two = [[[0, 0], [200, 0], [200, 300], [0, 300]], [[100, 0], [300, 0], [300, 300], [100, 300]]]
    claim = read_one(tmp_path, spoilage="yes", boxes="", spoiled_regions=str(two))
    assert claim.regions[0] == ((0, 0), (200, 0), (200, 300), (0, 300))
    spoiled = view_claim(claim, 200).label("spoiled")
    for x, said in ((30, 1), (75, 1), (120, 1), (151, IGNORE), (149, IGNORE), (160, 0), (195, 0)):
        assert spoiled[75, x] == said, x
    assert view_claim(claim, 200).verdicts["spoiled"] is True


def test_an_export_from_before_outlines_were_drawn_has_none(tmp_path: Path) -> None:
    assert read_one(tmp_path, spoilage="yes", spoiled_regions="").regions == ()
    folder = write_export(tmp_path, ROW)
    table = (folder / "manifest.csv").read_text("utf-8").replace(",spoiled_regions", "")
    (folder / "manifest.csv").write_text(table, "utf-8")
    [claim] = read_claims(folder)
    assert claim.regions == ()
