"""Signing in, in a real browser, with the keyboard alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.serve.accounts.people import PASSWORD, add_person
from tests.serve.browsing import Site

SCREENS = os.environ.get("CONSOLE_SCREENS")


def test_a_person_signs_in_and_out_by_keyboard(page: Page, site: Site) -> None:
    add_person(site.actors, name="李娜")
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{site.address}/console/")
    expect(page.get_by_label("用户名")).to_be_focused()
    shoot(page, "login_zh_360")
    page.keyboard.type("李娜")
    page.keyboard.press("Tab")
    page.keyboard.type("wrong password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("用户名或密码不正确")
    expect(page.get_by_label("用户名")).to_have_value("李娜")
    expect(page.get_by_label("密码")).to_be_focused()
    shoot(page, "login_wrong_zh_360")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="待办队列")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    shoot(page, "home_zh_360")
    page.get_by_role("button", name="退出登录").press("Enter")
    expect(page.get_by_role("status")).to_have_text("您已退出登录。")
    page.goto(f"{site.address}/console/")
    expect(page.get_by_label("用户名")).to_be_visible()


def test_a_person_changes_the_password(page: Page, site: Site) -> None:
    add_person(site.actors)
    page.goto(f"{site.address}/console/password?lang=en")
    page.get_by_label("Name").fill("Li Na")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_label("New password", exact=True).fill("another long one")
    page.get_by_label("New password once more").fill("another long one")
    shoot(page, "password_en")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("status")).to_have_text("The password is changed.")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_page_says_its_language_and_switches(page: Page, site: Site, language: str) -> None:
    page.goto(f"{site.address}/console/login?lang={language}")
    assert page.locator("html").get_attribute("lang") == language
    page.locator(".switch").click()
    assert page.locator("html").get_attribute("lang") != language
    shoot(page, f"login_from_{language}")


def shoot(page: Page, name: str) -> None:
    if SCREENS:
        page.screenshot(path=Path(SCREENS) / f"{name}.png", full_page=True)
