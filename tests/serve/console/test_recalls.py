"""Calling a batch back from the console: on a case, and the page of all recalls."""

from __future__ import annotations

import csv
import io
import os
import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from werkzeug.test import TestResponse

from serve.batches.service import call_back
from serve.webhooks.endpoints import set_endpoint
from tests.serve import findings
from tests.serve.accounts.people import add_person, csrf_of, log_in
from tests.serve.actors import Actors
from tests.serve.board import open_alerts
from tests.serve.browsing import DESKTOP, PHONE, Site
from tests.serve.console.desk import entered, open_case, sign_in
from tests.serve.pages.test_access import LANGUAGES, check

WHY = "insects found <twice>"
FILLED = {"reason": WHY, "checked": "yes"}
SCREENS = os.environ.get("CONSOLE_SCREENS")


@pytest.fixture
def agent(client: FlaskClient, actors: Actors) -> FlaskClient:
    add_person(actors)
    log_in(client)
    return client


def add_on_batch(actors: Actors, batch: str = "B7") -> uuid.UUID:
    return actors.add_claim(findings.CLEAN, batch=batch)


def press(client: FlaskClient, claim_id: uuid.UUID, **form: str) -> TestResponse:
    path = f"/console/cases/{claim_id}/recall?lang=en"
    return client.post(path, data=form, headers=csrf_of(client))


def case_of(client: FlaskClient, claim_id: uuid.UUID) -> str:
    return client.get(f"/console/cases/{claim_id}?lang=en").text


def test_a_case_offers_to_call_its_batch_back(agent: FlaskClient, actors: Actors) -> None:
    claim_id = add_on_batch(actors)
    actors.add_order(batch="B7")
    page = case_of(agent, claim_id)
    assert f'action="/console/cases/{claim_id}/recall?lang=en"' in page
    assert "whole batch B7 of a shop (orders: 2)" in page
    assert "cannot be undone" in page
    assert "This shop takes no messages yet" in page
    link = re.search(r'href="(/console/\?show=all[^"]*)"', page)
    assert link
    others = agent.get(link[1].replace("&amp;", "&")).text
    assert f"/console/cases/{claim_id}" in others


def test_a_batch_is_called_back_once_and_shown(agent: FlaskClient, actors: Actors) -> None:
    claim_id, other = add_on_batch(actors), add_on_batch(actors)
    done = press(agent, claim_id, **FILLED)
    assert done.status_code == 303
    shown = agent.get(done.location).text
    assert "The batch is called back" in shown
    assert "insects found &lt;twice&gt;" in shown
    assert "<dd>Li Na</dd>" in shown
    again = press(agent, other, reason="another reason", checked="yes")
    answer = agent.get(again.location).text
    assert "had been called back before" in answer
    assert "another reason" not in answer
    assert "<textarea" not in answer.partition('id="batch"')[2].partition("</section>")[0]
    (alert,) = open_alerts(actors, "recall")
    assert alert["details"]["reason"] == WHY
    assert actors.ledger_kinds(claim_id).count("recall_started") == 1
    assert "recall_started" not in actors.ledger_kinds(other)
    link = re.search(r'href="(/v1/recalls/[^"]+\.csv)"', shown)
    assert link
    rows = csv.DictReader(io.StringIO(agent.get(link[1]).data.decode("utf-8-sig"), newline=""))
    assert len(list(rows)) == 2


def test_who_calls_back_knows_whether_the_shop_is_told(agent: FlaskClient, actors: Actors) -> None:
    claims = [add_on_batch(actors, name) for name in ("B7", "B8")]
    assert "get in touch with it yourself" in case_of(agent, claims[0])
    done = agent.get(press(agent, claims[0], **FILLED).location).text
    assert "called back. This shop takes no messages" in done
    with actors.runtime.transaction() as session:
        assert actors.shop.account_id
        set_endpoint(session, actors.runtime.jobs, actors.shop.account_id, "http://127.0.0.1:9/")
    assert "The shop is sent a message at once" in case_of(agent, claims[1])
    done = agent.get(press(agent, claims[1], **FILLED).location).text
    assert "called back. The message to the shop is on its way." in done


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"reason": " \r\n ", "checked": "yes"}, "Say why the batch is called back"),
        ({"reason": "x" * 1001, "checked": "yes"}, "at most 1000 characters"),
        ({"reason": "nul\x00", "checked": "yes"}, "Say why the batch is called back"),
        ({"reason": WHY}, "I have checked"),
        ({}, "Say why the batch is called back"),
    ],
)
def test_a_form_with_mistakes_comes_back_filled(
    agent: FlaskClient, actors: Actors, form: dict[str, str], told: str
) -> None:
    answer = press(agent, add_on_batch(actors), **form)
    assert answer.status_code == 422
    mistakes = answer.text.partition('role="alert"')[2].partition("</div>")[0]
    assert told in mistakes
    if form.get("reason") == WHY:
        assert ">insects found &lt;twice&gt;</textarea>" in answer.text
    assert open_alerts(actors, "recall") == []


def test_a_reason_is_counted_as_browsers_count_it(agent: FlaskClient, actors: Actors) -> None:
    claim_id = add_on_batch(actors)
    assert press(agent, claim_id, reason="a\r\n" * 500, checked="yes").status_code == 303


def test_a_forged_form_calls_nothing_back(agent: FlaskClient, actors: Actors) -> None:
    path = f"/console/cases/{add_on_batch(actors)}/recall"
    assert agent.post(path, data=FILLED).status_code == 403
    foreign = {**csrf_of(agent), "Origin": "https://elsewhere.example"}
    assert agent.post(path, data=FILLED, headers=foreign).status_code == 403
    assert open_alerts(actors, "recall") == []


