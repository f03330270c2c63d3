"""A page that changes by itself takes nothing from under a customer's hands."""

from __future__ import annotations

import uuid

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from serve.agents.schemas import VerdictIn
from serve.agents.service import give_verdict
from tests.serve.actors import Actors
from tests.serve.browsing import Site
from tests.serve.pages.states import STATES

POLL_MS = 21_000
WORDS = "#appeal-text"


def decide(actors: Actors, claim_id: str) -> None:
    verdict = VerdictIn(decision="approve", severity="minor", amount_fen=700, note="")
    give_verdict(actors.runtime, actors.agent, claim_id, verdict)


def open_asked(page: Page, site: Site) -> str:
    """Opens the page of a claim that a person looks at, and returns its id."""
    order = site.actors.add_order()
    STATES["asked"](site.actors, order)
    page.clock.install()
    page.goto(site.link(order))
    expect(page.locator("#standing h2")).to_have_text("已转人工查看")
    return page.url.rsplit("/", 1)[1]


@pytest.mark.parametrize("typed", ["发霉的地方在底部", ""], ids=["typed", "focused"])
def test_news_wait_while_a_field_is_in_use(page: Page, site: Site, typed: str) -> None:
    claim_id = open_asked(page, site)
    page.focus(WORDS)
    if typed:
        page.fill(WORDS, typed)
        page.locator(WORDS).blur()
    decide(site.actors, claim_id)
    page.clock.run_for(POLL_MS)
    expect(page.locator("#news")).to_contain_text("有新进展")
    expect(page.locator(WORDS)).to_have_value(typed)
    page.clock.run_for(POLL_MS)
    expect(page.locator("#news button")).to_have_count(1)
    page.get_by_role("button", name="查看").click()
    expect(page.locator("#standing h2")).to_contain_text("已处理，退款")


def test_news_show_by_themselves_where_nothing_is_in_use(page: Page, site: Site) -> None:
    claim_id = open_asked(page, site)
    decide(site.actors, claim_id)
    page.clock.run_for(POLL_MS)
    expect(page.locator("#standing h2")).to_contain_text("已处理，退款")


def test_a_notice_is_said_once(page: Page, site: Site) -> None:
    order = site.actors.add_order(late_min=45)
    site.actors.add_claim(reason="delivery", order=order)
    page.goto(site.link(order, "?lang=en"))
    page.get_by_role("button", name="Ask a human").click()
    note = page.locator("p.note[role=status]")
    expect(note).to_have_text("A person will look. You need not do anything else.")
    page.wait_for_url(lambda url: "notice" not in url)
    assert page.url.endswith("?lang=en")
    page.reload()
    expect(page.locator("#standing")).to_be_visible()
    expect(note).to_have_count(0)


@pytest.mark.parametrize("notice", ["asked", "explained", "rated", "<b>"])
def test_an_address_cannot_say_what_is_not_so(
    client: FlaskClient, actors: Actors, notice: str
) -> None:
    order = actors.add_order(late_min=45)
    claim_id: uuid.UUID = actors.add_claim(reason="delivery", order=order)
    address = f"/c/{actors.token_of(order)}/claims/{claim_id}?notice={notice}"
    assert 'class="note"' not in client.get(address).text
