"""Opens the formats of photos without decoding them, and decodes them at reduced scale.

Pillow's plugins are called one by one and not through `Image.open`: the format is known from the
first bytes, no other decoder ever sees them, and the pixel limits are ours.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.AvifImagePlugin import AvifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile
from pillow_heif import HeifImageFile, open_heif

from model.exif import read_facts
from model.memory import hand_back_freed_memory
from model.metadata import read_xmp_orientation

_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_START_OF_SCAN, _END = 0xDA, 0xD9
_REDUCED = {
    8: cv2.IMREAD_REDUCED_COLOR_8,
    4: cv2.IMREAD_REDUCED_COLOR_4,
    2: cv2.IMREAD_REDUCED_COLOR_2,
    1: cv2.IMREAD_COLOR,
}
_MOST_PIXELS_SHRINKING = 120_000_000
"""Of a JPEG that shrinks while it is decoded: memory does not grow with its pixels."""
_MOST_BYTES = 160_000_000
"""Memory that decoding may take, so that a worker of the service stays below 350 MB."""
_STRIP_PX = 256
_TURN = {3: cv2.ROTATE_180, 6: cv2.ROTATE_90_CLOCKWISE, 8: cv2.ROTATE_90_COUNTERCLOCKWISE}
SIDEWAYS = frozenset((5, 6, 7, 8))
"""Exif orientations that swap width and height."""
_MIRRORED = {2: 1, 4: 3, 5: 8, 7: 6}
"""What remains to be turned of a mirrored orientation after mirroring left to right."""


def open_picture(data: bytes) -> Image.Image | None:
    """Reads the header of a photo; None where the first bytes are of no known format.

    May raise anything on damaged data.
    """
    file = io.BytesIO(data)
    if data[:3] == b"\xff\xd8\xff":
        return JpegImageFile(file)
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return PngImageFile(file)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WebPImageFile(file)
    if data[4:12] in (b"ftypavif", b"ftypavis"):
        return AvifImageFile(file)
    return HeifImageFile(file) if data[4:8] == b"ftyp" else None


def is_whole_jpeg(data: bytes) -> bool:
    """Whether the picture's end marker is there; a phone may append a film or another picture."""
    return any(marker == _END for marker, _ in _walk(data))


def limit_pixels(data: bytes, picture: Image.Image) -> int:
    """Returns how many pixels a photo of this format may have."""
    if shrinks_while_decoding(data, picture):
        return _MOST_PIXELS_SHRINKING
    return int(_MOST_BYTES / _count_bytes_a_pixel(picture))


def _count_bytes_a_pixel(picture: Image.Image) -> float:
    """Peak while decoding in full; measured, and above what was measured."""
    if isinstance(picture, JpegImageFile):
        # Two bytes for every coefficient, of which subsampled components have fewer.
        blocks = [(across, down) for _, across, down, _ in picture.layer]
        most = max(across for across, _ in blocks) * max(down for _, down in blocks)
        return 0.5 + 2 * sum(across * down for across, down in blocks) / most
    if isinstance(picture, PngImageFile):
        return 5.5
    if isinstance(picture, WebPImageFile):
        return 16 if picture.mode != "RGB" else 11 if picture.is_animated else 6
    if isinstance(picture, HeifImageFile):
        return 5 if picture.mode == "RGB" else 9
    return 9 if picture.mode == "RGB" else 12


def shrinks_while_decoding(data: bytes, picture: Image.Image) -> bool:
    """Whether decoding at reduced scale needs little memory: a JPEG of one scan.

    Of several scans (progressive ones, too) the decoder keeps all coefficients in full size.
    """
    if not isinstance(picture, JpegImageFile):
        return False
    scan = next((at for marker, at in _walk(data) if marker == _START_OF_SCAN), len(data))
    components_of_scan = data[scan + 4 : scan + 5]
    return "progressive" not in picture.info and components_of_scan == bytes([picture.layers])


def _walk(data: bytes) -> Iterator[tuple[int, int]]:
    """Yields the markers of a JPEG and where they are, up to the end of its first picture."""
    at = 2
    while found := _MARKER.search(data, at):
        at = found.start()
        yield data[at + 1], at
        if data[at + 1] == _END:
            return
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")


