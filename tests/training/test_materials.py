from collections import Counter
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from model.layout import KINDS
from tests.training.pictures import SPLITS, write_root
from training.build import Index
from training.manifests import read_rows
from training.materials import (
    Leaf,
    cut_leaf,
    cut_patch,
    draw_object,
    find_lesions,
    kind_of,
    read_leaves,
    read_objects,
)
from training.sprites import FOOD, UNNAMED, Sprite
from training.stock import Stock

GREEN, BROWN, PALE = (60, 140, 60), (30, 60, 110), (160, 210, 110)
"""A leaf, dead parts of it, and a thin felt on it: lighter and bluer, and as green."""
SIDE = 200


def name_sprites(kind: str, count: int) -> list[Sprite]:
    bgra = np.full((12, 12, 4), 255, np.uint8)
    return [Sprite(bgra, kind, f"real/{kind}/{number}") for number in range(count)]


def draw_many(stock: Stock, real: list[Sprite], count: int = 260) -> list[Sprite]:
    rng = np.random.default_rng(3)
    return [draw_object(rng, real, stock.not_food, stock.index) for _ in range(count)]


def count_real(objects: list[Sprite], kind: str) -> tuple[int, int]:
    """Objects of a kind that are real, and all of them."""
    same = [sprite for sprite in objects if sprite.kind == kind]
    return sum(sprite.group.startswith("real/") for sprite in same), len(same)


@pytest.fixture(scope="module")
def objects(stock: Stock) -> list[Sprite]:
    """What is drawn where there are many stones, enough insects, and not enough paper."""
    real = name_sprites("stone", 300) + name_sprites("insect", 20) + name_sprites("paper", 19)
    return draw_many(stock, real)


def test_every_kind_is_pasted_and_many_cutouts_of_one_drown_none(objects: list[Sprite]) -> None:
    counts = Counter(sprite.kind for sprite in objects)
    assert set(counts) == {*KINDS, UNNAMED}
    assert counts["stone"] < 0.2 * len(objects)
    assert min(counts["hair"], counts["insect"]) > 0.1 * len(objects)


def test_half_of_a_kind_is_real_where_there_are_enough_of_it(objects: list[Sprite]) -> None:
    for kind in ("stone", "insect"):
        real, every = count_real(objects, kind)
        assert 0.2 * every < real < 0.8 * every
    assert count_real(objects, "paper")[0] == 0
    assert count_real(objects, "hair")[0] == 0


def test_a_piece_of_a_photo_has_no_name_and_the_group_of_its_photo(
    objects: list[Sprite], stock: Stock
) -> None:
    pieces = [sprite for sprite in objects if sprite.kind == UNNAMED]
    assert 0.04 < len(pieces) / len(objects) < 0.25
    assert {piece.group for piece in pieces} == {row.group for row in stock.not_food}


def test_the_same_seed_draws_the_same_objects(objects: list[Sprite], stock: Stock) -> None:
    real = name_sprites("stone", 300) + name_sprites("insect", 20) + name_sprites("paper", 19)
    for one, other in zip(objects, draw_many(stock, real, 20), strict=False):
        assert (one.kind, one.group) == (other.kind, other.group)
        assert np.array_equal(one.bgra, other.bgra)


@pytest.mark.parametrize(
    ("label", "kind"),
    [("insect_fly", "insect"), ("metal_screw", "metal"), ("whole_cardboard", "paper")],
)
def test_a_class_of_cutouts_has_its_kind(label: str, kind: str) -> None:
    assert kind_of(label) == kind


def test_an_unknown_class_of_cutouts_is_no_kind() -> None:
    with pytest.raises(KeyError):
        kind_of("unicorn")


def test_a_patch_is_cut_along_an_outline_out_of_one_photo() -> None:
    photo = np.full((120, 160, 3), (10, 90, 170), np.uint8)
    outline = np.zeros((48, 30), np.float32)
    outline[10:20, 5:25] = 1
    patch = cut_patch(np.random.default_rng(0), photo, FOOD, "photo", outline)
    assert (patch.kind, patch.group) == (FOOD, "photo")
    assert np.array_equal(patch.bgra[:, :, 3], (outline * 255).astype(np.uint8))
    assert (patch.bgra[:, :, :3] == (10, 90, 170)).all()
    free = cut_patch(np.random.default_rng(0), photo, FOOD, "photo")
    assert 0.1 < (free.bgra[:, :, 3] > 127).mean() < 0.95


@pytest.mark.parametrize("split", SPLITS)
def test_material_stays_on_its_side_of_the_split(index: Index, split: str) -> None:
    for role, groups in (
        ("cutout", {sprite.group for sprite in read_objects(index, split)}),
        ("decay", {leaf.group for leaves in read_leaves(index, split) for leaf in leaves}),
    ):
        assert groups == {r.group for r in index.rows if r.role == role and r.split == split}
        assert groups


