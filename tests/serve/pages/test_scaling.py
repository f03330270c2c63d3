"""Photos on their way: scaled down beside the page, their time kept, everything else left out."""

from __future__ import annotations

import base64
import io

import cv2
import numpy as np
import pillow_heif
import pytest
from apiflask import APIFlask
from flask import request
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from model.exif import KeptFacts, read_facts
from model.photo import read_photo
from serve.claims.models import ClaimPhoto
from tests.serve.browsing import Site
from tests.serve.pages.states import SAMPLES
from tests.serve.pages.test_claiming import GALLERY, pick

TAKEN = KeptFacts(taken="2026:11:20 12:34:56", utc_offset="+08:00")
ORIENTATION, EXIF_IFD, GPS_IFD, MAKE = 0x0112, 0x8769, 0x8825, 0x010F


def take_picture(
    width_px: int, height_px: int, *, turned: bool = False, kind: str = "JPEG"
) -> bytes:
    """Returns a file as a phone stores it: with time, place and maker, perhaps on its side."""
    tiles = np.random.default_rng(7).integers(0, 255, (60, 80, 3), np.uint8)
    large = cv2.resize(tiles, (width_px, height_px), interpolation=cv2.INTER_NEAREST)
    exif = Image.Exif()
    exif[MAKE] = "Some Phone"
    exif[ORIENTATION] = 6 if turned else 1
    exif[EXIF_IFD] = {0x9003: TAKEN.taken, 0x9011: TAKEN.utc_offset}
    exif[GPS_IFD] = {1: "N", 2: (31.0, 13.0, 49.0)}
    file = io.BytesIO()
    Image.fromarray(large).save(file, kind, quality=95, exif=exif)
    return file.getvalue()


@pytest.fixture
def bodies(app: APIFlask) -> list[bytes]:
    """The bodies that reach the server, as they came."""
    kept: list[bytes] = []
    app.before_request(
        lambda: kept.append(request.get_data()) if request.method == "POST" else None
    )
    return kept


def send(page: Page, site: Site, bodies: list[bytes], data: bytes) -> bytes:
    """Returns the photo that reached the server."""
    page.goto(site.link(site.actors.add_order(late_min=45)))
    expect(page.locator("form[data-ready]")).to_be_attached()
    pick(page, "delivery")
    payload = FilePayload(name="IMG.jpg", mimeType="image/jpeg", buffer=data)
    page.locator(GALLERY).set_input_files([payload])
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#standing")).to_be_visible()
    begin = bodies[-1].index(b"\r\n\r\n", bodies[-1].index(b'name="photo"')) + 4
    return bodies[-1][begin : bodies[-1].index(b"\r\n------", begin)]


def facts_of(jpeg: bytes) -> KeptFacts:
    return read_facts(jpeg[jpeg.index(b"Exif\0\0") + 6 :])


def test_a_large_photo_is_sent_smaller_upright_and_with_its_time(
    page: Page, site: Site, bodies: list[bytes]
) -> None:
    original = take_picture(4000, 3000, turned=True)
    sent = send(page, site, bodies, original)
    assert len(sent) < len(original)
    with Image.open(io.BytesIO(sent)) as picture:
        assert picture.size == (1536, 2048)
        assert dict(picture.getexif()).keys() == {EXIF_IFD}
    assert facts_of(sent) == TAKEN
    small = cv2.resize(read_photo(sent).bgr, (300, 400), interpolation=cv2.INTER_AREA)
    before = cv2.resize(read_photo(original).bgr, (300, 400), interpolation=cv2.INTER_AREA)
    assert np.abs(small.astype(int) - before).mean() < 12


def test_a_photo_weighs_little_on_its_way(page: Page, site: Site, bodies: list[bytes]) -> None:
    """So little that all of it may go again after a lost connection."""
    sample = cv2.imread(str(SAMPLES / "bento_mould.jpg"))
    large = cv2.resize(sample, (4000, 3000), interpolation=cv2.INTER_CUBIC).astype(np.int16)
    large += np.random.default_rng(1).normal(0, 10, large.shape).astype(np.int16)
    photo = bytes(cv2.imencode(".jpg", large.clip(0, 255).astype(np.uint8))[1])
    assert len(photo) > 4_000_000
    assert len(send(page, site, bodies, photo)) < 700_000


def test_the_server_keeps_the_time_of_a_photo_scaled_down(
    page: Page, site: Site, bodies: list[bytes]
) -> None:
    send(page, site, bodies, take_picture(3000, 2400))
    with site.actors.runtime.transaction() as session:
        (photo,) = session.query(ClaimPhoto)
        assert facts_of(site.actors.runtime.photos.get(photo.sha256)) == TAKEN


def test_a_small_photo_is_sent_as_it_is(page: Page, site: Site, bodies: list[bytes]) -> None:
    original = take_picture(2000, 1500)
    assert len(original) < 1_500_000
    assert send(page, site, bodies, original) == original


