"""The dashboard in a real browser, over claims whose figures are known by hand."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from serve.agents.models import Verdict
from serve.agents.service import VERDICT_NOT_GIVEN
from serve.batches.recalls import RECALL
from serve.batches.watch import BATCH_CLUSTER, FOOD_SAFETY_CASE
from serve.claims.clocks import CLOCK_MISSED, FOOD_SAFETY_LATE
from serve.console.texts.dashboard import TEXTS
from serve.privacy.sweep import PHOTOS_NOT_SWEPT
from serve.webhooks.delivery import WEBHOOK_FAILING
from tests.serve import findings
from tests.serve.accounts.people import PASSWORD, add_person, log_in
from tests.serve.actors import Actors
from tests.serve.browsing import DESKTOP, PHONE, Site
from tests.serve.pages.test_access import check
from tests.serve.policy.certified import ALWAYS_BLIND
from tests.serve.reports import story
from tests.serve.reports.story import at

SCREENS = os.environ.get("CONSOLE_SCREENS")
DAYS = "from=2026-12-08&to=2026-12-09"


def enter(page: Page, site: Site, language: str = "zh-CN") -> None:
    add_person(site.actors, "lead", "周主管")
    page.goto(f"{site.address}/console/login?lang={language}")
    page.locator("#name").fill("周主管")
    page.locator("#password").fill(PASSWORD)
    page.locator("main form button").click()
    expect(page.locator("nav.menu")).to_be_visible()


def figure(page: Page, card: str, label: str) -> str:
    """Returns the figure below a label on a card."""
    place = page.get_by_role("region", name=card, exact=True)
    found = place.locator(".figure", has=page.get_by_text(label, exact=True))
    return found.locator("strong").inner_text()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_dashboard_is_for_everybody(
    page: Page, site: Site, language: str, size: dict[str, int]
) -> None:
    story.tell(site.actors)
    with at(days=1):
        site.actors.add_claim(findings.INSECT, batch="B1")
    page.set_viewport_size(size)  # type: ignore[arg-type]
    enter(page, site, language)
    for colours in ("light", "dark"):
        page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
        page.goto(f"{site.address}/console/dashboard?{DAYS}&lang={language}")
        expect(page.locator("svg")).to_have_count(3)
        if SCREENS:
            name = f"{language}-{colours}-{size['width']}.png"
            page.screenshot(path=Path(SCREENS) / name, full_page=True)
        check(page, f"{language}, {colours}")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_it_shows_the_figures_of_the_period(page: Page, site: Site) -> None:
    story.tell(site.actors)
    enter(page, site, "en")
    page.goto(f"{site.address}/console/dashboard?{DAYS}&lang=en")
    assert figure(page, "Claims", "Received") == "4"
    assert figure(page, "First response", "Median") == "1 min 30 s"
    assert figure(page, "First response", "95th percentile") == "3 min 42 s"
    assert figure(page, "First response", "In time") == "75.0%"
    assert figure(page, "Resolution", "Median") == "1 h 30 min"
    assert figure(page, "Quality", "Answered by the machine alone") == "25.0%"
    assert figure(page, "Quality", "Appeals overturned") == "100.0%"
    assert figure(page, "Money", "Total") == "¥50.00"
    assert figure(page, "Money", "Of the order value") == "41.7%"
    assert figure(page, "Satisfaction", "Mean, 1 to 5") == "3.50"
    expect(page.get_by_role("region", name="Wrong pre-approvals")).to_contain_text(
        "Not enough audits"
    )
    clocks = page.get_by_role("region", name="Clocks").get_by_role("row", name="Verified")
    expect(clocks).to_have_text(re.compile(r"Verified\s*2\s*1\s*66.7%"))


def test_charts_say_what_they_show(page: Page, site: Site) -> None:
    story.tell(site.actors)
    enter(page, site, "en")
    page.goto(f"{site.address}/console/dashboard?{DAYS}&lang=en")
    money = page.get_by_role("img", name="Money by day, yuan", exact=True)
    expect(money.locator("desc")).to_have_text(re.compile("¥50.00 in all"))
    heights = [float(bar.get_attribute("height") or 0) for bar in money.locator("rect").all()]
    assert len(heights) == 2  # 30 yuan of pre-approvals, and 20 of verdicts upon them
    assert heights[0] / heights[1] == pytest.approx(1.5, rel=0.01)
    region = page.get_by_role("region", name="Money")
    region.get_by_text("As a table").press("Enter")
    expect(region.get_by_role("row", name="2026-12-08")).to_have_text(
        re.compile(r"¥30.00\s*¥20.00\s*¥0.00\s*¥50.00")
    )


def test_a_lead_chooses_the_period_and_the_shop(page: Page, site: Site) -> None:
    story.tell(site.actors)
    site.actors.add_shop_key()
    enter(page, site, "en")
    page.get_by_role("link", name="Dashboard").click()
    expect(page.get_by_role("link", name="7 days")).to_have_attribute("aria-current", "true")
    page.get_by_label("From", exact=True).fill("2026-12-08")
    page.get_by_label("To", exact=True).fill("2026-12-08")
    page.get_by_label("Shop", exact=True).select_option(label="a shop")
    page.get_by_role("button", name="Show").click()
    assert figure(page, "Claims", "Received") == "3"
    page.get_by_label("Shop", exact=True).select_option(label="another shop")
    page.get_by_role("button", name="Show").click()
    assert figure(page, "Claims", "Received") == "0"
    with page.expect_download() as download:
        page.get_by_role("link", name="Claims as CSV").click()
    assert download.value.suggested_filename == "claims-2026-12-08-2026-12-08.csv"
    page.locator(".switch").click()
    expect(page.get_by_label("从", exact=True)).to_have_value("2026-12-08")
    page.goto(f"{site.address}/console/dashboard?from=2026-12-09&to=2026-12-08&lang=en")
    expect(page.get_by_role("alert")).to_contain_text("ends no earlier than it begins")


def test_wrong_pre_approvals_are_told_with_what_they_rest_on(
    client: FlaskClient, actors: Actors
) -> None:
    with at(days=-1):
        actors.amend_policy(*ALWAYS_BLIND)
    for verdict in (story.approve(1500), story.DECLINE):
        claim_id = story.claim(actors, findings.MODERATE_SPOILAGE)
        with at(3600):
            story.judge(actors, claim_id, verdict)
    story.claim(actors, findings.MODERATE_SPOILAGE)
    with actors.runtime.transaction() as session:
        assert session.query(Verdict).count() == 2
    add_person(actors, "admin")
    log_in(client)
    shown = client.get(f"/console/dashboard?{DAYS}&lang=en").text
    assert "95 % interval 1.3% to 98.7%, by 2 blind audits, 1 of them wrong." in shown
    assert "1 of them are blind cases not judged yet" in shown
    assert "no other figure" not in shown


def test_every_kind_of_alert_has_a_text() -> None:
    kinds = {CLOCK_MISSED, FOOD_SAFETY_LATE, FOOD_SAFETY_CASE, BATCH_CLUSTER, RECALL}
    kinds |= {VERDICT_NOT_GIVEN, WEBHOOK_FAILING, PHOTOS_NOT_SWEPT, "certificate_frozen"}
    files = [path.read_text("utf-8") for path in Path("serve").rglob("*.py")]
    raised = [name for file in files for name in re.findall(r"[^\w]Notice\(\s*([^,]+),", file)]
    assert len(raised) == 8  # a new place may raise a new kind: name it above
    assert {f"alert_{kind}" for kind in kinds} <= set(TEXTS)


def test_an_alert_leads_to_its_case(client: FlaskClient, actors: Actors) -> None:
    claim_id = actors.add_claim(findings.INSECT)
    add_person(actors, "lead")
    log_in(client)
    shown = client.get("/console/dashboard?lang=en").text
    assert f'href="/console/cases/{claim_id}' in shown


def test_agents_do_not_see_it(client: FlaskClient, actors: Actors) -> None:
    add_person(actors, "agent")
    log_in(client)
    assert client.get("/console/dashboard").status_code == 403
    assert "/console/dashboard" not in client.get("/console/").text


@pytest.mark.parametrize(
    "query",
    ["days=x", "days=0", "days=9999", "days=1000000", f"days={10**30}", "from=x", "shop_id=x"],
)
def test_a_strange_address_shows_seven_days_and_says_so(
    client: FlaskClient, actors: Actors, query: str
) -> None:
    add_person(actors, "lead")
    log_in(client)
    answer = client.get(f"/console/dashboard?{query}&lang=en")
    assert answer.status_code == 422
    assert "Seven days are shown" in answer.text
    assert 'aria-current="true">7 days' in answer.text
