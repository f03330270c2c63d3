"""The verdict on the page of a case."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from serve.agents.handover import hand_over
from tests.serve import findings
from tests.serve.browsing import PHONE, Site
from tests.serve.console.desk import add_case, entered, give, open_case, send, sign_in

WHY = "The policy gives 50 % for spoiled food, moderate: ¥16.40"


def test_a_verdict_takes_three_keystrokes(page: Page, site: Site) -> None:
    claim_id = add_case(site.actors)
    sign_in(page, site)
    open_case(page, site, claim_id)
    page.keyboard.press("3")
    page.keyboard.press("a")
    send(page)
    found = entered(site.actors, claim_id)
    assert found is not None
    said = {name: found[name] for name in ("severity", "decision", "amount_fen", "labels")}
    assert said == {
        "severity": "moderate",
        "decision": "approve",
        "amount_fen": 1640,
        "labels": [],
    }
    assert give(site.actors, claim_id)["amount_fen"] == 1640


@pytest.mark.parametrize(
    ("keys", "severity", "decision"),
    [("1d", "none", "decline"), ("0c", "unknown", "close"), ("4d", "severe", "decline")],
)
def test_grades_and_decisions_have_their_keys(
    page: Page, site: Site, keys: str, severity: str, decision: str
) -> None:
    claim_id = add_case(site.actors)
    sign_in(page, site)
    open_case(page, site, claim_id)
    for key in keys:
        page.keyboard.press(key)
    send(page)
    found = entered(site.actors, claim_id)
    assert found is not None
    assert (found["severity"], found["decision"]) == (severity, decision)
    assert found["amount_fen"] is None


def test_a_verdict_is_given_by_touch_as_well(page: Page, site: Site) -> None:
    claim_id = add_case(site.actors)
    sign_in(page, site)
    open_case(page, site, claim_id, "zh-CN", PHONE)
    page.get_by_role("link", name="去裁定").tap()
    page.locator("label:has([value=severe])").first.tap()
    page.locator("label:has([value=approve])").tap()
    page.get_by_role("button", name="提交裁定").tap()
    expect(page.locator("[data-sent]")).to_be_visible()
    found = entered(site.actors, claim_id)
    assert found is not None
    assert found["amount_fen"] == 3280


def test_keys_are_letters_while_somebody_types(page: Page, site: Site) -> None:
    claim_id = add_case(site.actors)
    sign_in(page, site)
    open_case(page, site, claim_id)
    page.keyboard.press("2")
    page.keyboard.press("e")
    page.keyboard.type("d3x?")
    expect(page.locator("[name=note]")).to_have_value("d3x?")
    expect(page.locator("[name=severity][value=minor]")).to_be_checked()
    expect(page.locator("[name=decision][value=decline]")).not_to_be_checked()
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    page.keyboard.press("e")
    send(page)
    found = entered(site.actors, claim_id)
    assert found is not None
    assert (found["note"], found["decision"]) == ("d3x?", "decline")


def test_the_amount_follows_the_policy_until_it_is_typed(page: Page, site: Site) -> None:
    claim_id = add_case(site.actors)
    sign_in(page, site)
    open_case(page, site, claim_id)
    amount = page.locator("[name=amount]")
    page.keyboard.press("3")
    expect(amount).to_have_value("16.40")
    expect(page.locator("[data-why]")).to_have_text(WHY)
    page.keyboard.press("m")
    page.keyboard.type("12,5")
    page.keyboard.press("Escape")
    page.keyboard.press("4")
    expect(amount).to_have_value("12,5")
    page.get_by_role("button", name="Use ¥32.80").click()
    expect(amount).to_have_value("32.80")
    page.keyboard.press("1")
    expect(amount).to_have_value("")
    expect(page.locator("[data-why]")).to_contain_text("no entry")


def test_an_amount_above_authority_is_shown_and_left_to_a_lead(page: Page, site: Site) -> None:
    claim_id = add_case(site.actors, price_fen=50000)
    sign_in(page, site)
    open_case(page, site, claim_id)
    page.keyboard.press("3")
    page.keyboard.press("a")
    expect(page.locator("[name=amount]")).to_have_value("250.00")
    over = page.locator("[data-over]")
    expect(over).to_contain_text("¥250.00 is above your authority of ¥200.00")
    expect(page.locator("[data-send]")).to_be_disabled()
    page.keyboard.press("Control+Enter")
    assert entered(site.actors, claim_id) is None
    page.fill("[name=amount]", "200")
    expect(over).to_be_hidden()
    expect(page.locator("[data-send]")).to_be_enabled()
    page.fill("[name=amount]", "200.01")
    page.get_by_role("button", name="Hand to a lead").click()
    expect(page.get_by_text("This case was handed to a lead")).to_be_visible()
    expect(page.locator(".badge.ask")).to_have_text("for a lead")
    expect(page.locator("form[data-verdict]")).to_have_count(0)
    assert site.actors.show(claim_id, for_agent=True)["for_lead"]


def test_a_lead_decides_what_was_handed_over(page: Page, site: Site) -> None:
    claim_id = add_case(site.actors, price_fen=50000)
    hand_over(site.actors.runtime, site.actors.agent, str(claim_id))
    sign_in(page, site, role="lead")
    open_case(page, site, claim_id)
    expect(page.locator(".badge.ask")).to_have_text("for a lead")
    for key in "3a":
        page.keyboard.press(key)
    send(page)
    found = entered(site.actors, claim_id)
    assert found is not None
    assert found["amount_fen"] == 25000


def test_what_is_missing_is_said_beside_the_form(page: Page, site: Site) -> None:
    claim_id = add_case(site.actors)
    sign_in(page, site)
    open_case(page, site, claim_id)
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-mistakes]")).to_contain_text("Pick a grade")
    expect(page.locator("[data-mistakes]")).to_contain_text("Pick a decision")
    page.keyboard.press("1")
    page.keyboard.press("a")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-mistakes]")).to_contain_text("Enter an amount")
    expect(page.locator("[name=amount]")).to_be_focused()
    assert entered(site.actors, claim_id) is None


def test_an_undone_verdict_comes_back_as_it_was(page: Page, site: Site) -> None:
    claim_id = add_case(site.actors)
    sign_in(page, site)
    open_case(page, site, claim_id)
    for key in "3ay":
        page.keyboard.press(key)
    page.fill("[name=amount]", "9.99")
    page.fill("[name=note]", "wilted")
    send(page)
    expect(page.locator("[data-countdown]")).to_contain_text("counts in")
    expect(page.locator("[data-do=draw_box]")).to_be_disabled()
    page.keyboard.press("z")
    expect(page.locator("form[data-verdict]")).to_be_visible()
    expect(page.locator("[data-do=draw_box]")).to_be_enabled()
    assert entered(site.actors, claim_id) is None
    expect(page.locator("[name=severity][value=moderate]")).to_be_checked()
    expect(page.locator("[name=amount]")).to_have_value("9.99")
    expect(page.locator("[name=note]")).to_have_value("wilted")
    expect(page.locator("[name=spoilage][value=yes]")).to_be_checked()
    send(page)
    found = entered(site.actors, claim_id)
    assert found is not None
    assert (found["amount_fen"], found["labels"][0]["spoilage"]) == (999, True)


def test_a_sent_verdict_can_be_undone_after_a_reload(page: Page, site: Site) -> None:
    claim_id = add_case(site.actors)
    sign_in(page, site)
    open_case(page, site, claim_id)
    for key in "2an":
        page.keyboard.press(key)
    page.fill("[name=note]", "kept")
    send(page)
    page.reload()
    expect(page.locator("[data-sent]")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("form[data-verdict]")).to_be_visible()
    expect(page.locator("[name=note]")).to_have_value("kept")
    expect(page.locator("[name=spoilage][value=no]")).to_be_checked()
    assert entered(site.actors, claim_id) is None


def test_a_verdict_that_counts_is_no_longer_undone(page: Page, site: Site) -> None:
    claim_id = add_case(site.actors)
    sign_in(page, site)
    open_case(page, site, claim_id)
    for key in "1d":
        page.keyboard.press(key)
    send(page)
    give(site.actors, claim_id)
    page.keyboard.press("z")
    expect(page.locator("[data-sent-text]")).to_contain_text("Too late to undo")


def test_enter_goes_on_to_the_next_case(page: Page, site: Site) -> None:
    first = add_case(site.actors)
    second = site.actors.add_claim(findings.CLEAN)
    sign_in(page, site)
    open_case(page, site, first)
    for key in "1d":
        page.keyboard.press(key)
    send(page)
    with page.expect_response(f"**/v1/claims/{second}/hold"):
        page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.address}/console/cases/{second}?lang=en")
    # Undone from the queue, the form is as it was.
    page.goto(f"{site.address}/console/?lang=en")
    with page.expect_response(f"**/v1/claims/{first}/hold"):
        page.get_by_role("button", name="Undo").click()
    expect(page.locator("[name=decision][value=decline]")).to_be_checked()


def test_a_settled_case_is_shown_to_read(page: Page, site: Site) -> None:
    claim_id = add_case(site.actors)
    sign_in(page, site)
    open_case(page, site, claim_id)
    for key in "2d":
        page.keyboard.press(key)
    page.fill("[name=note]", "nothing to be seen")
    send(page)
    give(site.actors, claim_id)
    page.reload()
    expect(page.get_by_text("This case waits for no verdict")).to_be_visible()
    expect(page.locator(".before")).to_contain_text("nothing to be seen")
    expect(page.locator("form[data-verdict]")).to_have_count(0)
    page.keyboard.press("a")


def test_a_case_without_photos_is_decided_as_well(page: Page, site: Site) -> None:
    site.actors.stop_draws()
    claim_id = site.actors.add_claim(reason="delivery", late_min=10)
    sign_in(page, site)
    open_case(page, site, claim_id)
    expect(page.get_by_text("This case has no photos.")).to_be_visible()
    for key in ("b", "o", "ArrowRight", "3", "a"):
        page.keyboard.press(key)
    send(page)
    found = entered(site.actors, claim_id)
    assert found is not None
    assert (found["amount_fen"], found["labels"]) == (1640, [])


def test_the_list_of_keys_opens_and_closes(page: Page, site: Site) -> None:
    claim_id = add_case(site.actors)
    sign_in(page, site)
    open_case(page, site, claim_id)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("d")
    expect(page.locator("[name=decision][value=decline]")).not_to_be_checked()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
