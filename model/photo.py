"""From untrusted bytes to an upright picture of bounded size.

The header is read and checked before any pixel is decoded, so that a small file that claims
billions of pixels costs nothing. Large JPEGs are decoded at reduced scale (the DCT does the
shrinking), which is several times faster than a full decode.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError
from pillow_heif import HeifImageFile

from model.errors import FreshclaimError, InvalidInput, TooLarge, UnsupportedMedia

MAX_BYTES = 25 * 1024 * 1024
MAX_PIXELS = 120_000_000
MIN_SIDE_PX = 96
DECODED_SIDE_PX = 896
"""Reduced decoding keeps the long side at or above this, for sharp evidence pictures."""

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF", "MPO")
_ORIENTATION_TAG = 0x0112
_SIDEWAYS = {5, 6, 7, 8}


@dataclass(frozen=True)
class Photo:
    """A decoded photo, upright.

    Attributes:
        sha256: hex digest of the bytes received.
        width_px: width of the upright original.
        height_px: height of the upright original.
        bgr: uint8 array (height, width, 3), possibly reduced by `scale`.
        scale: reduced pixels per original pixel, in (0, 1].
    """

    sha256: str
    width_px: int
    height_px: int
    bgr: NDArray[np.uint8]
    scale: float


def digest(data: bytes) -> str:
    """Returns the hex SHA-256 of the bytes."""
    return hashlib.sha256(data).hexdigest()


def read_photo(data: bytes) -> Photo:
    """Decodes a photo, upright, at reduced scale where that is cheaper.

    Args:
        data: a JPEG, PNG, WebP, HEIC or AVIF file; of an animation the first frame is taken.

    Returns:
        The photo; colours are sRGB-like BGR whatever the file's mode (CMYK, grey, 16-bit, alpha
        over white).

    Raises:
        UnsupportedMedia: the bytes are no photo of a known format.
        TooLarge: more bytes or pixels than allowed.
        InvalidInput: the file is empty or its pixels cannot be decoded.
    """
    header = _read_header(data)
    width_px, height_px = header.size
    if width_px * height_px > MAX_PIXELS:
        raise TooLarge(
            f"A photo has at most {MAX_PIXELS} pixels",
            f"{width_px} x {height_px}",
            "Send it at a lower resolution",
            code="too_many_pixels",
        )
    sideways = header.getexif().get(_ORIENTATION_TAG) in _SIDEWAYS
    bgr = _decode(data, header)
    if header.format not in ("HEIF", "AVIF") and sideways:
        width_px, height_px = height_px, width_px
    scale = max(bgr.shape[:2]) / max(width_px, height_px)
    return Photo(digest(data), width_px, height_px, bgr, scale)


def _read_header(data: bytes) -> Image.Image:
    if not data:
        raise InvalidInput("A photo has at least one byte", "0 bytes", code="empty_file")
    if len(data) > MAX_BYTES:
        raise TooLarge(
            f"A photo file has at most {MAX_BYTES} bytes",
            f"{len(data)} bytes",
            "Send it at a lower resolution or quality",
            code="too_many_bytes",
        )
    try:
        return _open(data)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise UnsupportedMedia(
            "A photo is a JPEG, PNG, WebP, HEIC or AVIF file",
            f"{len(data)} bytes beginning {data[:8]!r}",
            "Send the picture as the camera stored it",
            code="not_an_image",
        ) from error
    except Image.DecompressionBombError as error:
        raise TooLarge(
            f"A photo has at most {MAX_PIXELS} pixels", str(error), code="too_many_pixels"
        ) from error


def _open(data: bytes) -> Image.Image:
    if data[4:8] == b"ftyp" and data[8:12] not in (b"avif", b"avis"):
        return HeifImageFile(io.BytesIO(data))
    return Image.open(io.BytesIO(data), formats=[f for f in FORMATS if f != "HEIF"])


def _decode(data: bytes, header: Image.Image) -> NDArray[np.uint8]:
    try:
        if header.format in ("JPEG", "MPO") and header.mode in ("RGB", "L"):
            return _decode_jpeg(data, header.size)
        return _decode_whole(header)
    except FreshclaimError:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, cv2.error) as error:
        raise InvalidInput(
            "The pixels of a photo can be decoded",
            str(error)[:200],
            "The file is damaged: take or send the photo again",
            code="undecodable",
        ) from error


def _decode_jpeg(data: bytes, size: tuple[int, int]) -> NDArray[np.uint8]:
    if not data.rstrip(b"\x00").endswith(b"\xff\xd9") and b"\xff\xd9" not in data[-4096:]:
        raise InvalidInput(
            "A JPEG file ends with its end marker",
            f"{len(data)} bytes without one",
            "The upload was cut short: send the photo again",
            code="truncated",
        )
    factor = next((f for f in (8, 4, 2) if max(size) // f >= DECODED_SIDE_PX), 1)
    flag = {
        8: cv2.IMREAD_REDUCED_COLOR_8,
        4: cv2.IMREAD_REDUCED_COLOR_4,
        2: cv2.IMREAD_REDUCED_COLOR_2,
        1: cv2.IMREAD_COLOR,
    }[factor]
    bgr = cv2.imdecode(np.frombuffer(data, np.uint8), flag)
    if bgr is None:
        raise ValueError("the JPEG decoder found no picture")
    return np.asarray(bgr, np.uint8)


def _decode_whole(image: Image.Image) -> NDArray[np.uint8]:
    image = _flatten(image)
    if not isinstance(image, HeifImageFile):
        image = ImageOps.exif_transpose(image)
    rgb = image.convert("RGB")
    rgb.thumbnail((2 * DECODED_SIDE_PX, 2 * DECODED_SIDE_PX), Image.Resampling.BOX)
    return np.ascontiguousarray(np.asarray(rgb, np.uint8)[:, :, ::-1])


def _flatten(image: Image.Image) -> Image.Image:
    """Turns 16-bit grey into 8-bit and lays transparency over white."""
    if image.mode.startswith("I"):
        values = np.asarray(image, np.float64)
        top = 65535.0 if values.max() > 255 else 255.0
        return Image.fromarray((values / top * 255).clip(0, 255).astype(np.uint8))
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        base = Image.new("RGBA", rgba.size, "white")
        base.alpha_composite(rgba)
        base.info["exif"] = image.info.get("exif", b"")
        return base
    return image
