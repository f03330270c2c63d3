import io
import zipfile
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from model.errors import FreshclaimError, InvalidInput, UnsupportedMedia
from model.photo import read_photo
from tests.model.photo_files import picture, save, shows_picture, tagged

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
