"""HEIC and AVIF files: overwrites metadata where it lies in the tree of boxes (ISO 14496-12).

Pixels are found by absolute offsets, so nothing may move: metadata items are filled with the facts
that may stay and zeros, other boxes of metadata become `free`, and every offset still holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from model.errors import InvalidInput
from model.exif import KeptFacts, read_facts, write_facts

_PICTURE_BOXES = frozenset((b"ftyp", b"meta", b"mdat", b"moov", b"idat", b"free", b"skip"))
_METADATA_ITEMS = frozenset((b"Exif", b"mime", b"uri "))
_IN_FILE, _IN_IDAT = 0, 1
MAX_PARTS = 65_536
"""Parts a photo's file may have: far above any camera's, and a bound on time and memory."""

_Span = tuple[int, int]
_Item = tuple[int, list[_Span]]


@dataclass(frozen=True)
class _Box:
    kind: bytes
    start: int
    body: int
    end: int


def blank_metadata(data: bytes) -> bytes:
    """Returns the file at the same length with its metadata overwritten.

    Args:
        data: a file that begins with an `ftyp` box.

    Raises:
        InvalidInput: the boxes are damaged or laid out in a way whose metadata cannot be found.
    """
    blanked = bytearray(data)
    for box in _walk(data, 0, len(data)):
        if box.kind == b"meta":
            _blank_items(data, box, blanked)
        elif box.kind == b"moov":
            _blank_movie(data, box, blanked)
        elif box.kind not in _PICTURE_BOXES:
            _free(blanked, box)
    return bytes(blanked)


def damaged(rule: str, received: object) -> InvalidInput:
    """Returns the error for a file whose structure does not hold."""
    remedy = "The file is damaged or was cut short: take or send the photo again"
    return InvalidInput(rule, received, remedy, code="damaged_file")


def _number(data: bytes, at: int, length: int) -> int:
    if at + length > len(data):
        raise damaged("A HEIC or AVIF file is a tree of whole boxes", f"{len(data)} bytes")
    return int.from_bytes(data[at : at + length], "big")


def _walk(data: bytes, start: int, stop: int) -> Iterator[_Box]:
    at = start
    for _ in range(MAX_PARTS):
        if at == stop:
            return
        size, body = _number(data, at, 4), at + 8
        if size == 1:
            size, body = _number(data, at + 8, 8), at + 16
        elif size == 0:
            size = stop - at
        if at + size < body or at + size > stop:
            raise damaged("A box ends within the file", f"box of {size} bytes at byte {at}")
        yield _Box(data[at + 4 : at + 8], at, body, at + size)
        at += size
    raise damaged(f"A file has at most {MAX_PARTS} boxes in a row", "more")


def _free(blanked: bytearray, box: _Box) -> None:
    blanked[box.start + 4 : box.start + 8] = b"free"
    blanked[box.body : box.end] = bytes(box.end - box.body)


def _blank_movie(data: bytes, movie: _Box, blanked: bytearray) -> None:
    boxes = list(_walk(data, movie.body, movie.end))
    for track in (box for box in boxes if box.kind == b"trak"):
        boxes.extend(_walk(data, track.body, track.end))
    for box in boxes:
        if box.kind in (b"udta", b"meta"):
            _free(blanked, box)


def _blank_items(data: bytes, meta: _Box, blanked: bytearray) -> None:
    children = {box.kind: box for box in _walk(data, meta.body + 4, meta.end)}
    if b"iinf" not in children or b"iloc" not in children:
        return
    for box in children.values():
        if box.kind in (b"uuid", b"udta"):
            _free(blanked, box)
    kinds = _read_item_kinds(data, children[b"iinf"])
    located = list(_read_locations(data, children[b"iloc"], children.get(b"idat")))
    _check_apart(
        [(s, kinds.get(item) in _METADATA_ITEMS) for item, spans in located for s in spans]
    )
    for item, spans in located:
        if kinds.get(item) in _METADATA_ITEMS:
            held = b"".join(data[start:end] for start, end in spans)
            _fill(blanked, spans, _keep_facts(held) if kinds[item] == b"Exif" else b"")


def _check_apart(spans: list[tuple[_Span, bool]]) -> None:
    """Holds that no span of metadata (True) lies over one of the picture (False)."""
    reached = {True: 0, False: 0}
    for (start, end), is_metadata in sorted(spans):
        if start < reached[not is_metadata]:
            raise damaged("Metadata and picture lie apart", f"both in bytes {start} to {end}")
        reached[is_metadata] = max(reached[is_metadata], end)


def _fill(blanked: bytearray, spans: list[_Span], content: bytes) -> None:
    for start, end in spans:
        part, content = content[: end - start], content[end - start :]
        blanked[start:end] = part.ljust(end - start, b"\x00")


def _keep_facts(held: bytes) -> bytes:
    """Rewrites an Exif item (offset of the TIFF header, then the block) to the facts that stay."""
    facts = read_facts(held[4 + int.from_bytes(held[:4], "big") :])
    for kept in (facts, KeptFacts(facts.orientation), KeptFacts()):
        content = b"\x00\x00\x00\x00" + (write_facts(kept) or b"II*\x00\x08\x00\x00\x00")
        if len(content) <= len(held):
            return content
    return b""


def _read_item_kinds(data: bytes, info: _Box) -> dict[int, bytes]:
    wide = data[info.body] > 0
    kinds = {}
    for entry in _walk(data, info.body + (8 if wide else 6), info.end):
        version = _number(data, entry.body, 1)
        if entry.kind == b"infe" and version >= 2:
            width = 2 if version == 2 else 4
            item = _number(data, entry.body + 4, width)
            kinds[item] = data[entry.body + 6 + width : entry.body + 10 + width]
    return kinds


def _read_locations(data: bytes, table: _Box, idat: _Box | None) -> Iterator[_Item]:
    """Yields each item with the spans of the file that hold it."""
    version, at = _number(data, table.body, 1), table.body + 4
    sizes = _number(data, at, 2)
    offset_size, length_size = sizes >> 12, sizes >> 8 & 15
    base_size, index_size = sizes >> 4 & 15, sizes & 15 if version in (1, 2) else 0
    id_size = 4 if version == 2 else 2
    count, at = _number(data, at + 2, id_size), at + 2 + id_size
    left = MAX_PARTS
    for _ in range(count):
        item, at = _number(data, at, id_size), at + id_size
        method, at = (_number(data, at, 2) & 15, at + 2) if version in (1, 2) else (_IN_FILE, at)
        base, at = _number(data, at + 2, base_size), at + 2 + base_size
        extents, at = _number(data, at, 2), at + 2
        left -= 1 + extents
        if left < 0:
            raise damaged(f"A file has at most {MAX_PARTS} items and extents", "more")
        spans = []
        for _ in range(extents):
            at += index_size
            offset = base + _number(data, at, offset_size)
            length, at = (
                _number(data, at + offset_size, length_size),
                at + offset_size + length_size,
            )
            spans.append(_locate(data, method, offset, length, idat))
        yield item, spans


def _locate(data: bytes, method: int, offset: int, length: int, idat: _Box | None) -> _Span:
    start, stop = offset, len(data)
    if method == _IN_IDAT and idat is not None:
        start, stop = idat.body + offset, idat.end
    elif method != _IN_FILE:
        raise damaged("Items lie in the file or in its idat box", f"construction {method}")
    if not 0 < length <= stop - start:
        raise damaged("An item lies within the file", f"{length} bytes at {start} of {stop}")
    return start, start + length
