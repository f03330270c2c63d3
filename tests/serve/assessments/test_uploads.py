"""What arrives instead of a photo: a clear answer, nothing stored, never a 500."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import text

from model.photo import MAX_BYTES
from serve.runtime import Runtime
from tests.serve.actors import Actors, draw_photo, upload


def encode(mode: str, kind: str, **options: object) -> bytes:
    picture = Image.open(io.BytesIO(draw_photo())).convert("RGB")
    if mode == "I;16":
        picture = Image.frombytes("I;16", (320, 240), bytes(range(256)) * 600)
    elif mode != "RGB":
        picture = picture.convert(mode)
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def animate(kind: str) -> bytes:
    frames = [Image.open(io.BytesIO(draw_photo(seed))) for seed in range(3)]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


def huge_png_header(side_px: int = 30_000) -> bytes:
    header = struct.pack(">IIBBBBB", side_px, side_px, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + chunk
        + struct.pack(">I", zlib.crc32(chunk))
        + b"\0\0\0\0IDAT"
        + struct.pack(">I", zlib.crc32(b"IDAT"))
    )


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def polyglot() -> bytes:
    """A photo that is also a ZIP archive with a page in it."""
    archive = io.BytesIO(draw_photo())
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr("index.html", "<script>alert(1)</script>")
    return archive.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
REFUSED = [
    ("zero bytes", b"", 422, "empty_file"),
    ("one byte", b"\0", 415, "not_an_image"),
    ("svg", SVG, 415, "not_an_image"),
    ("html", b"<html><body>hi</body></html>", 415, "not_an_image"),
    ("text", b"not a photo at all, just words", 415, "not_an_image"),
    ("gif", animate("GIF"), 415, "not_an_image"),
    ("huge header", huge_png_header(), 413, "too_many_pixels"),
    ("too many bytes", draw_photo() + bytes(MAX_BYTES), 413, "too_many_bytes"),
]
DAMAGED = [
    ("jpeg cut short", cut(draw_photo(width_px=1600, height_px=1200))),
    ("png cut short", cut(encode("RGB", "PNG"))),
    ("webp cut short", cut(encode("RGB", "WEBP"))),
]
ACCEPTED = [
    ("jpeg", draw_photo()),
    ("progressive", encode("RGB", "JPEG", progressive=True)),
    ("cmyk", encode("CMYK", "JPEG")),
    ("grey", encode("L", "JPEG")),
    ("png", encode("RGB", "PNG")),
    ("16 bit", encode("I;16", "PNG")),
    ("alpha", encode("RGBA", "PNG")),
    ("palette", encode("P", "PNG")),
    ("webp", encode("RGB", "WEBP")),
    ("animated webp", animate("WEBP")),
    ("polyglot", polyglot()),
]


def ids(case: tuple[object, ...]) -> str:
    return str(case[0])


def count_claims(runtime: Runtime) -> int:
    with runtime.transaction() as session:
        return int(session.scalar(text("SELECT count(*) FROM claims")) or 0)


def stored_photos(runtime: Runtime) -> list[bytes]:
    folder = Path(runtime.settings.photo_store)
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("case", REFUSED, ids=ids)
@pytest.mark.parametrize("route", ["/v1/assessments", "/v1/claims"])
def test_what_is_no_photo_is_refused_and_not_stored(
    client: FlaskClient, actors: Actors, route: str, case: tuple[str, bytes, int, str]
) -> None:
    _, data, status, code = case
    form = {"photo": upload(data), "order_id": actors.add_order().order_id, "reason": "spoilage"}
    answer = client.post(route, data=form, headers=actors.as_shop)
    answer.request.environ["wsgi.input"].close()  # a file, where the body is large
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert count_claims(actors.runtime) == 0
    assert stored_photos(actors.runtime) == []


@pytest.mark.parametrize("case", DAMAGED, ids=ids)
@pytest.mark.parametrize("route", ["/v1/assessments", "/v1/claims"])
def test_a_damaged_photo_is_asked_for_again(
    client: FlaskClient, actors: Actors, route: str, case: tuple[str, bytes]
) -> None:
    form = {"photo": upload(case[1]), "order_id": actors.add_order().order_id, "reason": "spoilage"}
    answer = client.post(route, data=form, headers=actors.as_shop)
    # The header of a WebP photo cannot be read without the rest of it.
    wanted = (415, "not_an_image") if "webp" in case[0] else (422, None)
    assert answer.status_code == wanted[0]
    assert answer.get_json()["code"] in (wanted[1], "truncated", "undecodable", "damaged_file")
    assert stored_photos(actors.runtime) == []


@pytest.mark.parametrize("case", ACCEPTED, ids=ids)
def test_unusual_photos_are_photos(
    client: FlaskClient, actors: Actors, case: tuple[str, bytes]
) -> None:
    form = {"photo": upload(case[1]), "order_id": actors.add_order().order_id, "reason": "spoilage"}
    answer = client.post("/v1/claims", data=form, headers=actors.as_shop)
    assert answer.status_code == 201
    picture = client.get(answer.get_json()["photos"][0]["url"], headers=actors.as_shop)
    assert Image.open(io.BytesIO(picture.data)).format == "JPEG"


def test_one_bad_photo_among_good_ones_stores_none(client: FlaskClient, actors: Actors) -> None:
    photos = [upload(draw_photo(1)), upload(SVG, "b.jpg"), upload(draw_photo(2))]
    form = {"photo": photos, "order_id": actors.add_order().order_id, "reason": "spoilage"}
    answer = client.post("/v1/claims", data=form, headers=actors.as_shop)
    assert answer.status_code == 415
    assert stored_photos(actors.runtime) == []


def test_location_and_hidden_cargo_are_not_stored(client: FlaskClient, actors: Actors) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x010F] = "A camera maker"
    for data in (encode("RGB", "JPEG", exif=exif), polyglot()):
        form = {
            "photo": upload(data),
            "order_id": actors.add_order().order_id,
            "reason": "spoilage",
        }
        assert client.post("/v1/claims", data=form, headers=actors.as_shop).status_code == 201
    stored = b"".join(stored_photos(actors.runtime))
    assert b"camera maker" not in stored
    assert b"<script>" not in stored


def test_the_same_photo_twice_is_one_photo(client: FlaskClient, actors: Actors) -> None:
    photos = [upload(draw_photo(1)), upload(draw_photo(1), "again.jpg")]
    form = {"photo": photos, "order_id": actors.add_order().order_id, "reason": "spoilage"}
    answer = client.post("/v1/claims", data=form, headers=actors.as_shop)
    assert len(answer.get_json()["photos"]) == 1


@pytest.mark.parametrize(
    ("given", "kept"), [("../../etc/passwd", "passwd"), ("午饭.jpg", "午饭.jpg")]
)
def test_names_of_files_are_only_names(
    client: FlaskClient, actors: Actors, given: str, kept: str
) -> None:
    form = {
        "photo": upload(draw_photo(), given),
        "order_id": actors.add_order().order_id,
        "reason": "spoilage",
    }
    answer = client.post("/v1/claims", data=form, headers=actors.as_shop)
    assert answer.get_json()["photos"][0]["name"] == kept
