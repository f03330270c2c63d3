"""The queue in a real browser: keys, quiet news, access for everybody."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import Page, expect

from serve.accounts.cookies import COOKIE
from serve.accounts.service import Caller, get_account
from serve.accounts.sign_ins import start_sign_in
from serve.agents.handover import hand_over
from serve.agents.holds import take_case
from serve.agents.pending import UNDO_S, enter_verdict, give_due_verdicts
from serve.agents.schemas import VerdictIn
from serve.agents.service import give_verdict
from serve.times import utc_now
from tests.serve import findings
from tests.serve.accounts.people import add_person
from tests.serve.actors import Actors
from tests.serve.agents.test_holds import add_photo
from tests.serve.browsing import DESKTOP, PHONE, Site
from tests.serve.pages.test_access import check

SCREENS = os.environ.get("CONSOLE_SCREENS")
APPROVE = VerdictIn(decision="approve", severity="moderate", amount_fen=1000)
DECLINE = VerdictIn(decision="decline", severity="none")


@pytest.fixture
def agent(page: Page, site: Site) -> Iterator[Caller]:
    """Li Na, signed in in the page."""
    agent = add_person(site.actors, name="李娜 Li Na")
    with site.actors.runtime.transaction() as session:
        assert agent.account_id
        account = get_account(session, agent.account_id)
        token = start_sign_in(session, account, site.actors.runtime.settings)
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": site.address}])
    yield agent
    # Refreshes that are under way end before the site does.
    page.goto("about:blank")


def fill(actors: Actors, agent: Caller) -> None:
    """A queue with one of everything."""
    actors.amend_policy(("blind_propensity = 0.10", "blind_propensity = 0.0"))
    with time_machine.travel(utc_now() - timedelta(hours=3)):
        actors.add_claim(findings.CLEAN, product="鸡胸肉便当 Chicken bento", order_id="MT-1001")
        other = actors.add_claim(findings.CLEAN, product="藜麦沙拉 Quinoa salad", batch="A-17")
    insect = actors.add_claim(
        findings.INSECT, reason="foreign_object", product="凯撒沙拉 Caesar salad", batch="A-17"
    )
    mine, entered, overtaken = (actors.add_claim(findings.CLEAN, reason="portion") for _ in "123")
    actors.amend_policy(("blind_propensity = 0.0", "blind_propensity = 1.0"))
    actors.add_claim(findings.CLEAN, product="牛油果碗 Avocado bowl")
    colleague = add_person(actors, name="王伟")
    runtime = actors.runtime
    with runtime.transaction() as session:
        take_case(session, colleague, insect)
        take_case(session, agent, mine)
    enter_verdict(runtime, agent, str(overtaken), APPROVE)
    add_photo(actors, overtaken)
    with time_machine.travel(utc_now() + timedelta(seconds=UNDO_S + 1)):
        give_due_verdicts(runtime)
    give_verdict(runtime, agent, str(other), DECLINE)
    enter_verdict(runtime, agent, str(entered), APPROVE)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_everybody_can_use_the_queue(page: Page, site: Site, agent: Caller, language: str) -> None:
    fill(site.actors, agent)
    for size, name in ((PHONE, "phone"), (DESKTOP, "desktop")):
        page.set_viewport_size(size)
        for path in ("?", "?show=all&reason=spoilage&", "?batch=none&"):
            page.goto(f"{site.address}/console/{path}lang={language}")
            check(page, f"{path} {language} {name}")
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= size["width"], (path, width)
            shoot(page, f"queue{len(path)}-{language}-{name}")
    page.emulate_media(color_scheme="dark")
    page.goto(f"{site.address}/console/?lang={language}")
    check(page, "dark")
    shoot(page, f"queue-{language}-dark")


def test_the_queue_is_worked_by_keyboard(page: Page, site: Site, agent: Caller) -> None:
    claims = [site.actors.add_claim(findings.CLEAN) for _ in range(3)]
    page.goto(f"{site.address}/console/?lang=en")
    rows = page.locator(".row-link")
    for pressed, row in (("k", 2), ("k", 1), ("j", 2), ("j", 2), ("k", 1)):
        page.keyboard.press(pressed)
        expect(rows.nth(row)).to_be_focused()
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Batch").fill("jkn")
    expect(page.get_by_label("Batch")).to_have_value("jkn")
    page.get_by_label("Use keys").uncheck()
    page.keyboard.press("j")
    expect(page.get_by_label("Use keys")).to_be_focused()
    page.reload()
    expect(page.get_by_label("Use keys")).not_to_be_checked()
    page.get_by_label("Use keys").check()
    page.keyboard.press("n")
    page.wait_for_url("**/console/cases/*")
    assert page.url.split("/")[-1].split("?")[0] == str(claims[0])
    page.goto(f"{site.address}/console/?lang=en")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/cases/*")


def test_news_come_quietly(page: Page, site: Site, agent: Caller) -> None:
    """Focus, place and what is typed stay; nothing is asked for a person who has gone away."""
    for number in range(8):
        site.actors.add_claim(findings.CLEAN, product=f"Salad {number}")
    page.clock.install()
    page.goto(f"{site.address}/console/?lang=en")
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Batch").fill("half typ")
    fifth = page.locator(".row-link").nth(4)
    fifth.focus()
    focused = fifth.get_attribute("id")
    place = page.evaluate("scrollY")
    assert place > 0
    urgent = site.actors.add_claim(findings.INSECT, reason="foreign_object")
    page.clock.fast_forward(21_000)
    expect(page.locator(f"#case-{urgent}")).to_be_visible()
    expect(page.locator(f"#{focused}")).to_be_focused()
    assert page.evaluate("scrollY") == place
    expect(page.get_by_label("Batch")).to_have_value("half typ")
    asked: list[str] = []
    page.on(
        "request", lambda request: asked.append(request.url) if "/console/" in request.url else None
    )
    page.clock.fast_forward(601_000)
    page.clock.run_for(200_000)
    assert len(asked) <= 1
    later = site.actors.add_claim(findings.CLEAN, product="Salad 9")
    page.mouse.move(5, 5)
    expect(page.locator(f"#case-{later}")).to_be_visible()


def test_a_hidden_tab_asks_for_nothing(page: Page, site: Site, agent: Caller) -> None:
    page.clock.install()
    page.goto(f"{site.address}/console/?lang=en")
    asked: list[str] = []
    page.on(
        "request", lambda request: asked.append(request.url) if "/console/" in request.url else None
    )
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    page.clock.run_for(100_000)
    assert asked == []
    page.evaluate("Object.defineProperty(document, 'hidden', {value: false, configurable: true})")
    with page.expect_request(f"{site.address}/console/*"):
        page.clock.run_for(20_000)


def test_the_time_to_undo_runs_down(page: Page, site: Site, agent: Caller) -> None:
    claim_id = site.actors.add_claim(findings.CLEAN, product="Wrap")
    enter_verdict(site.actors.runtime, agent, str(claim_id), APPROVE)
    page.clock.install()
    page.goto(f"{site.address}/console/?lang=en")
    left = page.locator("[data-left-s]")
    before = seconds(left.text_content())
    page.clock.run_for(5_000)
    expect(left).to_have_text(f"given in {before - 5} s")
    page.get_by_role("button", name="Undo the verdict on Wrap").click()
    page.wait_for_url(f"**/console/cases/{claim_id}*")
    with site.actors.runtime.transaction() as session:
        assert take_case(session, agent, claim_id)
    assert site.actors.ledger_kinds(claim_id)[-1] == "verdict_undone"


def seconds(text: str | None) -> int:
    return int("".join(filter(str.isdigit, text or "")))


def test_who_is_signed_out_is_told_so(page: Page, site: Site, agent: Caller) -> None:
    page.clock.install()
    page.goto(f"{site.address}/console/?lang=en")
    page.context.clear_cookies()
    page.clock.fast_forward(21_000)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def shoot(page: Page, name: str) -> None:
    if SCREENS:
        page.screenshot(path=Path(SCREENS) / f"{name}.png", full_page=True)


def test_cases_for_a_lead_are_marked_and_found(page: Page, site: Site, agent: Caller) -> None:
    site.actors.stop_draws()
    handed = site.actors.add_claim(findings.CLEAN)
    site.actors.add_claim(findings.CLEAN)
    hand_over(site.actors.runtime, agent, str(handed))
    page.goto(f"{site.address}/console/?lang=en")
    expect(page.locator(".row")).to_have_count(2)
    page.get_by_role("link", name="For a lead").click()
    expect(page.locator(".row")).to_have_count(1)
    expect(page.locator(".row .badge", has_text="for a lead")).to_be_visible()
