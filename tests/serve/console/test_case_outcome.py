"""What the page of a case says of a verdict that was sent is what the service says of it."""

from __future__ import annotations

import uuid
from datetime import timedelta

import time_machine
from playwright.sync_api import Page, Route, expect

from serve.agents.pending import UNDO_S, give_pending
from serve.claims.models import Claim
from serve.times import utc_now
from tests.serve import findings
from tests.serve.actors import Actors
from tests.serve.browsing import Site
from tests.serve.console.desk import add_case, entered, give, open_case, send, sign_in

DRAFTS = "Object.keys(sessionStorage).filter((key) => key.startsWith('case:')).length"


def lose_answer(route: Route) -> None:
    """Lets a request reach the service, and its answer get lost on the way back."""
    if route.request.method == "GET":
        route.continue_()
    else:
        route.fetch()
        route.abort()


def decide(page: Page, keys: str = "1d") -> None:
    for key in keys:
        page.keyboard.press(key)
    send(page)


def overtake(actors: Actors, claim_id: uuid.UUID) -> None:
    """Lets the minute pass with an appeal that came meanwhile."""
    with actors.runtime.transaction() as session:
        session.get_one(Claim, claim_id).appeal = "please look again"
    with time_machine.travel(utc_now() + timedelta(seconds=UNDO_S + 1)):
        assert give_pending(actors.runtime, claim_id)


def test_a_verdict_whose_answer_was_lost_is_shown_as_in(page: Page, site: Site) -> None:
    claim_id = add_case(site.actors)
    sign_in(page, site)
    open_case(page, site, claim_id)
    page.route("**/verdict", lose_answer)
    decide(page)
    expect(page.locator("[data-sent-text]")).to_contain_text("Your verdict had come in")
    # An undoing whose answer was lost is one all the same.
    page.keyboard.press("z")
    expect(page.locator("[data-sent-text]")).to_contain_text("Undone.")
    expect(page.locator("form[data-verdict]")).to_be_visible()
    assert entered(site.actors, claim_id) is None


def test_what_was_sent_from_another_tab_is_ones_own(page: Page, site: Site) -> None:
    claim_id = add_case(site.actors)
    sign_in(page, site)
    open_case(page, site, claim_id)
    other = page.context.new_page()
    open_case(other, site, claim_id)
    decide(other)
    decide(page)
    expect(page.locator("[data-sent-text]")).to_contain_text("Your verdict had come in")


def test_a_verdict_is_given_when_the_service_says_so(page: Page, site: Site) -> None:
    claim_id = add_case(site.actors)
    sign_in(page, site)
    page.clock.install()
    open_case(page, site, claim_id)
    decide(page)
    said = page.locator("[data-sent-text]")
    expect(said).to_contain_text("Until then it can be undone")
    page.clock.run_for(61_000)
    with page.expect_response(f"**/v1/claims/{claim_id}"):
        page.clock.run_for(4_000)
    expect(said).to_have_text("The verdict is being given …")
    expect(page.get_by_role("button", name="Undo")).to_be_hidden()
    assert page.evaluate(DRAFTS) == 1
    give(site.actors, claim_id)
    page.clock.run_for(4_000)
    expect(said).to_have_text("The verdict is given.")
    assert page.evaluate(DRAFTS) == 0


def test_a_verdict_that_was_not_given_says_why_and_is_open_again(page: Page, site: Site) -> None:
    claim_id = add_case(site.actors)
    sign_in(page, site)
    page.clock.install()
    open_case(page, site, claim_id)
    page.fill("[name=note]", "kept")
    page.keyboard.press("Escape")
    decide(page)
    overtake(site.actors, claim_id)
    page.clock.run_for(61_000)
    why = "Your last verdict on this case was not given: the customer appealed since."
    expect(page.locator("[data-sent-text]")).to_have_text(why)
    expect(page.locator("[data-send]")).to_be_enabled()
    expect(page.locator("[name=note]")).to_have_value("kept")
    open_case(page, site, claim_id)
    expect(page.locator("[data-not-given]")).to_have_text(why)
    other = site.actors.add_claim(findings.CLEAN)
    open_case(page, site, other)
    expect(page.locator("[data-not-given]")).to_contain_text("was not given: the customer appealed")


def test_signing_out_leaves_no_draft_behind(page: Page, site: Site) -> None:
    claim_id = add_case(site.actors)
    sign_in(page, site)
    open_case(page, site, claim_id)
    page.fill("[name=note]", "about this customer")
    assert page.evaluate(DRAFTS) == 1
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("[name=password]")).to_be_visible()
    assert page.evaluate(DRAFTS) == 0


def test_a_verdict_is_undone_from_the_next_case(page: Page, site: Site) -> None:
    first = add_case(site.actors)
    second = site.actors.add_claim(findings.CLEAN)
    sign_in(page, site)
    open_case(page, site, first)
    page.fill("[name=note]", "kept")
    page.keyboard.press("Escape")
    decide(page)
    with page.expect_response(f"**/v1/claims/{second}/hold"):
        page.keyboard.press("Enter")
    strip = page.locator("[data-last]")
    expect(strip).to_contain_text("Last verdict")
    expect(strip).to_contain_text("counts in")
    with page.expect_response(f"**/v1/claims/{first}/hold"):
        page.keyboard.press("z")
    expect(page).to_have_url(f"{site.address}/console/cases/{first}?lang=en")
    expect(page.locator("[name=note]")).to_have_value("kept")
    assert entered(site.actors, first) is None


def test_the_next_case_says_what_became_of_the_last_verdict(page: Page, site: Site) -> None:
    first = add_case(site.actors)
    second = site.actors.add_claim(findings.CLEAN)
    sign_in(page, site)
    open_case(page, site, first)
    decide(page)
    page.clock.install()
    open_case(page, site, second)
    give(site.actors, first)
    page.clock.run_for(62_000)
    expect(page.locator("[data-last]")).to_contain_text("The verdict is given.")
    expect(page.locator("[data-last] form")).to_have_count(0)
    assert page.evaluate(DRAFTS) == 0
