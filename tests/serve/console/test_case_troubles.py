"""The page of a case when somebody else is at it, or something goes wrong."""

from __future__ import annotations

import re
import uuid

import pytest
from playwright.sync_api import Page, expect

from serve.agents.holds import holders_of, release_case, take_case
from serve.agents.schemas import VerdictIn
from serve.agents.service import give_verdict
from tests.serve.accounts.people import PASSWORD, add_person
from tests.serve.actors import Actors
from tests.serve.browsing import DESKTOP, PHONE, Site
from tests.serve.console.desk import add_case, add_sample_case, entered, open_case, send, sign_in
from tests.serve.pages.test_access import LANGUAGES, check


def holder_of(actors: Actors, claim_id: uuid.UUID) -> str | None:
    with actors.runtime.transaction() as session:
        holder = holders_of(session, [claim_id]).get(claim_id)
        return holder and holder.name


def test_a_case_is_held_while_it_is_open_and_given_back_on_leaving(page: Page, site: Site) -> None:
    claim_id = add_case(site.actors)
    sign_in(page, site)
    page.clock.install()
    open_case(page, site, claim_id)
    assert holder_of(site.actors, claim_id) == "Li Na"
    with page.expect_request(f"**/v1/claims/{claim_id}/hold") as renewed:
        page.clock.run_for(121_000)
    assert renewed.value.method == "POST"
    page.goto(f"{site.address}/console/?lang=en")
    # The queue looks again by itself, should it have been quicker than the farewell.
    expect(page.locator(".row-link")).to_have_count(1)
    expect(page.get_by_text("You have it open")).to_have_count(0)
    assert holder_of(site.actors, claim_id) is None


def test_a_case_that_somebody_else_has_open_can_only_be_read(page: Page, site: Site) -> None:
    claim_id = add_case(site.actors)
    other = add_person(site.actors, name="Wang Wei")
    with site.actors.runtime.transaction() as session:
        take_case(session, other, claim_id)
    sign_in(page, site)
    open_case(page, site, claim_id)
    expect(page.locator("[data-held]")).to_contain_text("Wang Wei has this case open until")
    expect(page.locator("[data-send]")).to_be_disabled()
    for key in ("3", "a", "b", "Control+Enter"):
        page.keyboard.press(key)
    expect(page.locator("[name=severity]:checked")).to_have_count(0)
    check(page, "held by somebody else")
    with site.actors.runtime.transaction() as session:
        release_case(session, other, claim_id)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("[data-send]")).to_be_enabled()
    expect(page.locator("[data-held]")).to_be_hidden()
    assert holder_of(site.actors, claim_id) == "Li Na"


def test_a_lost_connection_loses_nothing(page: Page, site: Site) -> None:
    claim_id = add_case(site.actors)
    sign_in(page, site)
    open_case(page, site, claim_id)
    for key in "3a":
        page.keyboard.press(key)
    page.fill("[name=note]", "half eaten")
    page.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-mistakes]")).to_contain_text("Nothing you entered is lost")
    expect(page.locator("[name=note]")).to_have_value("half eaten")
    page.context.set_offline(False)
    send(page)
    found = entered(site.actors, claim_id)
    assert found is not None
    assert found["note"] == "half eaten"


def test_a_session_that_ended_is_opened_again_with_all_that_was_entered(
    page: Page, site: Site
) -> None:
    claim_id = add_case(site.actors)
    sign_in(page, site)
    open_case(page, site, claim_id)
    for key in "4ay":
        page.keyboard.press(key)
    page.fill("[name=note]", "mould below")
    page.context.clear_cookies()
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-mistakes]")).to_contain_text("Your session has ended")
    page.get_by_role("link", name="Sign in").click()
    page.fill("[name=name]", "Li Na")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    expect(page.locator("[name=note]")).to_have_value("mould below")
    expect(page.locator("[data-send]")).to_be_enabled()
    send(page)
    found = entered(site.actors, claim_id)
    assert found is not None
    assert (found["severity"], found["amount_fen"], found["note"]) == (
        "severe",
        3280,
        "mould below",
    )


def test_a_verdict_that_comes_too_late_is_refused_in_words(page: Page, site: Site) -> None:
    claim_id = add_case(site.actors)
    sign_in(page, site)
    open_case(page, site, claim_id)
    for key in "2d":
        page.keyboard.press(key)
    with site.actors.runtime.transaction() as session:
        agent = site.actors.agent
        release_case(session, agent, claim_id)
    page.route("**/verdict", lambda route: (settle(site.actors, claim_id), route.continue_()))
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-mistakes]")).to_contain_text("has its verdict")
    expect(page.locator("[name=decision][value=decline]")).to_be_checked()


def settle(actors: Actors, claim_id: uuid.UUID) -> None:
    """Lets the one who has the case open decide it elsewhere."""
    with actors.runtime.transaction() as session:
        holder = holders_of(session, [claim_id])[claim_id]
    agent = type(actors.agent)("agent", account_id=holder.account_id)
    verdict = VerdictIn(decision="decline", severity="none")
    give_verdict(actors.runtime, agent, str(claim_id), verdict)


def test_a_stranger_to_the_console_is_sent_to_sign_in(page: Page, site: Site) -> None:
    claim_id = add_case(site.actors)
    page.goto(f"{site.address}/console/cases/{claim_id}")
    expect(page).to_have_url(re.compile("/console/login"))


def test_a_case_that_is_none_is_not_found(page: Page, site: Site) -> None:
    sign_in(page, site)
    answer = page.goto(f"{site.address}/console/cases/{uuid.uuid4()}?lang=en")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_text("There is no such case.")).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_accessible_in_its_states(page: Page, site: Site, language: str) -> None:
    claim_id = add_sample_case(site.actors)
    sign_in(page, site)
    for size in (PHONE, DESKTOP):
        for colours in ("light", "dark"):
            page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
            open_case(page, site, claim_id, language, size)
            for key in "3ay":
                page.keyboard.press(key)
            page.locator("[data-marks] rect.box").first.wait_for()
            check(page, f"case, {language}, {size['width']} px, {colours}")
    page.keyboard.press("?")
    check(page, f"keys, {language}")
    page.keyboard.press("?")
    page.fill("[name=amount]", "x")
    page.keyboard.press("Control+Enter")
    check(page, f"a mistake, {language}")
    page.fill("[name=amount]", "1")
    send(page)
    check(page, f"sent, {language}")
