"""Takes location and everything else that identifies a person or device out of a photo's file.

The picture itself is not touched: containers are walked and only what draws the picture is kept,
so every pixel decodes as before. What stays besides: orientation and capture time (a claim is about
today's meal), in an Exif block of their own, and the colour profile. What is not known to draw the
picture goes, so a new kind of metadata needs no new rule. Nothing is decoded or encoded, hence the
same bytes in give the same bytes out, and cleaning a clean file changes nothing.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from datetime import datetime, tzinfo

from model.boxes import MAX_PARTS, blank_metadata, damaged, read_exif_item
from model.errors import InvalidInput
from model.exif import KeptFacts, read_facts, write_facts

_EXIF_PREFIX = b"Exif\x00\x00"
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT cICP mDCV cLLI bKGD pHYs "
    b"acTL fcTL fdAT".split()
)
_WEBP_KEPT = frozenset((b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_WEBP_EXIF_FLAG, _WEBP_XMP_FLAG = 0x08, 0x04
_JPEG_FILL = re.compile(rb"\xff*(?=\xff)")
_JPEG_MARKER_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_XMP_ORIENTATION = re.compile(rb'tiff:Orientation(?:="|>)([2-8])')


def remove_location(data: bytes) -> bytes:
    """Returns the photo without location and identifying metadata, its pixels unchanged.

    JPEG, PNG and WebP lose every segment or chunk that does not draw the picture, and whatever
    follows its end (a second picture has metadata of its own). In HEIC and AVIF files, where
    pixels are found by their offset, metadata is overwritten in place and the length stays.

    Args:
        data: a JPEG, PNG, WebP, HEIC or AVIF file.

    Returns:
        A file of the same format; equal to `data` if that was clean already.

    Raises:
        InvalidInput: the file is of another format (`unknown_format`) or its structure is
            damaged or cut short (`damaged_file`).
    """
    if data[:2] == b"\xff\xd8":
        return _clean_jpeg(data)
    if data[:8] == _PNG_SIGNATURE:
        return _clean_png(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _clean_webp(data)
    if data[4:8] == b"ftyp":
        return blank_metadata(data)
    raise InvalidInput(
        "A photo is a JPEG, PNG, WebP, HEIC or AVIF file",
        f"{len(data)} bytes beginning {data[:8]!r}",
        "Send the picture as the camera stored it",
        code="unknown_format",
    )


def read_taken(data: bytes, zone: tzinfo) -> datetime | None:
    """Returns when a photo says that it was taken.

    Args:
        data: a file as `remove_location` leaves it.
        zone: where the camera was; many photos state the local time alone.

    Returns:
        The time; None where the photo states none, or one that is in no calendar.
    """
    try:
        facts = _read_kept(data)
        if facts.taken is None:
            return None
        stated = facts.taken.replace(":", "-", 2) + (facts.utc_offset or "")
        taken = datetime.fromisoformat(stated)
    except (InvalidInput, ValueError):
        return None
    return taken.replace(tzinfo=taken.tzinfo or zone)


def _read_kept(data: bytes) -> KeptFacts:
    """Reads the facts that stay with a clean file, which lie ahead of its picture."""
    if data[:2] == b"\xff\xd8":
        head = (part for part in _walk_jpeg(data) if part[1][4:10] == _EXIF_PREFIX)
        return next((read_facts(part[10:]) for _, part in head), KeptFacts())
    if data[:8] == _PNG_SIGNATURE:
        chunks = (chunk for kind, chunk in _walk_png(data) if kind == b"eXIf")
        return next((read_facts(chunk[8:-4]) for chunk in chunks), KeptFacts())
    if data[:4] == b"RIFF":
        chunks = (chunk for kind, chunk in _walk_webp(data) if kind == b"EXIF")
        return next((read_facts(chunk[8:]) for chunk in chunks), KeptFacts())
    return read_exif_item(data)


def _clean_jpeg(data: bytes) -> bytes:
    head, body, facts = b"", [], KeptFacts()
    for marker, segment in _walk_jpeg(data):
        payload = segment[4:]
        if marker == 0xE0 and payload[:5] == b"JFIF\x00" and len(payload) >= 14 and not head:
            # Version and density stay, an embedded thumbnail does not.
            head = b"\xff\xe0\x00\x10" + payload[:12] + b"\x00\x00"
        elif marker == 0xE1 and payload[:6] == _EXIF_PREFIX and facts == KeptFacts():
            facts = read_facts(payload[6:])
        elif _draws_jpeg(marker, payload):
            body.append(segment)
    tiff = write_facts(facts)
    exif = _EXIF_PREFIX + tiff
    block = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif if tiff else b""
    return b"".join((b"\xff\xd8", head, block, *body))


def _draws_jpeg(marker: int, payload: bytes) -> bool:
    if marker == 0xE2:
        return payload[:12] == b"ICC_PROFILE\x00"
    if marker == 0xEE:
        return payload[:5] == b"Adobe"  # says how the colours are coded
    return marker != 0xFE and marker not in range(0xE0, 0xF0)


def _walk_jpeg(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yields (marker, bytes) from after the start marker to the first end marker."""
    at = 2
    for _ in range(MAX_PARTS):
        fill = _JPEG_FILL.match(data, at)
        at = fill.end() if fill else at
        if at + 2 > len(data) or data[at] != 0xFF:
            raise damaged("A JPEG file is a row of segments with an end marker", f"byte {at}")
        marker = data[at + 1]
        if marker == 0xD9:
            yield marker, data[at : at + 2]
            return
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if end < at + 4 or end > len(data):
            raise damaged("A JPEG segment ends within the file", f"segment at byte {at}")
        if marker == 0xDA:
            found = _JPEG_MARKER_AFTER_SCAN.search(data, end)
            if found is None:
                raise damaged("A JPEG file ends with its end marker", f"{len(data)} bytes")
            end = found.start()
        yield marker, data[at:end]
        at = end
    raise damaged(f"A JPEG file has at most {MAX_PARTS} segments", "more")


