"""Photo files made for tests: one known picture in every format, and headers that lie."""

import io
import struct
import zlib

import numpy as np
import pillow_heif
from PIL import Image

from model.photo import Photo

ORIENTATION = 0x0112


def picture(width_px: int = 200, height_px: int = 120) -> Image.Image:
    """A red quarter at the top left, a blue one at the bottom right, green between them."""
    rgb = np.full((height_px, width_px, 3), (60, 110, 60), np.uint8)
    rgb[: height_px // 2, : width_px // 2] = (220, 30, 30)
    rgb[height_px // 2 :, width_px // 2 :] = (40, 40, 200)
    return Image.fromarray(rgb)


def save(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    if kind == "HEIF":
        pillow_heif.from_pillow(image).save(out, quality=90, **options)
    else:
        image.save(out, kind, **options)
    return out.getvalue()


def shows_picture(photo: Photo) -> bool:
    """Whether the quarters are where they belong, colours about right."""
    height, width = photo.bgr.shape[:2]
    corners = photo.bgr[height // 4, width // 4], photo.bgr[3 * height // 4, 3 * width // 4]
    wanted = (30, 30, 220), (200, 40, 40)
    return all(
        np.abs(np.asarray(seen, int) - np.asarray(expected)).max() < 40
        for seen, expected in zip(corners, wanted, strict=True)
    )


def tagged(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return exif.tobytes()


def claim_png(width_px: int, height_px: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + crc

    header = struct.pack(">IIBBBBB", width_px, height_px, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels + chunk(b"IEND", b"")


def claim_jpeg(width_px: int, height_px: int, **options: object) -> bytes:
    data = save(picture(), "JPEG", **options)
    frame = data.index(b"\xff\xc2" if options.get("progressive") else b"\xff\xc0")
    return data[: frame + 5] + struct.pack(">HH", height_px, width_px) + data[frame + 9 :]


def claim_webp(width_px: int, height_px: int) -> bytes:
    """An animation, whose frames may be smaller than its canvas."""
    other = Image.new("RGB", (200, 120))
    data = save(picture(), "WEBP", save_all=True, append_images=[other])
    canvas = struct.pack("<I", width_px - 1)[:3] + struct.pack("<I", height_px - 1)[:3]
    return data[:24] + canvas + data[30:]
