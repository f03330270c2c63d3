"""Where a photo was taken never gets further than the door; when it was taken stays."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable

import pillow_heif
import pytest
from flask.testing import FlaskClient
from PIL import Image, PngImagePlugin
from PIL.TiffImagePlugin import IFDRational

from tests.serve.actors import Actors, draw_photo, upload

TAKEN = {0x9003: "2026:11:01 12:34:56", 0x9011: "+08:00"}
EXIF_IFD, GPS_IFD = 0x8769, 0x8825
LATITUDE = 31234567
WRITTEN = b"31,14.0740N"
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-'
    b'syntax-ns#"><rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="'
    + WRITTEN
    + b'"/></rdf:RDF></x:xmpmeta>'
)


def _say_where_and_when() -> Image.Exif:
    exif = Image.Exif()
    exif[EXIF_IFD] = TAKEN
    exif[GPS_IFD] = {1: "N", 2: (IFDRational(LATITUDE, 1_000_000), 0.0, 0.0)}
    return exif


def _draw() -> Image.Image:
    return Image.open(io.BytesIO(draw_photo())).convert("RGB")


def take_jpeg() -> bytes:
    out = io.BytesIO()
    _draw().save(out, "JPEG", exif=_say_where_and_when(), xmp=XMP, comment=WRITTEN)
    return out.getvalue()


def take_heic() -> bytes:
    out = io.BytesIO()
    pillow_heif.from_pillow(_draw()).save(out, exif=_say_where_and_when().tobytes(), xmp=XMP)
    return out.getvalue()


def take_png() -> bytes:
    out, texts = io.BytesIO(), PngImagePlugin.PngInfo()
    texts.add_text("Location", WRITTEN.decode())
    texts.add_text("Raw profile type exif", WRITTEN.decode())
    texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
    _draw().save(out, "PNG", exif=_say_where_and_when(), pnginfo=texts)
    return out.getvalue()


def take_webp() -> bytes:
    out = io.BytesIO()
    _draw().save(out, "WEBP", exif=_say_where_and_when(), xmp=XMP)
    return out.getvalue()


TAKEN_BY: dict[str, Callable[[], bytes]] = {
    "IMG.jpg": take_jpeg,
    "IMG.heic": take_heic,
    "IMG.png": take_png,
    "IMG.webp": take_webp,
}


def _open(data: bytes) -> Image.Image:
    heic = data[4:8] == b"ftyp"
    return pillow_heif.HeifImageFile(io.BytesIO(data)) if heic else Image.open(io.BytesIO(data))


def says_where(data: bytes) -> bool:
    """Whether a photo says where it was taken, in its metadata or in any corner of the file."""
    numbers = [struct.pack(form, LATITUDE) for form in ("<I", ">I")]
    hidden = any(number in data for number in numbers) or WRITTEN in data
    return hidden or bool(_open(data).getexif().get_ifd(GPS_IFD))


def says_when(data: bytes) -> bool:
    return bool(_open(data).getexif().get_ifd(EXIF_IFD) == TAKEN)


@pytest.mark.parametrize("name", TAKEN_BY)
def test_a_customers_photo_keeps_its_time_and_loses_its_place(
    client: FlaskClient, actors: Actors, name: str
) -> None:
    photo, order = TAKEN_BY[name](), actors.add_order()
    assert says_where(photo)
    assert says_when(photo)
    form = {"photo": upload(photo, name), "reason": "spoilage"}
    link = f"/v1/claims?token={actors.token_of(order)}"
    claim = client.post(link, data=form).get_json()
    (kept,) = claim["photos"]
    stored = actors.runtime.photos.get(kept["sha256"])
    assert not says_where(stored)
    assert says_when(stored)
    for headers in (actors.as_agent, actors.as_shop):
        path = f"/v1/claims/{claim['id']}/photos/{kept['sha256']}"
        shown = client.get(path, headers=headers)
        assert shown.status_code == 200
        assert not says_where(shown.data)


def test_photos_from_the_page_and_added_later_lose_it_too(
    client: FlaskClient, actors: Actors
) -> None:
    order = actors.add_order()
    form = {"photo": upload(take_jpeg(), "a.jpg"), "reason": "spoilage"}
    assert client.post(f"/c/{actors.token_of(order)}", data=form).status_code == 303
    claims = client.get("/v1/claims", headers=actors.as_agent).get_json()["claims"]
    path = f"/v1/claims/{claims[0]['id']}/photos?token={actors.token_of(order)}"
    more = client.post(path, data={"photo": upload(take_heic(), "b.heic")}).get_json()
    assert len(more["photos"]) == 2
    for photo in more["photos"]:
        stored = actors.runtime.photos.get(photo["sha256"])
        assert not says_where(stored)
        assert says_when(stored)


@pytest.mark.parametrize("name", TAKEN_BY)
def test_a_packing_photo_keeps_its_time_and_loses_its_place(
    client: FlaskClient, actors: Actors, name: str
) -> None:
    path = f"/v1/orders/{actors.add_order().order_id}/packing-photo"
    form = {"photo": upload(TAKEN_BY[name](), name)}
    answer = client.put(path, data=form, headers=actors.as_shop)
    assert answer.status_code == 200, answer.text
    stored = actors.runtime.photos.get(answer.get_json()["packing_photo"])
    assert not says_where(stored)
    assert says_when(stored)
