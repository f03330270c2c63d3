"""The page of the API's reference, in a real Chromium."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from tests.serve.browsing import DESKTOP, PHONE, Site

ORDER = "#/Orders/post_orders_post_order"
PATIENCE_MS = 180_000
"""Swagger UI is more than a megabyte of script."""


def test_the_page_is_the_services_own(client: FlaskClient) -> None:
    page = client.get("/docs/")
    assert page.status_code == 200
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page.text)
    assert client.get("/docs").status_code in (301, 308)
    with client.get("/docs/swagger-ui-bundle.js") as script:
        assert script.status_code == 200
    assert client.get("/docs/swagger-ui.js").status_code == 404


def open_page(page: Page, site: Site, operation: str = "") -> None:
    page.goto(f"{site.address}/docs/{operation}")
    expect(page.locator(".opblock").first).to_be_visible(timeout=PATIENCE_MS)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_developer_finds_the_way_and_the_examples(page: Page, site: Site, size: object) -> None:
    page.set_viewport_size(size)  # type: ignore[arg-type]
    open_page(page, site)
    page.get_by_role("link", name="POST /v1/orders").click()
    operation = page.locator("#operations-Orders-post_orders_post_order")
    example = operation.get_by_text('"凯撒沙拉 Caesar salad"').first
    expect(example).to_be_visible(timeout=PATIENCE_MS)
    expect(operation.get_by_text("claim_link").first).to_be_visible()
    first = page.locator(".opblock-tag").first
    expect(first).to_contain_text("Orders")
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0


def test_an_order_is_tried_from_the_page(page: Page, site: Site) -> None:
    page.set_viewport_size(DESKTOP)
    open_page(page, site, ORDER)
    page.get_by_role("button", name="Authorize").first.click()
    page.locator("input[type=text]").first.fill(site.actors.shop_key)
    page.locator(".auth-container .btn.authorize").first.click()
    page.locator(".btn-done").first.click()
    operation = page.locator("#operations-Orders-post_orders_post_order")
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    answered = operation.locator(".live-responses-table td.response-col_status").last
    expect(answered).to_contain_text("201")


def test_the_head_is_accessible(page: Page, site: Site) -> None:
    """Below it is Swagger UI's own page, whose faults are not ours to mend."""
    open_page(page, site)
    found = Axe().run(page, context="header")
    assert found.response["violations"] == []
