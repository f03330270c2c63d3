"""A customer at the claim link, in a real browser."""

from __future__ import annotations

import re

from playwright.sync_api import FilePayload, Page, expect
from sqlalchemy import func, select

from serve.claims.models import Claim
from tests.serve.actors import Actors, draw_photo
from tests.serve.browsing import DESKTOP, Site

GALLERY = "input[type=file]:not([capture])"


def photo(seed: int = 0, name: str = "") -> FilePayload:
    data = draw_photo(seed)
    return FilePayload(name=name or f"IMG_{seed}.jpg", mimeType="image/jpeg", buffer=data)


def pick(page: Page, reason: str) -> None:
    page.locator(f"label:has(input[value={reason}])").click()


def count_claims(actors: Actors) -> int:
    with actors.runtime.transaction() as session:
        return session.scalar(select(func.count()).select_from(Claim)) or 0


def test_a_late_delivery_is_answered_at_once_with_amount_and_reason(page: Page, site: Site) -> None:
    order = site.actors.add_order(late_min=45, product="凯撒沙拉")
    page.goto(site.link(order))
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator(".order")).to_contain_text("凯撒沙拉")
    expect(page.locator(".order")).to_contain_text("¥32.80")
    pick(page, "delivery")
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#standing h2")).to_have_text("已预先通过，退款 ¥16.40")
    expect(page.locator(".why")).to_contain_text("配送超过承诺时间45分钟")
    page.get_by_role("link", name="English").click()
    expect(page.locator("#standing h2")).to_have_text("Pre-approved: ¥16.40 refund")
    expect(page.locator(".why")).to_contain_text("Delivered 45 minutes after the promised time")
    page.get_by_role("button", name="Ask a human").click()
    expect(page.locator("#standing")).to_contain_text("You have asked for a person.")
    expect(page.locator("#standing")).to_contain_text("The ¥16.40 granted before stays yours.")
    expect(page.get_by_role("button", name="Ask a human")).to_have_count(0)


def test_photos_gather_and_can_be_taken_back(page: Page, site: Site) -> None:
    page.goto(site.link(site.actors.add_order()))
    field = page.locator(GALLERY)
    field.set_input_files([photo(1), photo(2)])
    field.set_input_files([photo(3)])
    expect(page.locator(".thumbs img")).to_have_count(3)
    page.get_by_role("button", name="移除照片 IMG_2.jpg").click()
    expect(page.locator(".thumbs img")).to_have_count(2)
    names = page.eval_on_selector_all(".thumbs img", "all => all.map(img => img.alt)")
    assert names == ["IMG_1.jpg", "IMG_3.jpg"]
    field.set_input_files([photo(seed) for seed in (4, 5, 6, 7)])
    expect(page.locator("#mistakes")).to_contain_text("照片太多")
    expect(page.locator(".thumbs img")).to_have_count(5)


def test_a_bad_file_is_named_and_nothing_entered_is_lost(page: Page, site: Site) -> None:
    page.goto(site.link(site.actors.add_order(), "?lang=en"))
    pick(page, "spoilage")
    page.fill("#description", "black leaves")
    bad = FilePayload(name="notes.jpg", mimeType="image/jpeg", buffer=b"these are notes")
    page.locator(GALLERY).set_input_files([photo(1), bad])
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#mistakes li")).to_have_text(
        [re.compile("notes.jpg: This is not a photo")]
    )
    expect(page.locator("input[value=spoilage]")).to_be_checked()
    expect(page.locator("#description")).to_have_value("black leaves")
    expect(page.locator(".thumbs li")).to_have_count(2)
    expect(page.get_by_role("button", name="Send")).to_be_enabled()
    assert count_claims(site.actors) == 0


def test_the_form_works_by_keyboard_alone(page: Page, site: Site) -> None:
    page.goto(site.link(site.actors.add_order(late_min=45)))
    for _ in range(3):  # skip link, language, first reason
        page.keyboard.press("Tab")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    expect(page.locator("input[value=delivery]")).to_be_checked()
    for _ in range(4):  # camera, gallery, line of text, send
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="提交")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#standing h2")).to_contain_text("¥16.40")


def test_no_page_is_wider_than_its_screen(page: Page, site: Site) -> None:
    long = "Caesar" * 15
    order = site.actors.add_order(product=long, order_id="0" * 90, late_min=45)
    claim_id = site.actors.add_claim(reason="delivery", order=order)
    for size in (DESKTOP, {"width": 320, "height": 600}):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for path in ("?new=1", f"/claims/{claim_id}", "?new=1&lang=en"):
            page.goto(site.link(order, path))
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        left, width = page.evaluate(
            "(r => [r.left, r.width])(document.querySelector('main').getBoundingClientRect())"
        )
        assert width <= 480
        assert abs(left + width / 2 - size["width"] / 2) <= 8
