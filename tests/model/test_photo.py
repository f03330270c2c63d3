import io
import struct
import subprocess
import sys
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from model.errors import FreshclaimError, InvalidInput, TooLarge, UnsupportedMedia
from model.photo import MAX_BYTES, MAX_PIXELS, MAX_PIXELS_WEBP, Photo, read_photo

ROOT = Path(__file__).parents[2]
ORIENTATION = 0x0112
UNDO = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""What a camera held that way would have stored of an upright scene."""


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


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF"])
def test_every_format_gives_the_picture(kind: str) -> None:
    photo = read_photo(save(picture(), kind))
    assert (photo.width_px, photo.height_px) == (200, 120)
    assert photo.bgr.dtype == np.uint8
    assert shows_picture(photo)


def test_progressive_and_cmyk_jpegs_give_the_picture() -> None:
    assert shows_picture(read_photo(save(picture(), "JPEG", progressive=True)))
    assert shows_picture(read_photo(save(picture().convert("CMYK"), "JPEG")))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_turned_upright(orientation: int, kind: str) -> None:
    stored = picture().transpose(UNDO[orientation]) if orientation > 1 else picture()
    photo = read_photo(save(stored, kind, exif=tagged(orientation)))
    assert (photo.width_px, photo.height_px) == (200, 120)
    assert photo.bgr.shape[:2] == (120, 200)
    assert shows_picture(photo)


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
def test_heic_and_avif_are_turned_upright(kind: str) -> None:
    stored = picture().transpose(UNDO[6])
    photo = read_photo(save(stored, kind, exif=tagged(6)))
    assert (photo.width_px, photo.height_px) == (200, 120)
    assert shows_picture(photo)


def test_a_large_photo_is_reduced_and_keeps_its_size_on_paper() -> None:
    for kind in ("JPEG", "PNG"):
        photo = read_photo(save(picture(4000, 3000), kind))
        assert (photo.width_px, photo.height_px) == (4000, 3000)
        assert 896 <= photo.bgr.shape[1] < 1792
        assert photo.scale == pytest.approx(photo.bgr.shape[1] / 4000)
        assert shows_picture(photo)


def test_sixteen_bit_grey_keeps_its_brightness() -> None:
    levels = np.linspace(0, 65535, 200 * 120).reshape(120, 200).astype(np.uint16)
    photo = read_photo(save(Image.fromarray(levels), "PNG"))
    assert photo.bgr[0, 0, 0] <= 1
    assert photo.bgr[-1, -1, 0] >= 254
    dark = read_photo(save(Image.fromarray(levels // 512), "PNG"))
    assert dark.bgr.max() <= 1


def test_transparency_is_laid_over_white() -> None:
    image = picture().convert("RGBA")
    image.putalpha(Image.new("L", image.size, 0))
    for kind in ("PNG", "WEBP"):
        assert read_photo(save(image, kind)).bgr.min() == 255
    palette = Image.new("P", (200, 120), 0)
    palette.putpalette([0, 0, 0, 9, 9, 9])
    assert read_photo(save(palette, "PNG", transparency=0)).bgr.min() == 255


def test_of_an_animation_the_first_frame_is_read() -> None:
    frames = [picture(), Image.new("RGB", (200, 120), "white")]
    data = save(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=100)
    assert shows_picture(read_photo(data))


def test_what_a_phone_appends_to_a_photo_does_no_harm() -> None:
    jpeg = save(picture(), "JPEG")
    film = b"ftypmp42" + np.random.default_rng(0).bytes(100_000).replace(b"\xff\xd9", b"\0\0")
    assert shows_picture(read_photo(jpeg + film))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF"])
def test_the_same_bytes_give_the_same_photo(kind: str) -> None:
    data = save(picture(1200, 900), kind)
    first, second = read_photo(data), read_photo(data)
    assert first.sha256 == second.sha256
    assert np.array_equal(first.bgr, second.bgr)


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(InvalidInput, match="0 bytes"):
        read_photo(b"")


@pytest.mark.parametrize(
    "data",
    [
        b"dear sir or madam",
        b"\xff",
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x10\0\0\0WEBPVP8 ",
        b"\0\0\0\x18ftypheic" + bytes(12),
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"%PDF-1.7\n",
        save(picture(), "GIF"),
        save(picture(), "GIF", save_all=True, append_images=[Image.new("RGB", (200, 120))]),
        save(picture(), "TIFF"),
        save(picture(), "BMP"),
    ],
    ids=lambda data: repr(data[:12]),
)
def test_what_is_no_photo_is_refused(data: bytes) -> None:
    with pytest.raises(UnsupportedMedia, match="JPEG, PNG, WebP, HEIC or AVIF"):
        read_photo(data)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_a_photo_cut_short_is_refused(kind: str, share: float) -> None:
    rng = np.random.default_rng(0)
    noisy = Image.fromarray(rng.integers(0, 255, (150, 200, 3), np.uint8))
    data = save(noisy, kind)
    with pytest.raises((InvalidInput, UnsupportedMedia)):
        read_photo(data[: round(len(data) * share)])


def test_a_polyglot_is_read_as_the_photo_that_it_begins_as() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as held:
        held.writestr("run.sh", "rm -rf /")
    assert shows_picture(read_photo(save(picture(), "JPEG") + archive.getvalue()))
    page = b"<html><script>alert(1)</script></html>"
    assert shows_picture(read_photo(save(picture(), "JPEG", comment=page)))
    with pytest.raises(UnsupportedMedia):
        read_photo(page + save(picture(), "JPEG"))


def test_too_many_bytes_are_refused_unread() -> None:
    with pytest.raises(TooLarge, match=str(MAX_BYTES)):
        read_photo(save(picture(), "JPEG").ljust(26 * 1024 * 1024, b"\0"))


def test_pixel_limits_are_checked_by_what_decoding_costs() -> None:
    with pytest.raises(TooLarge, match="20000 x 6001"):
        read_photo(claim_jpeg(20_000, MAX_PIXELS // 20_000 + 1))
    with pytest.raises(TooLarge, match="50000000"):
        read_photo(claim_jpeg(10_000, 5_001, progressive=True))
    with pytest.raises(TooLarge, match="50000000"):
        read_photo(claim_png(10_000, 5_001))
    with pytest.raises(TooLarge, match=str(MAX_PIXELS_WEBP)):
        read_photo(claim_webp(10_000, 2_001))


@pytest.mark.parametrize("kind", ["jpeg", "progressive", "png", "webp"])
def test_a_header_that_claims_too_much_costs_no_memory(kind: str, tmp_path: Path) -> None:
    claimed = {
        "jpeg": claim_jpeg(30_000, 30_000),
        "progressive": claim_jpeg(30_000, 30_000, progressive=True),
        "png": claim_png(30_000, 30_000),
        "webp": claim_webp(12_000, 12_000),
    }[kind]
    file = tmp_path / "claim"
    file.write_bytes(claimed)
    code = (
        "import resource, sys; from model.errors import TooLarge; from model.photo import *\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "data, before = open(sys.argv[1], 'rb').read(), peak()\n"
        "try: read_photo(data)\n"
        "except TooLarge: print(peak() - before)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(file)], cwd=ROOT, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout) < 20_000, "kilobytes"


SAMPLES = {
    kind: save(picture(48, 32), kind) for kind in ("JPEG", "PNG", "WEBP", "HEIF", "AVIF")
} | {
    "progressive": save(picture(48, 32), "JPEG", progressive=True, exif=tagged(6)),
    "CMYK": save(picture(48, 32).convert("CMYK"), "JPEG"),
}


@given(kind=st.sampled_from(sorted(SAMPLES)), share=st.floats(0, 1))
@settings(max_examples=150, deadline=None)
def test_any_truncation_raises_nothing_unexpected(kind: str, share: float) -> None:
    data = SAMPLES[kind]
    with suppress(FreshclaimError):
        read_photo(data[: round(len(data) * share)])


@given(
    kind=st.sampled_from(sorted(SAMPLES)),
    flips=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8),
)
@settings(max_examples=250, deadline=None)
def test_any_damage_raises_nothing_unexpected(kind: str, flips: list[tuple[float, int]]) -> None:
    data = bytearray(SAMPLES[kind])
    for place, value in flips:
        data[min(int(place * len(data)), len(data) - 1)] = value
    with suppress(FreshclaimError):
        assert read_photo(bytes(data)).bgr.ndim == 3
