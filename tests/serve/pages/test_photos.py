"""Photos on their way: scaled down, their time kept, and told when they are of no use."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from apiflask import APIFlask
from flask import request
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, expect

from model.exif import KeptFacts, read_facts
from model.photo import read_photo
from model.quality import find_problems
from serve.claims.models import ClaimPhoto
from tests.serve.browsing import Site
from tests.serve.pages.test_claiming import GALLERY, pick

SAMPLES = Path(__file__).resolve().parents[3] / "datasets" / "rendered" / "photos"
TAKEN = KeptFacts(taken="2026:11:20 12:34:56", utc_offset="+08:00")
ORIENTATION, EXIF_IFD, GPS_IFD, MAKE = 0x0112, 0x8769, 0x8825, 0x010F
DOUBTS = {"blurred": "模糊", "too_dark": "太暗", "too_bright": "过亮", "too_small": "太小"}


def take_picture(width_px: int, height_px: int, *, turned: bool = False) -> bytes:
    """Returns a JPEG as a phone stores it: with time, place and maker, perhaps on its side."""
    tiles = np.random.default_rng(7).integers(0, 255, (60, 80, 3), np.uint8)
    large = cv2.resize(tiles, (width_px, height_px), interpolation=cv2.INTER_NEAREST)
    exif = Image.Exif()
    exif[MAKE] = "Some Phone"
    exif[ORIENTATION] = 6 if turned else 1
    exif[EXIF_IFD] = {0x9003: TAKEN.taken, 0x9011: TAKEN.utc_offset}
    exif[GPS_IFD] = {1: "N", 2: (31.0, 13.0, 49.0)}
    file = io.BytesIO()
    Image.fromarray(large).save(file, "JPEG", quality=95, exif=exif)
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


def test_a_mark_of_origin_is_not_lost(page: Page, site: Site, bodies: list[bytes]) -> None:
    original = take_picture(3000, 2400)
    note = b'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta TC260:AIGC="1"/>'
    marked = original[:2] + b"\xff\xe1" + (len(note) + 2).to_bytes(2, "big") + note + original[2:]
    assert send(page, site, bodies, marked) == marked


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


def test_the_page_stays_responsive_while_photos_are_prepared(page: Page, site: Site) -> None:
    page.goto(site.link(site.actors.add_order()))
    workers = []
    page.on("worker", lambda worker: workers.append(worker))
    data = take_picture(4000, 3000)
    files = [FilePayload(name=f"{n}.jpg", mimeType="image/jpeg", buffer=data) for n in range(2)]
    page.locator(GALLERY).set_input_files(files)
    page.fill("#description", "还能输入")
    expect(page.locator(".thumbs img")).to_have_count(2)
    assert [worker.url.rsplit("/", 1)[1] for worker in workers] == ["worker.js"]


@pytest.mark.parametrize(
    "name",
    ["salad_dark", "bento_blurred", "salad_mould", "bento_clean_slate", "salad_clean_clearbox"],
)
def test_the_page_judges_a_photo_as_the_server_does(page: Page, site: Site, name: str) -> None:
    path = SAMPLES / f"{name}.jpg"
    page.goto(site.link(site.actors.add_order()))
    page.locator(GALLERY).set_input_files(path)
    # Photos are prepared in turn: what is said of the second is said after the first.
    page.locator(GALLERY).set_input_files(SAMPLES / "salad_dark.jpg" if "dark" not in name else [])
    problems = find_problems(read_photo(path.read_bytes()))
    if "dark" not in name:
        expect(page.locator(".thumbs li").nth(1).locator(".doubt")).to_contain_text("太暗")
    doubt = page.locator(".thumbs li").nth(0).locator(".doubt")
    if problems:
        expect(doubt).to_contain_text(DOUBTS[problems[0]])
    else:
        expect(doubt).to_have_count(0)


def test_a_doubtful_photo_may_be_sent_anyway(page: Page, site: Site) -> None:
    page.goto(site.link(site.actors.add_order(late_min=45), "?lang=en"))
    pick(page, "delivery")
    page.locator(GALLERY).set_input_files(SAMPLES / "bento_blurred.jpg")
    expect(page.locator(".doubt")).to_have_text("Looks blurred: better take another one")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#standing h2")).to_contain_text("¥16.40")


def test_photos_come_from_camera_and_gallery_and_go_by_keyboard(page: Page, site: Site) -> None:
    page.goto(site.link(site.actors.add_order()))
    camera = page.locator("input[capture=environment]")
    expect(camera).to_be_visible()
    camera.set_input_files(SAMPLES / "salad_mould.jpg")
    page.locator(GALLERY).set_input_files(SAMPLES / "salad_hair.jpg")
    expect(page.locator(".thumbs li")).to_have_count(2)
    page.get_by_role("button", name="移除照片 salad_mould.jpg").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".thumbs li")).to_have_count(1)
    expect(page.get_by_role("button", name="移除照片 salad_hair.jpg")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".thumbs")).to_be_hidden()
    expect(camera).to_be_focused()


def test_a_screen_without_touch_offers_files_alone(browser: Browser, site: Site) -> None:
    desk = browser.new_page()
    desk.goto(site.link(site.actors.add_order()))
    expect(desk.locator("form[data-ready]")).to_be_attached()
    expect(desk.locator(GALLERY)).to_be_visible()
    expect(desk.locator("input[capture]")).to_be_hidden()
    desk.close()
