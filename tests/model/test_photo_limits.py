import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from model.errors import TooLarge
from model.photo import MAX_BYTES, read_photo
from tests.model.photo_files import claim_jpeg, claim_png, claim_webp, picture, save

ROOT = Path(__file__).parents[2]


def test_too_many_bytes_are_refused_unread() -> None:
    with pytest.raises(TooLarge, match=str(MAX_BYTES)):
        read_photo(save(picture(), "JPEG").ljust(26 * 1024 * 1024, b"\0"))


def measure_peak_kb(statement: str, file: Path) -> int:
    """Runs a statement on `data` in a process of its own; returns what its peak rose by."""
    code = (
        "import resource, sys; from model.errors import TooLarge; from model.photo import *\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "data, before = open(sys.argv[1], 'rb').read(), peak()\n"
        f"{statement}\n"
        "print(peak() - before)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(file)], cwd=ROOT, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    return int(ran.stdout)


@pytest.mark.parametrize(
    ("claimed", "most"),
    [
        (claim_jpeg(20_000, 6_001), 120_000_000),
        (claim_jpeg(10_000, 4_601, progressive=True), 45_714_285),
        (claim_png(10_000, 2_911), 29_090_909),
        (claim_webp(10_000, 1_455), 14_545_454),
    ],
)
def test_pixels_are_limited_by_what_decoding_costs(claimed: bytes, most: int) -> None:
    with pytest.raises(TooLarge, match=str(most)) as refused:
        read_photo(claimed)
    assert refused.value.code == "too_many_pixels"


PROGRESSIVE: dict[str, Any] = {"progressive": True, "subsampling": 0}
FRAMES: dict[str, Any] = {"save_all": True, "append_images": []}


@pytest.mark.parametrize(
    ("kind", "mode", "height_px", "options"),
    [
        ("JPEG", "RGB", 4000, {}),
        ("JPEG", "RGB", 4000, PROGRESSIVE),
        ("JPEG", "CMYK", 3000, PROGRESSIVE),
        ("PNG", "RGB", 4000, {}),
        ("PNG", "RGBA", 4000, {}),
        ("WEBP", "RGB", 4000, {"method": 0}),
        ("WEBP", "RGBA", 1600, {"method": 0}),
        ("WEBP", "RGB", 1600, {"method": 0, **FRAMES}),
        ("HEIF", "RGB", 4000, {}),
        ("HEIF", "RGBA", 2900, {}),
        ("AVIF", "RGB", 2900, {"speed": 10}),
        ("AVIF", "RGBA", 2200, {"speed": 10}),
    ],
)
def test_photos_up_to_the_limit_are_read_in_little_memory(
    kind: str, mode: str, height_px: int, options: dict[str, Any], tmp_path: Path
) -> None:
    large = picture().resize((6000, height_px), Image.Resampling.BICUBIC).convert(mode)
    if "append_images" in options:
        options = {**options, "append_images": [large.transpose(Image.Transpose.ROTATE_180)]}
    file = tmp_path / "photo"
    file.write_bytes(save(large, kind, **options))
    peak_kb = measure_peak_kb("assert read_photo(data).width_px == 6000", file)
    assert peak_kb < 165_000


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
    refused = "try: read_photo(data)\nexcept TooLarge: pass\nelse: sys.exit('read')"
    assert measure_peak_kb(refused, file) < 20_000
