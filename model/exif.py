"""The few facts of an Exif block that may stay with a photo: which way is up, when it was taken.

Reading is done here and not with Pillow, which warns on damaged blocks and raises a wide range of
exceptions: a photo's bytes come from strangers, and any of them must simply mean "not stated".
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

from PIL import Image

_ORIENTATION, _EXIF_IFD, _TAKEN, _UTC_OFFSET = 0x0112, 0x8769, 0x9003, 0x9011
_BYTE, _ASCII, _SHORT, _LONG = 1, 2, 3, 4
_TAKEN_FORM = re.compile(r"\d{4}:\d\d:\d\d \d\d:\d\d:\d\d")
_OFFSET_FORM = re.compile(r"[+-]\d\d:\d\d")

_Entries = dict[int, tuple[int, int, bytes]]


@dataclass(frozen=True)
class KeptFacts:
    """What a photo may still say about itself.

    Attributes:
        orientation: Exif orientation 2 to 8, or None where the picture is upright as stored.
        taken: local capture time as `YYYY:MM:DD HH:MM:SS`, or None.
        utc_offset: offset of `taken` as `+HH:MM`, or None.
    """

    orientation: int | None = None
    taken: str | None = None
    utc_offset: str | None = None


def read_facts(tiff: bytes) -> KeptFacts:
    """Reads the facts from the TIFF structure of an Exif block; damaged parts are not stated."""
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < 8:
        return KeptFacts()
    main = _read_entries(tiff, order, _unpack(order + "I", tiff[4:8]))
    orientation = _read_number(main.get(_ORIENTATION), order)
    detail_at = _read_number(main.get(_EXIF_IFD), order)
    detail = _read_entries(tiff, order, detail_at) if detail_at else {}
    return KeptFacts(
        orientation if orientation in range(2, 9) else None,
        _read_text(tiff, detail.get(_TAKEN), order, _TAKEN_FORM),
        _read_text(tiff, detail.get(_UTC_OFFSET), order, _OFFSET_FORM),
    )


def write_facts(facts: KeptFacts) -> bytes:
    """Returns the smallest TIFF structure that states the facts, or nothing where there is none."""
    exif = Image.Exif()
    if facts.orientation:
        exif[_ORIENTATION] = facts.orientation
    if facts.taken:
        exif[_EXIF_IFD] = {_TAKEN: facts.taken} | (
            {_UTC_OFFSET: facts.utc_offset} if facts.utc_offset else {}
        )
    return exif.tobytes().removeprefix(b"Exif\x00\x00") if len(exif) else b""


def _unpack(form: str, raw: bytes) -> int:
    return int(struct.unpack(form, raw)[0])


def _read_entries(tiff: bytes, order: str, start: int) -> _Entries:
    """Reads the directory at `start` as far as the bytes carry it: tag to (type, count, value)."""
    if start + 2 > len(tiff):
        return {}
    entries: _Entries = {}
    for i in range(_unpack(order + "H", tiff[start : start + 2])):
        raw = tiff[start + 2 + 12 * i : start + 14 + 12 * i]
        if len(raw) < 12:
            break
        tag, kind, count = struct.unpack(order + "HHI", raw[:8])
        entries.setdefault(tag, (kind, count, raw[8:]))
    return entries


def _read_number(entry: tuple[int, int, bytes] | None, order: str) -> int | None:
    form = {_BYTE: "B", _SHORT: "H", _LONG: "I"}.get(entry[0]) if entry else None
    if entry is None or form is None or entry[1] < 1:
        return None
    return _unpack(order + form, entry[2][: struct.calcsize(form)])


def _read_text(
    tiff: bytes, entry: tuple[int, int, bytes] | None, order: str, form: re.Pattern[str]
) -> str | None:
    """Reads an ASCII value that has exactly the given form; free text is never passed on."""
    if entry is None or entry[0] != _ASCII or entry[1] > 32:
        return None
    start = _unpack(order + "I", entry[2])
    raw = entry[2][: entry[1]] if entry[1] <= 4 else tiff[start : start + entry[1]]
    text = raw.rstrip(b"\x00").decode("ascii", "replace")
    return text if form.fullmatch(text) else None