@pytest.mark.parametrize("kind", ["WEBP", "AVIF", "PNG"])
def test_whatever_the_browser_opens_is_scaled_down_and_keeps_its_time(
    page: Page, site: Site, bodies: list[bytes], kind: str
) -> None:
    sent = send(page, site, bodies, take_picture(2400, 1800, kind=kind))
    with Image.open(io.BytesIO(sent)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (2048, 1536))
    assert facts_of(sent) == TAKEN


def test_a_large_picture_of_few_bytes_is_scaled_down_too(
    page: Page, site: Site, bodies: list[bytes]
) -> None:
    file = io.BytesIO()
    Image.new("RGB", (4000, 3000), (90, 140, 60)).save(file, "WEBP", lossless=True)
    sent = send(page, site, bodies, file.getvalue())
    assert len(sent) > len(file.getvalue())
    with Image.open(io.BytesIO(sent)) as picture:
        assert picture.size == (2048, 1536)
    assert b"Exif" not in sent


def read_in_page(page: Page, site: Site, data: bytes) -> dict[str, str]:
    """Returns what the page's own code reads from a file."""
    page.goto(f"{site.address}/policy")
    facts: dict[str, str] = page.evaluate(
        """async (text) => {
          const { readFacts } = await import("/pages/metadata.js");
          return readFacts(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
        }""",
        base64.b64encode(data).decode(),
    )
    return facts


def test_a_heic_file_says_when_it_was_taken(page: Page, site: Site) -> None:
    """Safari opens HEIC; the browser of these tests does not, so its reader alone is asked."""
    exif = Image.Exif()
    exif[EXIF_IFD] = {0x9003: TAKEN.taken, 0x9011: TAKEN.utc_offset}
    heif = pillow_heif.from_pillow(Image.new("RGB", (64, 64), "green"))
    file = io.BytesIO()
    heif.save(file, exif=exif.tobytes())
    facts = {"taken": TAKEN.taken, "offset": TAKEN.utc_offset}
    assert read_in_page(page, site, file.getvalue()) == facts


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"*",
        b"II*",
        b"II*\0\xff\xff\xff\xff",
        b"\0MM\0*\0\0\0\x08\xff\xff" + bytes(40),
        take_picture(300, 200)[:90],
    ],
    ids=["nothing", "star", "cut", "far", "many", "cut photo"],
)
def test_a_damaged_file_says_nothing(page: Page, site: Site, data: bytes) -> None:
    assert read_in_page(page, site, data) == {"taken": "", "offset": ""}


def test_a_mark_of_origin_keeps_no_photo_large(page: Page, site: Site, bodies: list[bytes]) -> None:
    """The server cuts such marks out before anything reads them."""
    original = take_picture(3000, 2400)
    note = b'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta TC260:AIGC="1"/>'
    marked = original[:2] + b"\xff\xe1" + (len(note) + 2).to_bytes(2, "big") + note + original[2:]
    with Image.open(io.BytesIO(send(page, site, bodies, marked))) as picture:
        assert picture.size == (2048, 1638)


def test_what_the_browser_cannot_open_is_sent_as_it_is(
    page: Page, site: Site, bodies: list[bytes]
) -> None:
    page.goto(site.link(site.actors.add_order(late_min=45)))
    pick(page, "delivery")
    heic = b"\0\0\0\x18ftypheic" + bytes(100)
    payload = FilePayload(name="IMG.heic", mimeType="image/heic", buffer=heic)
    page.locator(GALLERY).set_input_files([payload])
    expect(page.locator(".thumb")).to_contain_text("IMG.heic")
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#mistakes")).to_contain_text("IMG.heic")
    assert heic in bodies[-1]


NOTE_HEAVY_WORK = """
  window.heavy = [];
  const note = (owner, name) => {
    const before = owner[name];
    owner[name] = function (...values) { heavy.push(name); return before.apply(this, values); };
  };
  note(window, "createImageBitmap");
  note(HTMLCanvasElement.prototype, "getContext");
  note(OffscreenCanvas.prototype, "getContext");
  note(Blob.prototype, "arrayBuffer");
"""


def test_the_page_stays_responsive_while_photos_are_prepared(page: Page, site: Site) -> None:
    """Decoding, drawing and judging all happen beside the page."""
    page.add_init_script(NOTE_HEAVY_WORK)
    page.goto(site.link(site.actors.add_order()))
    data = (SAMPLES / "salad_dark.jpg").read_bytes()
    files = [FilePayload(name=f"{n}.jpg", mimeType="image/jpeg", buffer=data) for n in range(2)]
    page.locator(GALLERY).set_input_files(files)
    expect(page.locator(".doubt")).to_have_count(2)  # both are done
    assert page.evaluate("heavy") == []


def test_without_a_worker_the_page_prepares_photos_itself(
    page: Page, site: Site, bodies: list[bytes]
) -> None:
    page.add_init_script(f"delete window.Worker; {NOTE_HEAVY_WORK}")
    sent = send(page, site, bodies, take_picture(3000, 2400))
    with Image.open(io.BytesIO(sent)) as picture:
        assert picture.size == (2048, 1638)