def _clean_png(data: bytes) -> bytes:
    chunks, facts, turned = [], KeptFacts(), None
    for kind, chunk in _walk_png(data):
        if kind == b"eXIf":
            facts = read_facts(chunk[8:-4].removeprefix(_EXIF_PREFIX))
        elif kind == b"iTXt" and chunk[8:25] == b"XML:com.adobe.xmp":
            turned = read_xmp_orientation(chunk)
        elif kind in _PNG_KEPT:
            chunks.append((kind, chunk))
    tiff = write_facts(_turn(facts, turned))
    if tiff:
        exif = struct.pack(">I", len(tiff)) + b"eXIf" + tiff
        first = next((i for i, (kind, _) in enumerate(chunks) if kind == b"IDAT"), 1)
        chunks.insert(first, (b"eXIf", exif + struct.pack(">I", zlib.crc32(exif[4:]))))
    return b"".join((_PNG_SIGNATURE, *(chunk for _, chunk in chunks)))


def _walk_png(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    for _ in range(MAX_PARTS):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        if end > len(data):
            raise damaged("A PNG file is a row of whole chunks up to IEND", f"chunk at byte {at}")
        kind = data[at + 4 : at + 8]
        yield kind, data[at:end]
        if kind == b"IEND":
            return
        at = end
    raise damaged(f"A PNG file has at most {MAX_PARTS} chunks", "more")


def _clean_webp(data: bytes) -> bytes:
    chunks, facts, turned, extended = [], KeptFacts(), None, False
    for kind, chunk in _walk_webp(data):
        if kind == b"EXIF":
            facts = read_facts(chunk[8:].removeprefix(_EXIF_PREFIX))
        elif kind == b"XMP ":
            turned = read_xmp_orientation(chunk)
        elif kind in _WEBP_KEPT:
            extended = extended or kind == b"VP8X"
            chunks.append(chunk)
    tiff = write_facts(_turn(facts, turned)) if extended else b""
    if tiff:
        chunks.append(b"EXIF" + struct.pack("<I", len(tiff)) + tiff + b"\x00" * (len(tiff) % 2))
    chunks = [_set_webp_flags(c, bool(tiff)) if c[:4] == b"VP8X" else c for c in chunks]
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _walk_webp(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at, stop = 12, 8 + int.from_bytes(data[4:8], "little")
    if stop > len(data):
        raise damaged("A WebP file is as long as it says", f"{len(data)} bytes of {stop}")
    for _ in range(MAX_PARTS):
        if at >= stop:
            return
        kind, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        end = at + 8 + length
        if at + 8 > stop or end > stop or (kind == b"VP8X" and length < 10):
            raise damaged("A WebP file is a row of whole chunks", f"chunk at byte {at}")
        yield kind, data[at:end] + b"\x00" * (length % 2)
        at = end + length % 2
    raise damaged(f"A WebP file has at most {MAX_PARTS} chunks", "more")


def _set_webp_flags(chunk: bytes, has_exif: bool) -> bytes:
    flags = chunk[8] & ~(_WEBP_EXIF_FLAG | _WEBP_XMP_FLAG) | (_WEBP_EXIF_FLAG if has_exif else 0)
    return chunk[:8] + bytes((flags,)) + chunk[9:]


def read_xmp_orientation(xmp: bytes) -> int | None:
    """Decoders honour this in PNG and WebP where no Exif block states an orientation."""
    found = _XMP_ORIENTATION.search(xmp)
    return int(found[1]) if found else None


def _turn(facts: KeptFacts, orientation: int | None) -> KeptFacts:
    return KeptFacts(facts.orientation or orientation, facts.taken, facts.utc_offset)
