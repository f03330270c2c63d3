"""What a customer does with an answer: look closely, ask a human, rate it."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from tests.serve.actors import Actors
from tests.serve.browsing import Site
from tests.serve.pages.states import STATES


def test_the_link_opens_in_under_a_second(page: Page, site: Site) -> None:
    order = site.actors.add_order()
    opened_ms = []
    for _ in range(3):  # the machine may be busy with something else
        page.goto(site.link(order))
        expect(page.locator("form[data-ready]")).to_be_attached()
        opened_ms.append(
            page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
        )
    assert 0 < min(opened_ms) < 1000
    parts = page.evaluate("performance.getEntriesByType('resource').map(e => e.decodedBodySize)")
    assert sum(parts) < 100_000


def test_a_photo_enlarges_with_and_without_its_marks(page: Page, site: Site) -> None:
    order = site.actors.add_order()
    STATES["approved"](site.actors, order)
    page.goto(site.link(order))
    page.locator("a[data-enlarge]").press("Enter")
    viewer = page.get_by_role("dialog")
    expect(viewer.locator(".legend")).to_contain_text("疑似变质")
    picture = viewer.locator("img")
    expect(picture).to_have_attribute("src", re.compile("/overlay"))
    expect(picture).to_have_attribute("alt", "您的照片 1，标出了系统看到的情况")
    marks = viewer.get_by_role("button", name="显示标记")
    expect(marks).to_have_attribute("aria-pressed", "true")
    marks.press("Enter")
    expect(picture).not_to_have_attribute("src", re.compile("/overlay"))
    expect(picture).to_have_attribute("alt", "您的照片 1")
    expect(viewer.locator(".legend")).to_be_hidden()
    assert picture.evaluate("async img => (await img.decode(), img.naturalWidth)") > 0
    page.keyboard.press("Escape")
    expect(viewer).to_be_hidden()
    expect(page.locator("a[data-enlarge]")).to_be_focused()


def test_a_human_is_one_tap_away_and_words_may_follow(page: Page, site: Site) -> None:
    order = site.actors.add_order(late_min=45)
    claim_id = site.actors.add_claim(reason="delivery", order=order)
    page.goto(site.link(order))
    page.get_by_role("button", name="申请人工").click()
    expect(page.locator("p.note[role=status]")).to_have_text("已转人工，您无需再做任何事。")
    assert site.actors.show(claim_id)["appeal"] == ""
    page.get_by_label("想对客服说点什么").fill("骑手没有道歉")
    page.get_by_role("button", name="告诉客服").click()
    expect(page.locator("p.note[role=status]")).to_have_text("已转告客服。")
    expect(page.get_by_label("想对客服说点什么")).to_have_count(0)
    assert site.actors.show(claim_id)["appeal"] == "骑手没有道歉"


def test_an_answer_is_rated_by_keyboard_and_rated_anew(page: Page, site: Site) -> None:
    order = site.actors.add_order()
    claim_id = STATES["resolved"](site.actors, order)
    page.goto(site.link(order, "?lang=en"))
    page.get_by_role("radio", name="1 of 5, very dissatisfied").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="4 of 5, satisfied")).to_be_checked()
    page.get_by_label("Anything to add").fill("quick")
    page.keyboard.press("Enter")
    expect(page.locator("#feedback h2")).to_have_text("Thank you for your rating")
    expect(page.locator("#feedback")).to_contain_text("You gave 4 of 5: satisfied")
    page.get_by_text("Change your rating").click()
    page.get_by_role("radio", name="2 of 5, dissatisfied").check(force=True)
    page.get_by_role("button", name="Send rating").click()
    expect(page.locator("#feedback")).to_contain_text("You gave 2 of 5: dissatisfied")
    feedback = site.actors.show(claim_id)["feedback"]  # type: ignore[arg-type]
    assert (feedback["score"], feedback["comment"]) == (2, "quick")


def test_an_open_claim_is_not_rated(page: Page, site: Site) -> None:
    order = site.actors.add_order()
    STATES["food_safety"](site.actors, order)
    page.goto(site.link(order))
    expect(page.locator("#feedback")).to_have_count(0)
    expect(page.locator("#standing")).to_contain_text("请不要继续食用")
    expect(page.locator(".steps li")).to_have_count(4)


def test_a_rating_without_javascript_is_checked(client: FlaskClient, actors: Actors) -> None:
    order = actors.add_order()
    claim_id = STATES["resolved"](actors, order)
    address = f"/c/{actors.token_of(order)}/claims/{claim_id}"
    for score in ("", "6", "many"):
        answer = client.post(f"{address}/feedback", data={"score": score})
        assert answer.status_code == 422
        assert "请选择 1 到 5 分" in answer.text
    assert client.post(f"{address}/feedback", data={"score": "3"}).status_code == 303
    assert client.get(f"{address}/feedback").headers["Location"] == address
    assert "请选择" not in client.get(address).text
