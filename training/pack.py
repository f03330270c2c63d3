"""Everything that `fit` reads, in numbered archives: for training on another machine.

The archives hold paths as they lie in a checkout: `tar -xf` in its root puts all in place. Photos
of calibration and test stay at home.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from model.errors import InvalidInput
from training.build import Index
from training.manifests import TRAIN, Row
from training.parts import Parts

PHOTOS, BUILD = PurePosixPath("runs/photos"), PurePosixPath("runs/build")
"""Where the photos and what `build` made lie in the archives."""

_ROLES = ("meal", "not_food", "produce_fresh", "decay", "cutout")
"""Roles that pictures are composed from; rows of other roles only name groups."""


@dataclass(frozen=True)
class PackSettings:
    """How small the packed files are.

    Attributes:
        part_mib: the most that one archive may have.
        long_side_px: longer photos are shrunk to it, their masks alike; others keep their bytes.
        quality: JPEG or WebP quality of what is shrunk.
    """

    part_mib: float = 30
    long_side_px: int = 512
    quality: int = 80


@dataclass(frozen=True)
class Packed:
    """What was written.

    Attributes:
        parts: the archives in order.
        files: number of files by role.
        size_bytes: their bytes by role, without what tar adds.
    """

    parts: list[Path]
    files: Counter[str]
    size_bytes: Counter[str]


def pack(index: Index, out: Path, settings: PackSettings, also: Iterable[Path] = ()) -> Packed:
    """Writes what `fit` reads of the training split as `part-01.tar` and so on.

    Archives of an earlier call are replaced. The same photos give the same bytes.

    Args:
        index: photos with their food masks and cutouts, as `build` left them.
        out: folder of the archives.
        settings: how small.
        also: further files, by paths relative to the checkout: a checkpoint to start from, alarms.

    Raises:
        InvalidInput: a file is larger than a part, or a path of `also` leads out of the checkout.
    """
    for path in (also := list(also)):
        if path.is_absolute() or ".." in path.parts:
            raise InvalidInput("Other files lie in the checkout", path, code="bad_pack")
    index = index.trainable()
    index = replace(index, rows=[row for row in index.rows if row.split == TRAIN])
    files: Counter[str] = Counter()
    size_bytes: Counter[str] = Counter()
    with Parts(out, int(settings.part_mib * 2**20)) as parts:
        for role, name, data in _list_files(index, settings, also):
            parts.add(name, data)
            files[role] += 1
            size_bytes[role] += len(data)
    return Packed(parts.paths, files, size_bytes)


def _list_files(
    index: Index, settings: PackSettings, also: Iterable[Path]
) -> Iterator[tuple[str, PurePosixPath, bytes]]:
    """Yields role, path in the archive and content."""
    table = _write_rows(index.rows)
    yield "index", PHOTOS / "manifest.csv", table
    yield "index", BUILD / "index.csv", table
    for path in also:
        yield "also", PurePosixPath(path.as_posix()), path.read_bytes()
    yield from _list_cutouts(index)
    for row in tqdm([row for row in index.rows if row.role in _ROLES], "pack"):
        yield from _list_photo(index, row, settings)


def _list_photo(
    index: Index, row: Row, settings: PackSettings
) -> Iterator[tuple[str, PurePosixPath, bytes]]:
    path = index.root / row.path
    if row.role == "cutout":
        yield row.role, PHOTOS / row.path, _squeeze_png(path)
        return
    picture = index.read(row.path)
    shape = (picture.shape[0], picture.shape[1])
    small = _choose_shape(shape, settings.long_side_px)
    data = path.read_bytes() if small == shape else _encode(picture, small, row, settings.quality)
    yield row.role, PHOTOS / row.path, data
    if row.role == "meal":
        name = f"{row.path}.png"
        mask = _shrink_mask(index.masks / name, shape, small)
        yield f"{row.role} masks", BUILD / "food_masks" / name, mask
    if row.mask:
        mask = _shrink_mask(index.root / row.mask, shape, small)
        yield f"{row.role} masks", PHOTOS / row.mask, mask


def _list_cutouts(index: Index) -> Iterator[tuple[str, PurePosixPath, bytes]]:
    """The objects that `build` cut out of training photos, and their table."""
    groups = {row.group for row in index.rows}
    with (index.cutouts / "cutouts.csv").open(newline="", encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["group"] in groups]
    table = io.StringIO()
    writer = csv.DictWriter(table, ["file", "kind", "group"])
    writer.writeheader()
    writer.writerows(rows)
    yield "cutouts cut by build", BUILD / "cutouts" / "cutouts.csv", table.getvalue().encode()
    for row in rows:
        data = _squeeze_png(index.cutouts / row["file"])
        yield "cutouts cut by build", BUILD / "cutouts" / row["file"], data


def _write_rows(rows: Iterable[Row]) -> bytes:
    """Returns the rows as a table that `read_rows` reads."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["path", "role", "source", "class", "licence", "group", "mask"])
    writer.writerows((r.path, r.role, r.source, r.label, r.licence, r.group, r.mask) for r in rows)
    return table.getvalue().encode()


def _choose_shape(shape: tuple[int, int], long_side_px: int) -> tuple[int, int]:
    """Height and width of a photo that is no longer than it may be."""
    scale = min(1.0, long_side_px / max(shape))
    return max(1, round(shape[0] * scale)), max(1, round(shape[1] * scale))


def _encode(picture: NDArray[np.uint8], shape: tuple[int, int], row: Row, quality: int) -> bytes:
    """Shrinks a picture; it stays in the format that its name tells."""
    small = cv2.resize(picture, shape[::-1], interpolation=cv2.INTER_AREA)
    options = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_WEBP_QUALITY, quality]
    return cv2.imencode(Path(row.path).suffix, small, options)[1].tobytes()


def _shrink_mask(path: Path, shape: tuple[int, int], small: tuple[int, int]) -> bytes:
    """Brings a photo's mask to the photo's new size; one of another size than its photo stays."""
    mask = None if small == shape else cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if mask is None or mask.shape != shape:
        return _squeeze_png(path)
    return _encode_png(cv2.resize(mask, small[::-1], interpolation=cv2.INTER_NEAREST_EXACT))


def _squeeze_png(path: Path) -> bytes:
    """The same pixels in fewer bytes, where the file was written in haste."""
    data = path.read_bytes()
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None:
        raise FileNotFoundError(f"{path}: a picture that can be read")
    return min(data, _encode_png(pixels), key=len)


def _encode_png(pixels: cv2.typing.MatLike) -> bytes:
    options = [
        *(cv2.IMWRITE_PNG_COMPRESSION, 9),
        *(cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_DEFAULT),
    ]
    return cv2.imencode(".png", pixels, options)[1].tobytes()
