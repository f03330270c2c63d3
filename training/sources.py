"""Sources of photos: what each class means, and the manifest and counts that hold the files to it.

A folder of `datasets/` declares its source in a build script of a few lines; everything they share
is here. `python datasets/<source>/build.py --photos PATH` writes that folder's manifest anew.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from tqdm import tqdm

from model.errors import FreshclaimError, InvalidInput
from training.manifests import OPEN, RESEARCH, UNCLEAR, photos_root

COLUMNS = ("path", "role", "source", "class", "licence", "group", "mask", "note", "sha256")
LICENCES = (OPEN, RESEARCH, UNCLEAR)
MEANINGS = {
    "scene": ("salad", "bento", "other_food", "food_of_any_kind", "not_food", "unsure"),
    "spoilage": ("none", "lesion", "yellowing", "browning", "mildew", "rot", "unsure"),
    "foreign_object": ("insect", "hair", "plastic", "metal", "glass", "paper", "stone", "other"),
    "portion": ("before_and_after",),
}
"""What a class may say, by the question it answers: `scene/salad`, `spoilage/mildew`."""

_COUNTS = re.compile(r"(?<=<!-- counts -->\n).*?(?=<!-- /counts -->)", re.DOTALL)
_HEAD = "| class | means | role | photos | groups | masks |\n|---|---|---|---:|---:|---:|\n"

ManifestRow = dict[str, str]


@dataclass(frozen=True)
class Source:
    """A source of photos.

    Attributes:
        origin: repository @ commit, or package, that the photos were taken from.
        licence: `open`, `research` or `unclear`, a colon, and the licence's name. Open may train
            whatever ships; research only weights that ship with its notice; unclear none.
        meanings: each class of the source to what it says, from MEANINGS.
    """

    origin: str
    licence: str
    meanings: Mapping[str, str]

    def __post_init__(self) -> None:
        if self.licence.split(":")[0] not in LICENCES:
            raise InvalidInput(
                "A licence begins with one of " + ", ".join(LICENCES),
                self.licence,
                code="unknown_licence",
            )
        known = {f"{question}/{answer}" for question, all_ in MEANINGS.items() for answer in all_}
        if unknown := sorted(set(self.meanings.values()) - known):
            raise InvalidInput(
                "A class means one of " + ", ".join(sorted(known)), unknown, code="unknown_meaning"
            )

    def meaning_of(self, row: ManifestRow) -> str:
        """Returns what a photo says; of ambiguous photos nobody decided whether they are food."""
        return "scene/unsure" if row["role"] == "ambiguous" else self.meanings[row["class"]]


def rebuild(source: Source, folder: Path, arguments: Sequence[str] | None = None) -> int:
    """Writes a source's manifest and the counts on its card from the photos.

    Args:
        source: what the build script declares.
        folder: its folder in datasets/, whose name is the source's.
        arguments: command line; that of the process by default.

    Returns:
        Exit code: 0, or 1 where the photos are not as declared; nothing is written then.
    """
    parser = argparse.ArgumentParser(description=f"Rebuild datasets/{folder.name}/manifest.csv.")
    parser.add_argument(
        "--photos",
        type=Path,
        help="folder of all photos and their manifest.csv "
        "(default: FRESHCLAIM_PHOTOS or ../shared/photos)",
    )
    root = parser.parse_args(arguments).photos
    try:
        root = root or photos_root()
        rows = read_manifest(root / "manifest.csv", folder.name)
        check_declared(source, rows)
        rows = [row | {"sha256": digest_file(root, row["path"])} for row in tqdm(rows, folder.name)]
        for row in rows:
            if row["mask"]:
                digest_file(root, row["mask"])
    except FreshclaimError as error:
        print(f"{folder.name}: {error}", file=sys.stderr)
        return 1
    write_manifest(folder / "manifest.csv", rows)
    card = folder / "card.md"
    table = _HEAD + "".join(count_rows(source, rows))
    card.write_text(_COUNTS.sub(lambda _: table, card.read_text("utf-8")), "utf-8")
    print(table)
    return 0


def read_manifest(path: Path, source: str) -> list[ManifestRow]:
    """Reads the rows of one source from a manifest, in the order of their paths.

    Raises:
        InvalidInput: the file is missing, lacks a column, or has no row of this source.
    """
    if not path.is_file():
        raise InvalidInput("A manifest is a file", path, code="no_manifest")
    with path.open(newline="", encoding="utf-8") as lines:
        reader = csv.DictReader(lines)
        if missing := set(COLUMNS[:-1]) - set(reader.fieldnames or ()):
            raise InvalidInput(
                "A manifest has the columns " + ", ".join(COLUMNS[:-1]),
                f"{path} without {', '.join(sorted(missing))}",
                code="bad_manifest",
            )
        rows = [row for row in reader if row["source"] == source]
    if not rows:
        raise InvalidInput(f"{path.name} has rows of {source}", "none", code="no_rows")
    return sorted(rows, key=lambda row: row["path"])


def write_manifest(path: Path, rows: Iterable[ManifestRow]) -> None:
    """Writes rows with the columns of COLUMNS."""
    with path.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def check_declared(source: Source, rows: Iterable[ManifestRow]) -> None:
    """Holds rows to the classes and the licence their source declares.

    Raises:
        InvalidInput: a class or a licence is not the declared one, or a declared class is missing.
    """
    rows = list(rows)
    if licences := {row["licence"] for row in rows} - {source.licence}:
        raise InvalidInput(
            f"Photos come under {source.licence!r}", sorted(licences), code="other_licence"
        )
    if classes := {row["class"] for row in rows} ^ set(source.meanings):
        raise InvalidInput(
            "The classes of the photos are the declared ones", sorted(classes), code="other_classes"
        )


def digest_file(root: Path, path: str) -> str:
    """Returns the hex SHA-256 of a file below the photos root.

    Raises:
        InvalidInput: there is no such file.
    """
    if not (root / path).is_file():
        raise InvalidInput("Every file of a manifest exists", root / path, code="no_file")
    return hashlib.sha256((root / path).read_bytes()).hexdigest()


def count_rows(source: Source, rows: Iterable[ManifestRow]) -> list[str]:
    """Returns the lines of a card's table: photos, groups and masks by class and role."""

    def key(row: ManifestRow) -> tuple[str, str]:
        return row["class"], row["role"]

    lines = []
    for (label, role), same in groupby(sorted(rows, key=key), key):
        photos = list(same)
        groups = len({row["group"] for row in photos})
        masks = sum(bool(row["mask"]) for row in photos)
        meaning = source.meaning_of(photos[0])
        lines.append(f"| {label} | {meaning} | {role} | {len(photos)} | {groups} | {masks} |\n")
    return lines
