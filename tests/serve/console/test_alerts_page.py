"""The page of alerts in a real browser: closing one by keyboard, access for everybody."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.serve.accounts.people import PASSWORD, add_person
from tests.serve.board import open_alerts
from tests.serve.browsing import DESKTOP, PHONE, Site
from tests.serve.console.test_alerts import fill
from tests.serve.pages.test_access import check

SCREENS = os.environ.get("CONSOLE_SCREENS")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_an_alert_is_closed_with_the_keyboard(page: Page, site: Site, language: str) -> None:
    fill(site.actors)
    add_person(site.actors, "lead", "周主管")
    page.goto(f"{site.address}/console/login?lang={language}")
    page.locator("#name").fill("周主管")
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator(".menu a[href*='/console/alerts']").click()
    (cluster,) = open_alerts(site.actors, "batch_cluster")
    for colours in ("light", "dark"):
        page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
        for size, viewport in (("desktop", DESKTOP), ("phone", PHONE)):
            page.set_viewport_size(viewport)
            check(page, f"alerts, {language}, {colours}, {size}")
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= viewport["width"], size
            shoot(page, f"alerts-{language}-{size}-{colours}")
    page.locator(f"#close-{cluster['id']}").focus()
    page.keyboard.press("Enter")
    check(page, f"closing, {language}")
    shoot(page, f"alerts-closing-{language}")
    page.keyboard.press("Tab")
    page.keyboard.type("called")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_be_visible()
    expect(page.locator(f"#alert-{cluster['id']}")).to_have_count(0)
    page.goto(f"{site.address}/console/alerts?show=closed&lang={language}")
    expect(page.locator(f"#alert-{cluster['id']}")).to_contain_text("called")
    check(page, f"closed, {language}")
    shoot(page, f"alerts-closed-{language}")
    page.goto(f"{site.address}/console/dashboard?lang={language}")
    shoot(page, f"dashboard-{language}")


def shoot(page: Page, name: str) -> None:
    if SCREENS:
        page.screenshot(path=Path(SCREENS) / f"{name}.png", full_page=True)
