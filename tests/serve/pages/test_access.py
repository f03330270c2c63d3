"""Pages that everybody can use: axe-core finds nothing serious on any of them."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.serve.browsing import DESKTOP, PHONE, Site
from tests.serve.pages.states import SAMPLES, STATES
from tests.serve.pages.test_claiming import GALLERY

LANGUAGES = ("zh-CN", "en")


def check(page: Page, where: str) -> None:
    """Fails on findings that keep people out; notes on style are not asked for."""
    found = Axe().run(page).response["violations"]
    grave = [
        f"{where}: {finding['id']}: {finding['help']}: {node['html'][:200]}"
        for finding in found
        if finding["impact"] in ("serious", "critical")
        for node in finding["nodes"]
    ]
    assert not grave, "\n".join(grave)


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_accessible(page: Page, site: Site, state: str) -> None:
    order = site.actors.add_order(product="凯撒沙拉")
    STATES[state](site.actors, order)
    for language in LANGUAGES:
        for size in (PHONE, DESKTOP):
            page.set_viewport_size(size)
            page.goto(site.link(order, f"?lang={language}"))
            expect(page.locator("html.scripted")).to_be_attached()
            check(page, f"{state}, {language}, {size['width']} px")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_a_filled_form_and_its_troubles_are_accessible(
    page: Page, site: Site, language: str, colours: str
) -> None:
    page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
    page.goto(site.link(site.actors.add_order(), f"?lang={language}"))
    page.locator("label:has(input[value=spoilage])").click()
    page.locator(GALLERY).set_input_files([SAMPLES / "bento_blurred.jpg"] * 1)
    expect(page.locator(".doubt")).to_be_visible()
    page.context.set_offline(True)
    page.locator("form button[type=submit]").click()
    expect(page.locator(".sending.lost")).to_be_visible()
    check(page, "offline")
    page.context.set_offline(False)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/", "/policy", "/c/nonsense"])
def test_pages_around_the_claim_are_accessible(
    page: Page, site: Site, path: str, language: str
) -> None:
    page.goto(f"{site.address}{path}?lang={language}")
    check(page, path)


def test_a_dark_screen_shows_a_claim_as_well(page: Page, site: Site) -> None:
    page.emulate_media(color_scheme="dark")
    for state in ("food_safety", "resolved"):
        order = site.actors.add_order()
        STATES[state](site.actors, order)
        page.goto(site.link(order))
        check(page, f"{state}, dark")
