import csv
import tarfile
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from click.testing import CliRunner

from model.errors import InvalidInput
from tests.training.pictures import name_groups
from training.__main__ import main
from training.batches import ComposedPictures
from training.build import Index, load_index
from training.manifests import TRAIN, UNCLEAR, read_rows, select
from training.pack import BUILD, PHOTOS, PackSettings, pack
from training.recipe import Recipe
from training.stock import Stock, load_stock

SMALL_MIB = 0.7


@pytest.fixture(scope="module")
def whole(index: Index, tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The drawn photos, and one object cut out of a photo on each side of the split."""
    folder = tmp_path_factory.mktemp("cutouts")
    groups = name_groups("not_food", 1)
    with (folder / "cutouts.csv").open("w", newline="", encoding="utf-8") as lines:
        writer = csv.writer(lines)
        writer.writerow(["file", "kind", "group"])
        for number, group in enumerate(groups):
            bgra = np.full((40, 30, 4), 60 * (number + 1), np.uint8)
            cv2.imwrite(str(folder / f"{number}.png"), bgra)
            writer.writerow([f"{number}.png", "insect", group])
    return replace(index, cutouts=folder)


def unpack(parts: list[Path], folder: Path) -> Index:
    for path in parts:
        with tarfile.open(path) as archive:
            archive.extractall(folder, filter="data")
    return load_index(folder / PHOTOS, folder / BUILD)


@pytest.fixture(scope="module")
def parts(whole: Index, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return pack(whole, tmp_path_factory.mktemp("parts"), PackSettings(part_mib=SMALL_MIB)).parts


@pytest.fixture(scope="module")
def unpacked(parts: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Index:
    return unpack(parts, tmp_path_factory.mktemp("unpacked"))


def compose(stock: Stock) -> list[torch.Tensor]:
    batches = ComposedPictures(stock, Recipe(side_px=64), 2, 8, 0, 3)
    return [tensor for batch in batches for tensor in batch]


def test_what_is_composed_from_a_pack_is_what_is_composed_at_home(
    whole: Index, unpacked: Index
) -> None:
    home, away = (load_stock(index.trainable(), TRAIN) for index in (whole, unpacked))
    assert [sprite.group for sprite in home.objects] == [sprite.group for sprite in away.objects]
    for one, other in zip(compose(home), compose(away), strict=True):
        assert torch.equal(one, other)


def test_parts_are_small_enough_and_hold_training_photos_alone(
    whole: Index, parts: list[Path], unpacked: Index
) -> None:
    assert len(parts) > 1
    assert max(path.stat().st_size for path in parts) <= SMALL_MIB * 2**20
    assert {row.split for row in unpacked.rows} == {TRAIN}
    photos = {path.relative_to(unpacked.root).as_posix() for path in unpacked.root.rglob("*.png")}
    ours = [row for row in whole.rows if row.split == TRAIN]
    assert len(ours) < len(whole.rows)
    assert photos == {name for row in ours for name in (row.path, row.mask) if name}
    assert len(list(unpacked.cutouts.glob("*.png"))) == 1
    assert read_rows(unpacked.root / "manifest.csv") == unpacked.rows


def test_long_photos_shrink_with_their_masks_and_keep_their_names(
    whole: Index, tmp_path: Path
) -> None:
    packed = pack(whole, tmp_path / "parts", PackSettings(long_side_px=160))
    away = unpack(packed.parts, tmp_path)
    for row in [r for r in away.rows if r.role != "cutout"]:
        picture, before = away.read_bgr(row.path), whole.read_bgr(row.path)
        assert picture.shape == (120, 160, 3)
        assert cv2.absdiff(picture, cv2.resize(before, (160, 120), interpolation=3)).mean() < 6
        assert (away.root / row.path).read_bytes()[1:4] == b"PNG"
    for row in select(away.rows, role="meal"):
        food = away.read_food_mask(row)
        assert food.shape == (120, 160)
        assert set(np.unique(food)) <= {0, 1, 255}
    for row in select(away.rows, role="decay"):
        assert set(np.unique(away.read_bgr(row.mask))) == {0, 128, 255}
    assert load_stock(away, TRAIN).decayed
    cutout = select(away.rows, role="cutout")[0]
    assert np.array_equal(away.read(cutout.path), whole.read(cutout.path))
    assert packed.size_bytes["not_food"] < 2 * 160 * 120 * 3


def test_photos_that_may_not_train_stay_at_home(whole: Index, tmp_path: Path) -> None:
    banned = select(whole.rows, role="meal", split=TRAIN)[0]
    rows = [replace(r, licence=UNCLEAR) if r == banned else r for r in whole.rows]
    away = unpack(pack(replace(whole, rows=rows), tmp_path / "p", PackSettings()).parts, tmp_path)
    assert banned.path not in {row.path for row in away.rows}
    assert not list(tmp_path.rglob(f"{Path(banned.path).name}*"))


def test_other_files_of_the_checkout_travel_too(
    whole: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("runs").mkdir()
    Path("runs/alarms.csv").write_text("path\n")
    parts = pack(whole, Path("parts"), PackSettings(), [Path("runs/alarms.csv")]).parts
    unpack(parts, tmp_path / "away")
    assert (tmp_path / "away/runs/alarms.csv").read_text() == "path\n"
    for path in (tmp_path / "runs/alarms.csv", Path("../alarms.csv")):
        with pytest.raises(InvalidInput, match="in the checkout"):
            pack(whole, Path("parts"), PackSettings(), [path])


def test_a_pack_is_trained_on_with_the_same_commands(
    whole: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, away = tmp_path / "home", tmp_path / "away"
    (home / "runs").mkdir(parents=True)
    (home / BUILD).symlink_to(whole.masks.parent)
    monkeypatch.chdir(home)
    monkeypatch.setenv("FRESHCLAIM_PHOTOS", str(whole.root))
    ran = CliRunner().invoke(main, ["pack"], catch_exceptions=False)
    assert ran.exit_code == 0
    assert "not_food" in ran.stdout
    unpack(sorted((home / "runs/pack").iterdir()), away)
    monkeypatch.chdir(away)
    monkeypatch.setenv("FRESHCLAIM_PHOTOS", str(PHOTOS))
    options = ["--steps", "1", "--batch", "2", "--side", "96", "--workers", "1", "--device", "cpu"]
    ran = CliRunner().invoke(main, ["fit", *options], catch_exceptions=False)
    assert ran.exit_code == 0
    stored = torch.load(away / "runs/fit/checkpoint.pt", weights_only=True)
    assert stored["settings"]["head_rate"] == pytest.approx(2e-3 * (2 / 16) ** 0.5)
