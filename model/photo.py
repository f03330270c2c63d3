"""From untrusted bytes to an upright picture of bounded size.

The header is read and checked before any pixel is decoded, so that a small file that claims
billions of pixels costs nothing. Large JPEGs are decoded at reduced scale (the DCT does the
shrinking), which is several times faster than a full decode and needs little memory.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from model.decoding import (
    SIDEWAYS,
    decode,
    is_whole_jpeg,
    limit_pixels,
    open_picture,
    read_orientation,
)
from model.errors import InvalidInput, TooLarge, UnsupportedMedia

MAX_BYTES = 25 * 1024 * 1024
MIN_SIDE_PX = 96
DECODED_SIDE_PX = 896
"""Reduced decoding keeps the long side at or above this, for sharp evidence pictures."""


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
    picture = _read_header(data)
    width_px, height_px = picture.size
    _check_pixels(data, picture)
    if isinstance(picture, JpegImageFile) and not is_whole_jpeg(data):
        raise InvalidInput(
            "A JPEG file ends with its end marker",
            f"{len(data)} bytes without one",
            "The upload was cut short: send the photo again",
            code="truncated",
        )
    try:
        bgr = decode(data, picture, DECODED_SIDE_PX)
    except Exception as error:  # decoders of hostile bytes raise all there is
        raise InvalidInput(
            "The pixels of a photo can be decoded",
            str(error)[:200],
            "The file is damaged: take or send the photo again",
            code="undecodable",
        ) from error
    if read_orientation(picture) in SIDEWAYS:
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
        picture = open_picture(data)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels("fewer pixels", error) from error
    except Exception as error:  # readers of hostile bytes raise all there is
        raise _not_an_image(data) from error
    if picture is None:
        raise _not_an_image(data)
    return picture


def _not_an_image(data: bytes) -> UnsupportedMedia:
    return UnsupportedMedia(
        "A photo is a JPEG, PNG, WebP, HEIC or AVIF file",
        f"{len(data)} bytes beginning {data[:8]!r}",
        "Send the picture as the camera stored it",
        code="not_an_image",
    )


def _check_pixels(data: bytes, picture: Image.Image) -> None:
    width_px, height_px = picture.size
    limit = limit_pixels(data, picture)
    if width_px * height_px > limit:
        raise _too_many_pixels(f"at most {limit} pixels", f"{width_px} x {height_px}")


def _too_many_pixels(limit: str, received: object) -> TooLarge:
    return TooLarge(
        f"A photo of this format has {limit}",
        received,
        "Send it at a lower resolution",
        code="too_many_pixels",
    )
