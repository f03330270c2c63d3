"""A form whose key went with another claim can still be sent."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from playwright.sync_api import Page, Route, expect

from tests.serve.actors import Actors, draw_photo, upload
from tests.serve.browsing import Site
from tests.serve.pages.test_claiming import count_claims, pick
from tests.serve.pages.test_connection import fill_in, send
from tests.serve.pages.test_drafts import DRAFT_HAS_PHOTO, wait_for_drafts

KEY = "input[name=key]"
USED = "这份表单刚才已经提交过别的问题"


def open_twice(page: Page, site: Site) -> Page:
    """Fills a form in one tab and returns another, which has taken its draft and its key."""
    fill_in(page, site)
    wait_for_drafts(page, DRAFT_HAS_PHOTO)
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator("[data-draft]")).to_be_visible()
    assert other.locator(KEY).input_value() == page.locator(KEY).input_value()
    return other


def report_another(page: Page, site: Site) -> None:
    pick(page, "other")
    send(page)
    expect(page.locator("#mistakes")).to_contain_text(USED)
    expect(page.get_by_role("link", name="配送超时 已提交")).to_be_visible()
    expect(page.locator("input[value=other]")).to_be_checked()
    assert count_claims(site.actors) == 1
    send(page)
    expect(page.locator("#standing")).to_be_visible()
    assert count_claims(site.actors) == 2


def test_a_second_tab_reports_another_problem(page: Page, site: Site) -> None:
    other = open_twice(page, site)
    send(page)
    expect(page.locator("#standing")).to_be_visible()
    report_another(other, site)


def test_a_key_that_is_used_does_not_come_back_with_its_draft(page: Page, site: Site) -> None:
    other = open_twice(page, site)
    key = page.locator(KEY).input_value()
    link = page.url
    send(page)
    expect(page.locator("#standing")).to_be_visible()
    pick(other, "other")
    other.fill("#description", "凉了，也洒了")
    kept = DRAFT_HAS_PHOTO.replace("f.description", "f.description === '凉了，也洒了'")
    wait_for_drafts(other, kept.replace("photos.some((p) => p.list.length)", "true"))
    other.goto(f"{link}?new=1")
    expect(other.locator("[data-draft]")).to_be_visible()
    expect(other.locator("#description")).to_have_value("凉了，也洒了")
    assert other.locator(KEY).input_value() != key


def test_after_a_lost_answer_another_problem_is_reported(page: Page, site: Site) -> None:
    page.clock.install()
    fill_in(page, site)

    def lose_answer(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort()

    page.route("**/c/*", lose_answer, times=1)
    send(page)
    page.get_by_role("button", name="修改内容").click()
    assert count_claims(site.actors) == 1
    report_another(page, site)


def test_without_javascript_the_page_brings_another_key(
    client: FlaskClient, actors: Actors
) -> None:
    order = actors.add_order(late_min=45)
    link = f"/c/{actors.token_of(order)}"
    client.post(link, data={"reason": "delivery", "key": "k-1"})
    form = {"reason": "delivery", "description": "cold", "key": "k-1"}
    assert client.post(link, data=form).status_code == 303  # there is a claim to show for it
    with_photo = {"reason": "other", "key": "k-1"}
    refused = client.post(link, data={**with_photo, "photo": upload(draw_photo())})
    assert USED in refused.text
    found = re.search(r'name="key" value="([^"]+)"', refused.text)
    assert found is not None
    assert found[1] != "k-1"
    again = client.post(link, data={**with_photo, "key": found[1], "photo": upload(draw_photo())})
    assert again.status_code == 303
