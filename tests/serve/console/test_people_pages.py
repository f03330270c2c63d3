"""The pages about accounts in a real browser: everybody can use them, on phone and desktop."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from serve.accounts.sign_ins import set_disabled
from serve.privacy.service import OPERATOR, note_access
from tests.serve import findings
from tests.serve.accounts.people import PASSWORD, add_person
from tests.serve.browsing import DESKTOP, PHONE, Site
from tests.serve.pages.test_access import check

SCREENS = os.environ.get("CONSOLE_SCREENS")
SIZES = {"phone": PHONE, "desktop": DESKTOP}


@pytest.fixture
def admin(page: Page, site: Site) -> None:
    """An admin who is signed in, and a house with somebody of every kind."""
    add_person(site.actors, "admin", "孙丽")
    lead = add_person(site.actors, "lead", "Wang Wei")
    gone = add_person(site.actors, "agent", "Zhao Min")
    claim_id = site.actors.add_claim(findings.CLEAN)
    with site.actors.runtime.transaction() as session:
        from serve.accounts.service import get_account

        assert gone.account_id
        set_disabled(session, get_account(session, gone.account_id), disabled=True)
        note_access(session, lead.name, claim_id, "a" * 64, "view")
        note_access(session, OPERATOR, claim_id, "a" * 64, "export")
    page.goto(f"{site.address}/console/people")
    page.get_by_label("用户名").fill("孙丽")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="人员与商家")).to_be_visible()


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.usefixtures("admin")
def test_the_pages_are_accessible_in_both_languages_and_sizes(
    page: Page, site: Site, colours: str
) -> None:
    page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
    page.get_by_role("link", name="Wang Wei").click()
    person = page.url.partition("?")[0]
    page.goto(f"{site.address}/console/people")
    page.get_by_role("link", name="a shop").click()
    shop = page.url.partition("?")[0]
    people, looks = f"{site.address}/console/people", f"{site.address}/console/looks"
    addresses = {"people": people, "person": person, "shop": shop, "looks": looks}
    for name, address in addresses.items():
        for language in ("zh-CN", "en"):
            for size, viewport in SIZES.items():
                page.set_viewport_size(viewport)
                page.goto(f"{address}?lang={language}")
                check(page, f"{name}, {language}, {size}, {colours}")
                width = page.evaluate("document.documentElement.scrollWidth")
                assert width <= viewport["width"], f"{name}, {language}, {size}"
                shoot(page, f"{name}-{language}-{size}-{colours}")


@pytest.mark.usefixtures("admin")
def test_an_admin_adds_a_person_by_keyboard_and_shuts_them_out(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/console/people?lang=en")
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.type("Qian Bo")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    told = page.get_by_role("status").filter(has_text="The new password of Qian Bo")
    password = told.locator("code").inner_text()
    assert re.fullmatch(r"(\w{4}-){3}\w{4}", password)
    check(page, "password shown")
    shoot(page, "person-added-en")
    page.get_by_role("link", name="Qian Bo").click()
    expect(page.get_by_label("Role")).to_have_value("lead")
    page.get_by_role("button", name="Disable").click()
    expect(page.get_by_role("status")).to_have_text("The account is disabled.")
    page.get_by_role("button", name="Enable").click()
    page.get_by_role("button", name="Issue a key").click()
    expect(page.locator(".once code")).to_contain_text("fc_")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Name").fill("Qian Bo")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Signed in: Qian Bo (lead)")).to_be_visible()


def shoot(page: Page, name: str) -> None:
    if SCREENS:
        page.screenshot(path=Path(SCREENS) / f"{name}.png", full_page=True)
