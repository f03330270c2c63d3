"""The page of a claim, in a real browser."""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import FilePayload, Page, expect
from sqlalchemy import update

from serve.agents.schemas import VerdictIn
from serve.agents.service import give_verdict
from serve.claims.assessing import assess_claim
from serve.claims.followup import settle_refund
from serve.claims.models import Claim
from serve.ledger.refunds import refunds_of
from serve.times import utc_now
from tests.serve import findings
from tests.serve.actors import draw_photo
from tests.serve.browsing import Site


def test_a_severe_finding_shows_money_extras_and_versions(page: Page, site: Site) -> None:
    order = site.actors.add_order()
    claim_id = site.actors.add_claim(findings.SEVERE_SPOILAGE, order=order)
    page.goto(site.link(order))
    expect(page.locator("#standing")).to_contain_text("¥32.80")
    expect(page.locator("#standing")).to_contain_text("优惠券一张或下一单升级")
    expect(page.locator(".why")).to_contain_text("变质面积超过三分之一")
    expect(page.locator(".versions")).to_contain_text("模型 test · 规则 2026")
    # One pre-approval in ten is drawn for an audit, and then waits for its verification.
    verified = any(
        step["at"] for step in site.actors.show(claim_id)["progress"] if step["step"] == "verified"
    )
    expect(page.locator(".steps .reached")).to_have_count(1 + verified)


def test_a_blurred_photo_is_asked_for_again_and_added(page: Page, site: Site) -> None:
    order = site.actors.add_order()
    claim_id = site.actors.add_claim(findings.BLURRED, order=order)
    page.goto(site.link(order))
    expect(page.locator("#standing h2")).to_have_text("还需要一张照片")
    expect(page.locator(".why")).to_contain_text("照片模糊")
    page.get_by_role("button", name="提交照片").click()
    expect(page.locator("#mistakes")).to_contain_text("请至少添加一张照片")
    picture = FilePayload(name="b.jpg", mimeType="image/jpeg", buffer=draw_photo(9))
    page.locator("input[type=file]:not([capture])").set_input_files([picture])
    page.get_by_role("button", name="提交照片").click()
    expect(page.locator(".evidence img")).to_have_count(2)
    assert len(site.actors.show(claim_id)["photos"]) == 2


def test_a_photo_that_has_no_finding_is_shown_as_it_is(page: Page, site: Site) -> None:
    order = site.actors.add_order()
    site.actors.add_claim(findings.BLURRED, order=order)
    page.goto(site.link(order))
    picture = page.locator(".evidence img")
    picture.scroll_into_view_if_needed()
    assert picture.evaluate("async img => (await img.decode(), img.naturalWidth)") > 0


def test_an_answer_appears_by_itself(page: Page, site: Site) -> None:
    order = site.actors.add_order()
    claim_id = site.actors.add_claim(reason="delivery", order=order, late_min=45, decide=False)
    page.goto(site.link(order))
    # A late delivery is claimed without photos, and nobody looks at any.
    expect(page.locator("#standing h2")).to_have_text("正在查看您的申请")
    assess_claim(site.actors.runtime, claim_id)
    expect(page.locator("#standing h2")).not_to_have_text("正在查看您的申请")


def test_an_agent_answers_and_the_page_says_so(page: Page, site: Site) -> None:
    actors, order = site.actors, site.actors.add_order()
    claim_id = actors.add_claim(findings.CLEAN, order=order)
    page.goto(site.link(order, "?lang=en"))
    expect(page.locator("#standing h2")).to_have_text("A person is looking at it")
    expect(page.locator("#standing")).to_contain_text("You will have an answer by")
    verdict = VerdictIn(decision="approve", severity="moderate", amount_fen=1000, note="Sorry!")
    give_verdict(actors.runtime, actors.agent, str(claim_id), verdict)
    with actors.runtime.transaction() as session:
        (refund,) = refunds_of(session, claim_id)
    settle_refund(actors.runtime, refund.id)
    page.reload()
    expect(page.locator("#standing h2")).to_have_text("Resolved: ¥10.00 refund")
    expect(page.locator("#standing")).to_contain_text("Handed to the shop on")
    expect(page.locator(".why")).to_contain_text("An agent approved the claim")
    expect(page.locator("main")).to_contain_text("Sorry!")
    expect(page.locator(".steps .reached")).to_have_count(3)
    expect(page.locator("#standing")).to_contain_text("it closes by itself on")


def test_the_page_tells_the_clock_that_runs(page: Page, site: Site) -> None:
    actors, order = site.actors, site.actors.add_order()
    claim_id = actors.add_claim(findings.CLEAN, order=order)
    page.goto(site.link(order, "?new=1&lang=en"))
    expect(page.locator(".lead")).to_contain_text("within 2 hours (food safety: 60 minutes)")
    page.goto(site.link(order, f"/claims/{claim_id}?lang=en"))
    expect(page.locator("#standing")).to_contain_text("You can wait, or add a photo below.")
    expect(page.locator("main")).not_to_contain_text("nothing more")
    page.goto(site.link(order, f"/claims/{claim_id}?lang=zh-CN"))
    expect(page.locator("main")).not_to_contain_text("无需再操作")
    with actors.runtime.transaction() as session:
        long_ago = utc_now() - timedelta(days=2)
        due = {"agent_due_at": long_ago, "resolve_due_at": long_ago}
        session.execute(update(Claim).values(received_at=long_ago, **due))
    page.goto(site.link(order, f"/claims/{claim_id}?lang=en"))
    expect(page.locator("#standing")).to_contain_text("an answer soon")
    expect(page.locator(".steps .ahead time")).to_have_text(["soon", "soon", re.compile("by ")])


def test_clocks_rest_while_a_photo_is_awaited(page: Page, site: Site) -> None:
    order = site.actors.add_order()
    site.actors.add_claim(findings.BLURRED, order=order)
    page.goto(site.link(order, "?lang=en"))
    expect(page.locator(".steps .ahead time")).to_have_text(["after your photo"] * 3)


def test_the_legend_names_what_is_drawn(page: Page, site: Site) -> None:
    order = site.actors.add_order()
    spoiled, clean = findings.MODERATE_SPOILAGE, findings.MINOR_SPOILAGE
    claim_id = site.actors.add_claim(spoiled, clean, order=order)
    with site.actors.runtime.transaction() as session:
        first = session.get_one(Claim, claim_id).photos[0]
        first.marks = ["spoiled", "container"]
    page.goto(site.link(order, "?lang=en"))
    figures = page.locator(".evidence figure")
    expect(figures.nth(0).locator(".legend li")).to_have_text(["spoiled", "container"])
    expect(figures.nth(1).locator(".legend")).to_have_count(0)


def test_another_problem_of_the_same_order_can_be_reported(page: Page, site: Site) -> None:
    order = site.actors.add_order()
    site.actors.add_claim(findings.CLEAN, order=order)
    page.goto(site.link(order))
    page.get_by_role("link", name="反映其他问题").click()
    expect(page.locator("input[value=portion]")).to_have_count(1)
    page.get_by_role("link", name="变质 已提交").click()
    expect(page.locator("#standing")).to_be_visible()
