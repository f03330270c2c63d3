"""HEIC and AVIF files: overwrites metadata where it lies in the tree of boxes (ISO 14496-12).

Pixels are found by absolute offsets, so nothing may move: metadata items are filled with the facts
that may stay and zeros, other boxes of metadata become `free`, and every offset still holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from model.errors import InvalidInput
from model.exif import KeptFacts, read_facts, write_facts

_ITEM_DATA_BOXES = frozenset((b"mdat", b"idat"))
_METADATA_BOXES = frozenset((b"udta", b"uuid", b"meta"))
_METADATA_ITEMS = frozenset((b"Exif", b"mime", b"uri "))
_IN_FILE, _IN_IDAT = 0, 1
MAX_PARTS = 65_536
"""Parts a photo's file may have: far above any camera's, and a bound on time and memory."""

_Span = tuple[int, int]


@dataclass(frozen=True)
class _Box:
    kind: bytes
    start: int
    body: int
    end: int


@dataclass
class _Plan:
    """What is to be overwritten, with what, and what must not be: pictures and structure."""

    overwritten: list[tuple[_Span, bytes]] = field(default_factory=list)
    kept: list[_Span] = field(default_factory=list)

    def keep(self, box: _Box) -> None:
        """Keeps a box; what lies in a box of item data is said by the items."""
        self.kept.append((box.start, box.body if box.kind in _ITEM_DATA_BOXES else box.end))

    def free(self, box: _Box) -> None:
        self.overwritten.append(((box.start + 4, box.start + 8), b"free"))
        self.overwritten.append(((box.body, box.end), b""))

    def check_apart(self) -> None:
        """Holds that what is overwritten lies over nothing else."""
        spans = [(span, True) for span, _ in self.overwritten]
        spans += [(span, False) for span in self.kept]
        reached = reached_overwritten = 0
        for (start, end), is_overwritten in sorted(spans):
            if start < (reached if is_overwritten else reached_overwritten):
                raise damaged("Metadata and picture lie apart", f"both in bytes {start} to {end}")
            reached = max(reached, end)
            reached_overwritten = max(reached_overwritten, end if is_overwritten else 0)


def blank_metadata(data: bytes) -> bytes:
    """Returns the file at the same length with its metadata overwritten.

    Args:
        data: a file that begins with an `ftyp` box.

    Raises:
        InvalidInput: the boxes are damaged or laid out in a way whose metadata cannot be found.
    """
    plan = _Plan()
    boxes = list(_walk(data, 0, len(data)))
    if not any(box.kind in (b"meta", b"moov") for box in boxes):
        raise damaged("A HEIC or AVIF file has a meta box", f"{len(boxes)} other boxes")
    for box in boxes:
        if box.kind == b"meta":
            _plan_items(data, box, plan)
        elif box.kind == b"moov":
            _plan_movie(data, box, plan)
        elif box.kind == b"ftyp" or box.kind in _ITEM_DATA_BOXES:
            plan.keep(box)
        else:
            plan.free(box)
    plan.check_apart()
    blanked = bytearray(data)
    for (start, end), content in plan.overwritten:
        blanked[start:end] = content.ljust(end - start, b"\x00")
    return bytes(blanked)


def read_exif_item(data: bytes) -> KeptFacts:
    """Returns what the Exif item of a HEIC or AVIF file states.

    Raises:
        InvalidInput: the boxes are damaged.
    """
    for meta in (box for box in _walk(data, 0, len(data)) if box.kind == b"meta"):
        children = {box.kind: box for box in _walk(data, meta.body + 4, meta.end)}
        if b"iinf" not in children or b"iloc" not in children:
            continue
        kinds = _read_item_kinds(data, children[b"iinf"])
        for item, spans in _read_locations(data, children[b"iloc"], children.get(b"idat")):
            if kinds.get(item) == b"Exif":
                return _read_item(b"".join(data[start:end] for start, end in spans))
    return KeptFacts()


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


def _plan_movie(data: bytes, movie: _Box, plan: _Plan) -> None:
    plan.kept.append((movie.start, movie.body))
    for box in _walk(data, movie.body, movie.end):
        if box.kind in _METADATA_BOXES:
            plan.free(box)
        elif box.kind == b"trak" and movie.kind == b"moov":
            _plan_movie(data, box, plan)
        else:
            plan.keep(box)


def _plan_items(data: bytes, meta: _Box, plan: _Plan) -> None:
    plan.kept.append((meta.start, meta.body + 4))
    children = {}
    for box in _walk(data, meta.body + 4, meta.end):
        children[box.kind] = box
        (plan.free if box.kind in _METADATA_BOXES else plan.keep)(box)
    if b"iinf" not in children or b"iloc" not in children:
        return
    kinds = _read_item_kinds(data, children[b"iinf"])
    for item, spans in _read_locations(data, children[b"iloc"], children.get(b"idat")):
        if kinds.get(item) not in _METADATA_ITEMS:
            plan.kept.extend(spans)
            continue
        held = b"".join(data[start:end] for start, end in spans)
        content = _keep_facts(held) if kinds[item] == b"Exif" else b""
        for start, end in spans:
            plan.overwritten.append(((start, end), content[: end - start]))
            content = content[end - start :]


def _keep_facts(held: bytes) -> bytes:
    """Rewrites an Exif item to the facts that stay."""
    facts = _read_item(held)
    for kept in (facts, KeptFacts(facts.orientation), KeptFacts()):
        content = b"\x00\x00\x00\x00" + (write_facts(kept) or b"II*\x00\x08\x00\x00\x00")
        if len(content) <= len(held):
            return content
    return b""


def _read_item(held: bytes) -> KeptFacts:
    """Reads an Exif item: the offset of the TIFF header, then the block."""
    return read_facts(held[4 + int.from_bytes(held[:4], "big") :])


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


def _read_locations(
    data: bytes, table: _Box, idat: _Box | None
) -> Iterator[tuple[int, list[_Span]]]:
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