def test_a_case_without_a_batch_has_nothing_to_call_back(
    agent: FlaskClient, actors: Actors
) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    assert f"{claim_id}/recall" not in case_of(agent, claim_id)
    for answer in (
        press(agent, claim_id, **FILLED),
        agent.get(f"/console/cases/{claim_id}/recall"),
    ):
        assert answer.status_code == 409
    assert "names no batch" in press(agent, claim_id, **FILLED).text
    for nobody in (uuid.uuid4(), "nonsense"):
        assert agent.get(f"/console/cases/{nobody}/recall").status_code == 404


def test_agents_who_press_at_once_make_one_recall(app: APIFlask, actors: Actors) -> None:
    claim_id = add_on_batch(actors)
    clients = []
    for name in ("Li Na", "Wang Wei"):
        add_person(actors, name=name)
        clients.append(app.test_client())
        log_in(clients[-1], name)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda one: press(one, claim_id, **FILLED), clients))
    told = sorted(re.findall(r"recall=(\w+)", "".join(answer.location for answer in answers)))
    assert told == ["before", "new"]
    assert len(open_alerts(actors, "recall")) == 1


def test_only_people_see_and_start_recalls(client: FlaskClient, actors: Actors) -> None:
    claim_id = add_on_batch(actors)
    for path in ("/console/recalls", f"/console/cases/{claim_id}/recall"):
        answer = client.get(path, headers=actors.as_shop)
        assert (answer.status_code, "/console/login" in answer.location) == (303, True)
    path = f"/console/cases/{claim_id}/recall"
    assert client.post(path, data=FILLED, headers=actors.as_agent).status_code == 303
    assert open_alerts(actors, "recall") == []
    for role in ("lead", "admin"):
        add_person(actors, role, f"a {role}")
        log_in(client, f"a {role}")
        assert client.get("/console/recalls").status_code == 200
    assert press(client, claim_id, **FILLED).status_code == 303
    assert len(open_alerts(actors, "recall")) == 1


def test_all_recalls_are_listed_page_by_page(agent: FlaskClient, actors: Actors) -> None:
    assert "No batch has been called back" in agent.get("/console/recalls?lang=en").text
    claims = {f"B{n:02}": add_on_batch(actors, f"B{n:02}") for n in range(21)}
    for claim_id in claims.values():
        press(agent, claim_id, **FILLED)
    first, second = (agent.get(f"/console/recalls?lang=en&page={n}").text for n in (1, 2))
    assert re.findall(r"<h2>Batch (\w+)", first + second) == sorted(claims, reverse=True)
    assert "Recalls: 21" in first
    assert "page=2" in first
    assert len(re.findall(r"<h2>", second)) == 1
    for fact in ("Caesar salad", "a shop", "Li Na", "insects found &lt;twice&gt;", ".csv"):
        assert fact in second
    assert f"/console/cases/{claims['B00']}?" in second
    for page in ("0", "-1", "x", "99999", "9" * 30):
        assert agent.get(f"/console/recalls?page={page}").status_code == 200


def test_a_batch_is_called_back_by_keyboard_on_a_phone(page: Page, site: Site) -> None:
    claim_id = add_on_batch(site.actors)
    sign_in(page, site)
    for language in LANGUAGES:
        open_case(page, site, claim_id, language, PHONE)
        page.locator(".recall summary").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#recall-reason")).to_be_visible()
        check(page, f"form, {language}")
        shoot(page, f"form-{language}")
    page.keyboard.press("3")
    page.keyboard.press("Tab")
    expect(page.locator("#recall-reason")).to_be_focused()
    page.keyboard.type("two insects")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("d")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    # Keys of the verdict did nothing in this form, and nobody's hold was asked for.
    expect(page.locator("[data-verdict] input[type=radio]:checked")).to_have_count(0)
    expect(page.locator("[data-mistakes]")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="The batch is called back")).to_be_visible()
    assert entered(site.actors, claim_id) is None
    check(page, "called back")
    shoot(page, "called-back-en")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the orders of batch B7").click()
    assert download.value.suggested_filename.endswith(".csv")
    for language in LANGUAGES:
        page.goto(f"{site.address}/console/recalls?lang={language}")
        check(page, f"list, {language}")
        shoot(page, f"list-{language}")


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_pages_fit_both_sizes_and_colours(page: Page, site: Site, colours: str) -> None:
    called, waiting = add_on_batch(site.actors), add_on_batch(site.actors, "批次 8")
    sign_in(page, site)
    page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
    with site.actors.runtime.transaction() as session:
        agent = site.actors.agent
        call_back(session, site.actors.runtime.jobs, agent, str(called), "虫子 " * 30)
    addresses = {
        "own-form": f"cases/{waiting}/recall",
        "called": f"cases/{called}",
        "case": f"cases/{waiting}",
        "list": "recalls",
    }
    for name, address in addresses.items():
        for language in LANGUAGES:
            for size in (PHONE, DESKTOP):
                page.set_viewport_size(size)
                page.goto(f"{site.address}/console/{address}?lang={language}#batch")
                page.evaluate("document.querySelector('details.recall')?.setAttribute('open', '')")
                where = f"{name}-{language}-{size['width']}-{colours}"
                check(page, where)
                assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], where
                shoot(page, where)


def shoot(page: Page, name: str) -> None:
    if SCREENS:
        page.screenshot(path=Path(SCREENS) / f"{name}.png", full_page=True)
