"""What the page of a case tells: findings, facts, packing photo; and what a blind case does not."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from serve.claims.models import Claim
from serve.console.case_chain import HEIGHT, draw_chain
from serve.orders.models import Order
from serve.orders.service import attach_packing_photo
from tests.serve import findings
from tests.serve.actors import PROMISED, Actors
from tests.serve.browsing import Site
from tests.serve.claims.test_similar import describe, judge
from tests.serve.console.desk import (
    add_case,
    add_sample_case,
    drag,
    entered,
    open_case,
    send,
    sign_in,
)
from tests.serve.pages.states import SAMPLES

WARM: list[dict[str, Any]] = [
    {"at": PROMISED - timedelta(minutes=40), "celsius": 4.0},
    {"at": PROMISED - timedelta(minutes=20), "celsius": 12.0},
    {"at": PROMISED, "celsius": 12.0},
]


def test_scores_come_with_intervals_and_reasons_in_words(page: Page, site: Site) -> None:
    site.actors.stop_draws()
    finding = findings.assessment(spoiled_fraction=0.2)
    finding["spoilage"]["interval"] = [0.13, 0.38]
    claim_id = site.actors.add_claim(finding, reason="portion")
    sign_in(page, site)
    open_case(page, site, claim_id)
    scores = page.locator("section.findings")
    expect(scores).to_contain_text("20% (13–38%)")
    expect(scores.get_by_text("Ticks are the policy's limits")).to_be_visible()
    expect(scores.locator("dd").first).to_contain_text("the policy's limits: 10% · 33%")
    bar = scores.locator(".bar-interval").first
    assert float(bar.get_attribute("x") or 0) == pytest.approx(13)
    assert float(bar.get_attribute("width") or 0) == pytest.approx(25)
    expect(scores).to_contain_text("The photos leave something open")
    scores.locator("summary").click()
    expect(scores).to_contain_text(f"python -m serve replay {claim_id}")


def test_order_and_cold_chain_are_told_and_drawn(page: Page, site: Site) -> None:
    claim_id = add_case(
        site.actors, delivered_at=PROMISED + timedelta(minutes=45), batch="B-7", cold_chain=WARM
    )
    other = site.actors.add_claim(findings.CLEAN, batch="B-7")
    sign_in(page, site)
    open_case(page, site, claim_id)
    facts = page.locator("section.case-facts")
    expect(facts).to_contain_text("45 min late")
    curve = page.get_by_role("img", name="Highest 12.0 °C, above 8 °C for 30 min")
    expect(curve).to_be_visible()
    page.get_by_text("Temperatures as a table").click()
    expect(facts.locator("tbody tr")).to_have_count(3)
    facts.get_by_text("Latest").last.click()
    link = facts.locator(f"a[href*='{other}']")
    expect(link.first).to_be_visible()


def test_the_curve_rises_above_its_limit_where_it_was_warm() -> None:
    readings = [{"at": r["at"].isoformat(), "celsius": r["celsius"]} for r in WARM]
    chain = draw_chain({"readings": list(reversed(readings)), "limit_celsius": 8.0})
    assert chain is not None
    (x0, cold), (_, warm), (x2, _) = chain.dots
    assert x0 < x2
    assert 0 < warm < chain.limit_y < cold < HEIGHT
    assert draw_chain({"readings": [], "limit_celsius": 8.0}) is None


def test_the_packing_photo_is_seen_beside_and_behind_a_slider(page: Page, site: Site) -> None:
    claim_id = add_sample_case(site.actors)
    pack(site.actors, claim_id)
    sign_in(page, site)
    open_case(page, site, claim_id)
    beside = page.locator("[data-packing-pane]")
    expect(beside).to_be_hidden()
    page.keyboard.press("p")
    expect(beside).to_be_visible()
    assert page.evaluate("document.querySelector('[data-packing-beside]').decode().then(() => 1)")
    page.keyboard.press("p")
    expect(beside).to_be_hidden()
    slider = page.get_by_label("Border between")
    expect(slider).to_be_visible()
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-stage]")).to_have_attribute("data-cut", "51")
    clip = page.locator("[data-packing-layer]").evaluate("e => getComputedStyle(e).clipPath")
    assert "51%" in clip
    page.keyboard.press("p")
    expect(slider).to_be_hidden()


def test_similar_earlier_cases_come_with_their_verdicts(page: Page, site: Site) -> None:
    site.actors.stop_draws()
    earlier = site.actors.add_claim(findings.CLEAN)
    describe(site.actors, earlier, 1.0)
    judge(site.actors, earlier, 820)
    claim_id = site.actors.add_claim(findings.CLEAN)
    describe(site.actors, claim_id, 0.97)
    sign_in(page, site)
    open_case(page, site, claim_id)
    similar = page.locator("section.similar")
    expect(similar).to_contain_text("moderate")
    expect(similar).to_contain_text("Approve ¥8.20")
    expect(similar).to_contain_text("97 % alike")
    assert similar.locator("img").evaluate("picture => picture.decode().then(() => true)")
    similar.get_by_role("link").click()
    expect(page).to_have_url(re.compile(str(earlier)))


def test_a_blind_case_shows_no_finding_and_says_why(page: Page, site: Site) -> None:
    site.actors.stop_draws()
    site.actors.amend_policy(("blind_propensity = 0.0", "blind_propensity = 1.0"))
    finding = findings.assessment(spoiled_fraction=0.2, kind="hair")
    claim_id = site.actors.add_claim(finding, reason="portion")
    asked: list[str] = []
    sign_in(page, site)
    page.on("request", lambda request: asked.append(request.url))
    open_case(page, site, claim_id)
    expect(page.get_by_text("judge by your own eyes")).to_be_visible()
    expect(page.locator("section.findings")).to_have_text(
        "What the model saw Shown after the verdict."
    )
    expect(page.locator("section.similar")).to_contain_text("Hidden in a blind case")
    expect(page.locator("[data-do=overlay]")).to_have_count(0)
    expect(page.locator("[data-marks] rect.box")).to_have_count(0)
    page.keyboard.press("o")
    assert not [url for url in asked if url.endswith("/overlay")]
    told = page.content()
    assert "hair" in told  # as a word to choose
    assert "probability" not in told
    assert "box_px" not in told
    page.keyboard.press("b")
    drag(page, (30, 40), (100, 120))
    for key in "2d":
        page.keyboard.press(key)
    send(page)
    found = entered(site.actors, claim_id)
    assert found is not None
    assert found["labels"][0]["boxes"][0]["kind"] == "other"


def pack(actors: Actors, claim_id: uuid.UUID) -> None:
    """Adds a packing photo to the claim's order."""
    sha256 = actors.runtime.photos.put((SAMPLES / "salad_packing.jpg").read_bytes())
    with actors.runtime.transaction() as session:
        order = session.get_one(Order, session.get_one(Claim, claim_id).order_id)
        attach_packing_photo(session, order, sha256)
