"""Prepares what composing needs once: food masks, cutouts, the index of photos with their splits.

The index leaves out what a licence forbids and puts near-duplicates on one side of every split.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from model.errors import NotFound
from training.food_masks import propose_food_mask
from training.grabcut import read_cutouts
from training.manifests import OPEN, RESEARCH, Row, read_rows
from training.sprites import Sprite

DATASETS = Path(__file__).resolve().parent.parent / "datasets"
CUTOUT_LISTS = ("imagenet_sample", "grocery_store", "fgrade_tomato")
"""Sources whose photos are cut out by a list beside their card."""

_HASH_DISTANCE = 5
"""Bits of 64 in which two pictures of one thing may differ; unrelated photos differ in about 32."""


@dataclass(frozen=True)
class Index:
    """The photos that may be used, and where their made-up food masks lie.

    Attributes:
        root: photos root.
        rows: rows with groups merged across near-duplicates.
        masks: folder of proposed food masks.
        cutouts: folder of objects cut out by the lists in datasets/.
    """

    root: Path
    rows: list[Row]
    masks: Path
    cutouts: Path

    def read_cutouts(self) -> list[Sprite]:
        """Returns the objects that the lists in datasets/ name, food among them."""
        groups = {row.group for row in self.rows}
        with (self.cutouts / "cutouts.csv").open(newline="", encoding="utf-8") as lines:
            return [
                Sprite(_read_png(self.cutouts / r["file"]), r["kind"], r["group"])
                for r in csv.DictReader(lines)
                if r["group"] in groups
            ]

    def trainable(self) -> Index:
        """Returns the part whose licence allows training weights that ship."""
        allowed = [row for row in self.rows if row.licence in (OPEN, RESEARCH)]
        return replace(self, rows=allowed)

    def read(self, path: str) -> NDArray[np.uint8]:
        """Returns a photo as BGR, or BGRA where it has transparency."""
        picture = cv2.imread(str(self.root / path), cv2.IMREAD_UNCHANGED)
        if picture is None:
            raise FileNotFoundError(self.root / path)
        if picture.ndim == 2:
            picture = cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR)
        return np.asarray(picture, np.uint8)

    def read_bgr(self, path: str) -> NDArray[np.uint8]:
        """Returns a photo as BGR."""
        return np.ascontiguousarray(self.read(path)[:, :, :3])

    def read_food_mask(self, row: Row) -> NDArray[np.uint8]:
        """Returns the proposed food mask: 1 food, 0 background, 255 unsure."""
        mask = cv2.imread(str(self.masks / f"{row.path}.png"), cv2.IMREAD_GRAYSCALE)
        if mask is None:
            raise FileNotFoundError(f"{row.path}: run `python -m training build` first")
        return np.asarray(mask, np.uint8)


def build(root: Path, out: Path, licences: Iterable[str]) -> Index:
    """Writes food masks and the index, and returns it. Work already done is kept."""
    allowed = set(licences)
    rows = _merge_duplicates(
        root, [row for row in read_rows(root / "manifest.csv") if row.licence in allowed]
    )
    index = Index(root, rows, out / "food_masks", out / "cutouts")
    for row in tqdm([r for r in rows if r.role in ("meal", "meal_validation")], "food masks"):
        target = index.masks / f"{row.path}.png"
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(target), propose_food_mask(index.read_bgr(row.path)))
    _cut_listed(index, out / "cutouts")
    _write_index(out / "index.csv", rows)
    return index


def _cut_listed(index: Index, folder: Path) -> None:
    """Cuts objects out of the photos that the lists in datasets/ name; GrabCut is slow."""
    folder.mkdir(parents=True, exist_ok=True)
    licensed = {row.path for row in index.rows}
    groups = {f"{row.source}/{Path(row.path).stem}": row.group for row in index.rows}
    listings = [DATASETS / source / "cutouts.csv" for source in CUTOUT_LISTS]
    with (folder / "cutouts.csv").open("w", newline="", encoding="utf-8") as lines:
        writer = csv.writer(lines)
        writer.writerow(["file", "kind", "group"])
        sprites = chain.from_iterable(
            read_cutouts(listing, index.root, licensed) for listing in listings if listing.is_file()
        )
        for number, sprite in enumerate(tqdm(sprites, "cutouts")):
            name = f"{number:04}.png"
            cv2.imwrite(str(folder / name), sprite.bgra)
            writer.writerow([name, sprite.kind, groups[sprite.group]])


def load_index(root: Path, out: Path) -> Index:
    """Reads what `build` wrote.

    Raises:
        NotFound: nothing was built.
    """
    if not (out / "index.csv").is_file():
        raise NotFound(
            "Photos are prepared once before they are used",
            f"no {out / 'index.csv'}",
            "Run `python -m training build`",
            code="not_built",
        )
    return Index(root, read_rows(out / "index.csv"), out / "food_masks", out / "cutouts")


def _write_index(path: Path, rows: list[Row]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.writer(lines)
        writer.writerow(["path", "role", "source", "class", "licence", "group", "mask"])
        for r in rows:
            writer.writerow([r.path, r.role, r.source, r.label, r.licence, r.group, r.mask])


def _merge_duplicates(root: Path, rows: list[Row]) -> list[Row]:
    """Joins the groups of photos whose difference hashes nearly agree, and theirs in turn.

    Cutouts are left alone: they are small, and their groups name the thing they show.
    """
    photos = [row for row in rows if row.role != "cutout"]
    hashes = np.array([_hash_picture(root / row.path) for row in tqdm(photos, "hashes")], np.uint64)
    leader = {row.group: row.group for row in rows}

    def find(group: str) -> str:
        while leader[group] != group:
            group = leader[group]
        return group

    for i, row in enumerate(photos):
        near = np.flatnonzero(np.bitwise_count(hashes[:i] ^ hashes[i]) <= _HASH_DISTANCE)
        for other in (photos[int(j)] for j in near):
            if other.role == row.role:
                leader[find(row.group)] = find(other.group)
    return [replace(row, group=find(row.group)) for row in rows]


def _read_png(path: Path) -> NDArray[np.uint8]:
    picture = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if picture is None:
        raise FileNotFoundError(path)
    return np.asarray(picture, np.uint8)


def _hash_picture(path: Path) -> int:
    """Difference hash (64 bit) of the grey picture at 9 x 8."""
    grey = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if grey is None:
        raise FileNotFoundError(path)
    small = cv2.resize(grey, (9, 8), interpolation=cv2.INTER_AREA).astype(int)
    bits = (small[:, 1:] > small[:, :-1]).ravel()
    return int.from_bytes(np.packbits(bits).tobytes(), "big")
