"""Photos are gathered, and told when they are of no use."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from model.photo import read_photo
from model.quality import find_problems
from tests.serve.actors import draw_photo
from tests.serve.browsing import Site
from tests.serve.pages.states import SAMPLES
from tests.serve.pages.test_claiming import GALLERY, count_claims, pick

DOUBTS = {"blurred": "模糊", "too_dark": "太暗", "too_bright": "过亮", "too_small": "太小"}


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


def test_a_file_that_is_no_photo_is_told_before_it_is_sent(
    page: Page, site: Site, tmp_path: Path
) -> None:
    """A photo that the browser cannot show, HEIC in most, is not doubted."""
    page.goto(site.link(site.actors.add_order(), "?lang=en"))
    (tmp_path / "list.jpg").write_text("salad, bento", "utf-8")
    (tmp_path / "new.heic").write_bytes(b"\0\0\0\x18ftypheic" + bytes(20))
    page.locator(GALLERY).set_input_files([tmp_path / "list.jpg", tmp_path / "new.heic"])
    first, second = (page.locator(".thumbs li").nth(place) for place in (0, 1))
    expect(first.locator(".doubt")).to_contain_text("This is not a photo")
    expect(second).to_contain_text("new.heic")
    expect(second.locator(".doubt")).to_have_count(0)


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


def test_a_photo_that_is_deleted_once_chosen_is_sent_all_the_same(
    page: Page, site: Site, tmp_path: Path
) -> None:
    file = Path(shutil.copy(SAMPLES / "salad_dark.jpg", tmp_path / "dark.jpg"))
    page.goto(site.link(site.actors.add_order(late_min=45)))
    pick(page, "delivery")
    page.locator(GALLERY).set_input_files(file)
    expect(page.locator(".doubt")).to_be_visible()
    file.unlink()
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#standing")).to_be_visible()
    expect(page.locator(".evidence img")).to_have_count(1)


def test_a_photo_that_cannot_be_read_is_named(page: Page, site: Site, tmp_path: Path) -> None:
    """As when the gallery's file is gone, or its cloud is out of reach."""
    file = tmp_path / "cloud.jpg"
    file.write_bytes(draw_photo(1))

    def lose_file(route: Route) -> None:
        file.unlink()
        route.continue_()

    page.route("**/worker.js", lose_file)
    page.goto(site.link(site.actors.add_order(late_min=45)))
    pick(page, "delivery")
    page.locator(GALLERY).set_input_files(file)
    expect(page.locator(".doubt")).to_have_text("读不到这张照片，请移除后重新选择")
    send = page.get_by_role("button", name="提交")
    send.click()
    expect(page.locator("#mistakes li")).to_have_text(
        ["cloud.jpg：读不到这张照片，请移除后重新选择"]
    )
    expect(page.locator(".sending")).to_be_hidden()
    assert count_claims(site.actors) == 0
    page.get_by_role("button", name="移除照片 cloud.jpg").click()
    send.click()
    expect(page.locator("#standing")).to_be_visible()