def decode(data: bytes, picture: Image.Image, least_side_px: int) -> NDArray[np.uint8]:
    """Decodes upright, reduced so that the long side stays at or above `least_side_px`.

    Colours are BGR whatever the file's mode (CMYK, grey, 16-bit, alpha over white). May raise
    anything on damaged data.
    """
    factor = max(1, max(picture.size) // least_side_px)
    if isinstance(picture, JpegImageFile) and picture.mode in ("RGB", "L"):
        bgr = _decode_by_opencv(data, next(f for f in _REDUCED if f <= factor))
    else:
        hand_back_freed_memory()
        bgr = _decode_whole(data, picture, least_side_px)
        hand_back_freed_memory()
    return _turn_upright(bgr, read_orientation(picture))


def _decode_whole(data: bytes, picture: Image.Image, least_side_px: int) -> NDArray[np.uint8]:
    """Decodes a format that cannot shrink meanwhile, with as few copies of it as there can be."""
    factor = max(1, max(picture.size) // least_side_px)
    if isinstance(picture, WebPImageFile) and picture.mode == "RGB":
        return _reduce(_decode_by_opencv(data, 1), factor)
    if isinstance(picture, HeifImageFile) and picture.mode == "RGB":
        file = open_heif(io.BytesIO(data), bgr_mode=True)
        return _reduce(np.asarray(file[file.primary_index]), factor)
    return _decode_by_pillow(picture, least_side_px)


def _decode_by_opencv(data: bytes, factor: int) -> NDArray[np.uint8]:
    # Two readers of Exif could disagree about what is up: only ours is asked.
    flag = _REDUCED[factor] | cv2.IMREAD_IGNORE_ORIENTATION
    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), flag)
    if decoded is None:
        raise ValueError("the decoder found no picture")
    return np.asarray(decoded, np.uint8)


def _reduce(bgr: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    size = (max(1, bgr.shape[1] // factor), max(1, bgr.shape[0] // factor))
    return np.asarray(cv2.resize(bgr, size, interpolation=cv2.INTER_AREA), np.uint8)


def _decode_by_pillow(picture: Image.Image, least_side_px: int) -> NDArray[np.uint8]:
    picture.draft(None, (least_side_px, least_side_px))
    picture.load()
    factor = max(1, max(picture.size) // least_side_px)
    rows = factor * max(1, _STRIP_PX // factor)
    strips = []
    for top in range(0, picture.height, rows):
        # By strips, so that every step in between stays small.
        strip = picture.crop((0, top, picture.width, min(top + rows, picture.height)))
        strips.append(np.asarray(_flatten(strip).reduce(factor), np.uint8)[:, :, ::-1])
    return np.ascontiguousarray(np.concatenate(strips))


def _flatten(picture: Image.Image) -> Image.Image:
    """Turns 16-bit grey into 8-bit and lays transparency over white; returns RGB."""
    if picture.mode.startswith("I"):
        grey = (np.asarray(picture).astype(np.int64) >> 8).clip(0, 255).astype(np.uint8)
        return Image.fromarray(grey).convert("RGB")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        rgba = picture.convert("RGBA")
        base = Image.new("RGBA", rgba.size, "white")
        base.alpha_composite(rgba)
        return base.convert("RGB")
    return picture.convert("RGB")


def read_orientation(picture: Image.Image) -> int:
    """Exif orientation, 1 to 8, known for sure after decoding; HEIC files decode upright."""
    if isinstance(picture, HeifImageFile):
        return 1
    exif = picture.info.get("exif") or b""
    stated = read_facts(exif.removeprefix(b"Exif\x00\x00")).orientation
    if stated is None and isinstance(picture, PngImageFile | WebPImageFile):
        xmp = picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp") or b""
        stated = read_xmp_orientation(xmp.encode() if isinstance(xmp, str) else xmp)
    return stated or 1


def _turn_upright(bgr: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    if orientation in _MIRRORED:
        bgr = np.asarray(cv2.flip(bgr, 1), np.uint8)
        orientation = _MIRRORED[orientation]
    turn = _TURN.get(orientation)
    return bgr if turn is None else np.asarray(cv2.rotate(bgr, turn), np.uint8)