def draw_leaf(spot: tuple[int, int, int]) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """A green leaf with a round spot in it, and where the leaf is."""
    bgr, body = np.full((SIDE, SIDE, 3), 250, np.uint8), np.zeros((SIDE, SIDE), np.uint8)
    cv2.ellipse(body, (100, 100), (80, 60), 0, 0, 360, 1, -1)
    bgr[body > 0] = GREEN
    cv2.circle(bgr, (90, 100), 25, spot, -1)
    return bgr, body > 0


@pytest.mark.parametrize("colour", [BROWN, PALE], ids=["brown", "mildew"])
def test_a_lesion_is_found_where_the_leaf_has_lost_its_green(colour: tuple[int, int, int]) -> None:
    bgr, body = draw_leaf(colour)
    found = find_lesions(bgr, body, "rust") > 0
    spot = np.zeros((SIDE, SIDE), np.uint8)
    cv2.circle(spot, (90, 100), 25, 1, -1)
    assert (found & (spot > 0)).sum() > 0.9 * (found | (spot > 0)).sum()


@pytest.mark.parametrize(
    ("colour", "label"), [(GREEN, "rust"), (BROWN, "healthy"), (BROWN, "fresh")]
)
def test_a_green_leaf_and_a_healthy_one_have_no_lesion(
    colour: tuple[int, int, int], label: str
) -> None:
    assert not find_lesions(*draw_leaf(colour), label).any()


def write_leaf(folder: Path, source: str, label: str, *, masked: bool = True) -> Leaf | None:
    bgr, body = draw_leaf(BROWN)
    cv2.imwrite(str(folder / "leaf.png"), bgr)
    mask = body.astype(np.uint8) * 128
    cv2.circle(mask, (120, 100), 15, 255, -1)
    cv2.imwrite(str(folder / "mask.png"), mask)
    row = {"path": "leaf.png", "role": "decay", "source": source, "class": label, "group": "one"}
    write_root(folder, [row | {"mask": "mask.png" if masked else ""}])
    [read] = read_rows(folder / "manifest.csv")
    return cut_leaf(Index(folder, [read], folder, folder), read)


def test_a_leaf_is_cut_along_its_mask(tmp_path: Path) -> None:
    leaf = write_leaf(tmp_path, "chilli_leaves", "leaf_spot")
    assert leaf is not None
    assert leaf.bgra.shape == (121, 161, 4)
    assert leaf.lesion.shape == (121, 161)
    solid = leaf.bgra[:, :, 3] > 127
    assert 0.7 < solid.mean() < 0.85
    assert not (leaf.lesion[~solid]).any()
    assert leaf.lesion[60, 70] == 1
    assert not leaf.mould
    assert leaf.group == "one"


def test_where_a_mask_marks_the_lesion_it_counts_and_not_the_colour(tmp_path: Path) -> None:
    leaf = write_leaf(tmp_path, "coffee_leaves", "rust")
    assert leaf is not None
    assert leaf.lesion[60, 100] == 1
    assert leaf.lesion[60, 60] == 0


def test_mildew_is_mould(tmp_path: Path) -> None:
    leaf = write_leaf(tmp_path, "blackgram_leaves", "powdery_mildew")
    assert leaf is not None
    assert leaf.mould


@pytest.mark.parametrize(("label", "spoiled"), [("spoiled", True), ("fresh", False)])
def test_a_fruit_on_white_is_decayed_as_a_whole_or_not(
    tmp_path: Path, label: str, spoiled: bool
) -> None:
    leaf = write_leaf(tmp_path, "fgrade_tomato", label, masked=False)
    assert leaf is not None
    solid = leaf.bgra[:, :, 3] > 200
    assert 0.7 < solid.mean() < 0.85
    assert leaf.lesion[solid].all() == leaf.lesion.any() == spoiled


@pytest.mark.parametrize(
    ("source", "label"), [("fgrade_tomato", "mid_unsure"), ("chilli_leaves", "leaf_spot")]
)
def test_what_nobody_could_tell_or_outline_is_left_out(
    tmp_path: Path, source: str, label: str
) -> None:
    assert write_leaf(tmp_path, source, label, masked=False) is None


def test_cutouts_without_transparency_are_left_out(index: Index) -> None:
    photos = [replace(row, role="cutout", label="stone") for row in index.rows if not row.mask]
    solid = [row for row in photos if index.read(row.path).shape[2] == 3]
    assert solid
    for split in SPLITS:
        assert not read_objects(replace(index, rows=solid), split)
