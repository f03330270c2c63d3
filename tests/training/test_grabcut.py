from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from model.errors import InvalidInput, NotFound
from training.cutout_lists import COLUMNS, read_listing
from training.grabcut import TEXTURE_PIECES, cut_out, read_cutouts
from training.manifests import photos_root

LISTINGS = sorted((Path(__file__).parents[2] / "datasets").glob("*/cutouts.csv"))


def draw_disc(rng: np.random.Generator) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """A reddish disc of radius 40 px at (110, 90) on greenish noise, and where it is."""
    truth = np.zeros((180, 220), np.uint8)
    cv2.circle(truth, (110, 90), 40, 1, -1)
    colour = np.where(truth[:, :, None] > 0, (60, 70, 170), (90, 130, 80))
    noisy = colour + rng.normal(0, 18, colour.shape)
    return noisy.clip(0, 255).astype(np.uint8), truth > 0


def write_listing(folder: Path, *rows: str) -> Path:
    listing = folder / "cutouts.csv"
    listing.write_text("\n".join([",".join(COLUMNS), *rows]) + "\n", "utf-8")
    return listing


def write_photo(root: Path) -> None:
    folder = root / "not_food" / "somewhere" / "mixed"
    folder.mkdir(parents=True)
    cv2.imwrite(str(folder / "disc.png"), draw_disc(np.random.default_rng(4))[0])


def test_an_object_is_cut_out_along_its_edge() -> None:
    photo, truth = draw_disc(np.random.default_rng(4))
    cut = cut_out(photo, (60, 40, 160, 140))
    found = cut[:, :, 3] > 127
    rows, columns = np.nonzero(truth)
    within = truth[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    height, width = (max(a, b) for a, b in zip(found.shape, within.shape, strict=True))
    canvas = np.zeros((2, height, width), np.bool_)
    for layer, shape in zip(canvas, (found, within), strict=True):
        top, left = (height - shape.shape[0]) // 2, (width - shape.shape[1]) // 2
        layer[top : top + shape.shape[0], left : left + shape.shape[1]] = shape
    assert (canvas[0] & canvas[1]).sum() / (canvas[0] | canvas[1]).sum() > 0.9


def test_the_same_photo_gives_the_same_bytes() -> None:
    photo, _ = draw_disc(np.random.default_rng(7))
    first = cut_out(photo, (60, 40, 160, 140), "f:110,90,5")
    cv2.setRNGSeed(12345)
    assert cut_out(photo, (60, 40, 160, 140), "f:110,90,5").tobytes() == first.tobytes()


def test_what_is_marked_as_ground_is_left_out() -> None:
    photo, _ = draw_disc(np.random.default_rng(4))
    whole = cut_out(photo, (60, 40, 160, 140))
    without = cut_out(photo, (60, 40, 160, 140), "b:110,60,110,120,8")
    assert (without[:, :, 3] > 127).sum() < 0.9 * (whole[:, :, 3] > 127).sum()


def test_a_list_gives_objects_and_pieces_of_material(tmp_path: Path) -> None:
    write_photo(tmp_path)
    listing = write_listing(
        tmp_path,
        "not_food/somewhere/mixed/disc.png,cutout,metal,60,40,160,140,",
        "not_food/somewhere/mixed/disc.png,texture,paper,85,65,135,115,",
    )
    sprites = list(read_cutouts(listing, tmp_path))
    assert [s.kind for s in sprites] == ["metal"] + ["paper"] * TEXTURE_PIECES
    assert {s.group for s in sprites} == {"somewhere/disc"}
    assert not list(read_cutouts(listing, tmp_path, paths={"another.png"}))


@pytest.mark.parametrize(
    "row",
    [
        "a/b/c.png,cutout,metal,60,40,20,140,",
        "a/b/c.png,cutout,gold,60,40,160,140,",
        "a/b/c.png,stencil,metal,60,40,160,140,",
        "a/b/c.png,cutout,metal,60,40,160,140,f:1",
        "a/b/c.png,cutout,metal,sixty,40,160,140,",
    ],
)
def test_a_malformed_row_is_refused(tmp_path: Path, row: str) -> None:
    with pytest.raises(InvalidInput):
        read_listing(write_listing(tmp_path, row))


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda path: path.parent.name)
def test_listed_rows_are_well_formed(listing: Path) -> None:
    rows = read_listing(listing)
    assert rows
    assert {Path(row["path"]).parts[1] for row in rows} == {listing.parent.name}


@pytest.mark.slow
@pytest.mark.parametrize("listing", LISTINGS, ids=lambda path: path.parent.name)
def test_every_listed_photo_yields_something(listing: Path) -> None:
    try:
        root = photos_root()
    except NotFound:
        pytest.skip("the training photos are not here; set FRESHCLAIM_PHOTOS")
    for sprite in read_cutouts(listing, root):
        assert (sprite.bgra[:, :, 3] > 127).sum() > 50, sprite.group
