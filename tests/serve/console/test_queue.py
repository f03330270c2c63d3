"""The queue as its agents use it: what it lists, what it hides, and the next case."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from serve.agents.handover import hand_over
from serve.agents.holds import take_case
from serve.agents.pending import UNDO_S, enter_verdict, give_due_verdicts
from serve.agents.schemas import VerdictIn
from serve.agents.service import give_verdict
from serve.claims.service import appeal_claim
from serve.console.texts import texts_in
from serve.console.waiting import word_due
from serve.times import utc_now
from tests.serve import findings
from tests.serve.accounts.people import add_person, csrf_of, log_in
from tests.serve.actors import Actors
from tests.serve.agents.test_holds import add_photo

APPROVE = VerdictIn(decision="approve", severity="moderate", amount_fen=1000)


def listed(client: FlaskClient, query: str = "") -> list[uuid.UUID]:
    page = client.get(f"/console/?lang=en&{query}")
    assert page.status_code == 200
    return [uuid.UUID(found) for found in re.findall(r'id="case-([0-9a-f-]{36})"', page.text)]


def row_of(client: FlaskClient, claim_id: uuid.UUID, query: str = "") -> str:
    page = client.get(f"/console/?lang=en&{query}").text
    rows = re.findall(r'<li class="row.*?</li>', page, re.DOTALL)
    (row,) = (row for row in rows if str(claim_id) in row)
    return re.sub(r"\s+", " ", row)


def test_the_queue_shows_what_waits_most_urgent_first(client: FlaskClient, actors: Actors) -> None:
    actors.stop_draws()
    early = actors.add_claim(findings.CLEAN, product="<b>Wrap</b>", batch="B7")
    insect = actors.add_claim(findings.INSECT, reason="foreign_object")
    paid = actors.add_claim(findings.MODERATE_SPOILAGE)
    add_person(actors)
    log_in(client)
    assert listed(client) == [insect, early]
    assert set(listed(client, "show=all")) == {insect, early, paid}
    row = row_of(client, early)
    for shown in (
        "Spoiled food",
        "&lt;b&gt;Wrap&lt;/b&gt;",
        "a shop",
        "Batch B7",
        "1 h 59 min left",
    ):
        assert shown in row
    assert re.search(r"due \d+ \w{3} \d\d:\d\d", row)
    assert "Food safety" in row_of(client, insect)
    assert "Pre-approved" in row_of(client, paid, "show=all")
    hand_over(actors.runtime, actors.agent, str(early))
    with time_machine.travel(utc_now() + timedelta(hours=2, minutes=30)):
        log_in(client)
        page = client.get("/console/?lang=en").text
        assert re.findall(r"(\w[\w ]*) <strong>(\d+)</strong>", page)[:4] == [
            ("Waiting", "2"),
            ("Food safety", "1"),
            ("Late", "2"),
            ("For a lead", "1"),
        ]
        assert "30 min late" in row_of(client, early)


def test_filters_narrow_the_list_and_nonsense_does_not(client: FlaskClient, actors: Actors) -> None:
    actors.stop_draws()
    spoiled = actors.add_claim(findings.CLEAN, batch="B7")
    insect = actors.add_claim(findings.INSECT, reason="foreign_object")
    paid = actors.add_claim(findings.MODERATE_SPOILAGE, batch="B7")
    add_person(actors)
    log_in(client)
    assert listed(client, "reason=spoilage") == [spoiled]
    assert listed(client, "food_safety=true") == [insect]
    assert listed(client, "overdue=true") == []
    assert set(listed(client, "show=all&batch=B7")) == {spoiled, paid}
    assert listed(client, "show=all&status=pre_approved&reason=spoilage") == [paid]
    assert listed(client, f"shop_id={uuid.uuid4()}") == []
    assert set(listed(client, f"shop_id={actors.shop.account_id}")) == {spoiled, insect}
    assert listed(client, "reason=x&status=y&shop_id=z&show=q&page=-1&note=w") == [insect, spoiled]
    page = client.get("/console/?reason=spoilage&show=all").text
    assert '<option value="spoilage" selected>' in page
    assert 'href="/console/?show=all"' in page  # which clears the filter


def test_long_queues_have_pages(client: FlaskClient, actors: Actors) -> None:
    actors.stop_draws()
    claims = {actors.add_claim(findings.CLEAN) for _ in range(22)}
    add_person(actors)
    log_in(client)
    first, second = listed(client), listed(client, "page=2")
    assert (len(first), len(second)) == (20, 2)
    assert {*first, *second} == claims
    assert 'href="/console/?page=2&amp;lang=en"' in client.get("/console/?lang=en").text


def test_an_audit_looks_like_any_case_that_waits(client: FlaskClient, actors: Actors) -> None:
    actors.amend_policy(
        ("blind_propensity = 0.10", "blind_propensity = 1.0"),
        ("\npropensity = 0.05", "\npropensity = 1.0"),
    )
    order = {"product": "Wrap", "order_id": "one"}
    audited = actors.add_claim(findings.MODERATE_SPOILAGE, **order)
    passed_on = actors.add_claim(findings.CLEAN, product="Wrap", order_id="two")
    add_person(actors)
    log_in(client)
    rows = [
        re.sub(r'datetime="[^"]*"|\d+ min', "", row_of(client, claim_id, "show=all"))
        .replace(str(claim_id), "")
        .replace(name, "")
        for claim_id, name in ((audited, "Order one"), (passed_on, "Order two"))
    ]
    assert rows[0] == rows[1]
    assert "Blind" in rows[0]
    assert listed(client, "show=all&status=pre_approved") == []


def test_taking_the_next_case_opens_it(client: FlaskClient, actors: Actors) -> None:
    early = actors.add_claim(findings.CLEAN)
    insect = actors.add_claim(findings.INSECT, reason="foreign_object")
    with actors.runtime.transaction() as session:
        take_case(session, actors.agent, insect)
    add_person(actors)
    log_in(client)
    assert "an agent has it open" in row_of(client, insect)
    assert client.post("/console/next").status_code == 403
    form = {"csrf_token": csrf_of(client)["X-CSRF-Token"]}
    taken = client.post("/console/next?lang=en", data=form)
    assert (taken.status_code, taken.location) == (303, f"/console/cases/{early}?lang=en")
    assert "You have it open" in row_of(client, early)
    give_verdict(actors.runtime, actors.agent, str(insect), APPROVE)
    with time_machine.travel(utc_now() + timedelta(minutes=11)):
        give_verdict(actors.runtime, actors.agent, str(early), APPROVE)
        nothing = client.post("/console/next?lang=en", data=form)
        assert texts_in("en")["nothing_free"] in client.get(nothing.location).text


def test_a_verdict_can_be_undone_from_the_queue(client: FlaskClient, actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN, product="Wrap")
    me = add_person(actors)
    log_in(client)
    enter_verdict(actors.runtime, me, str(claim_id), APPROVE)
    page = client.get("/console/?lang=en").text
    assert "Approved, ¥10.00" in page
    assert 'aria-label="Undo the verdict on Wrap"' in page
    assert "You have decided" in row_of(client, claim_id)
    assert listed(client, "show=mine") == [claim_id]
    form = {"csrf_token": csrf_of(client)["X-CSRF-Token"]}
    path = f"/console/undo/{claim_id}?lang=en"
    assert client.post(path).status_code == 403
    assert client.post(path, data=form).location == f"/console/cases/{claim_id}?lang=en"
    assert "You have it open" in row_of(client, claim_id)
    enter_verdict(actors.runtime, me, str(claim_id), APPROVE)
    with time_machine.travel(utc_now() + timedelta(seconds=UNDO_S + 1)):
        give_due_verdicts(actors.runtime)
        late = client.post(path, data=form)
        page = client.get(late.location).text
        assert texts_in("en")["too_late"] in page
        assert "Approved, ¥10.00" in page
        assert "/console/undo/" not in page


def test_an_agent_sees_why_a_verdict_was_not_given(client: FlaskClient, actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    me = add_person(actors)
    enter_verdict(actors.runtime, me, str(claim_id), APPROVE)
    add_photo(actors, claim_id)
    with time_machine.travel(utc_now() + timedelta(seconds=UNDO_S + 1)):
        give_due_verdicts(actors.runtime)
    log_in(client)
    why = "Not given: a photo came since"
    assert why in client.get("/console/?lang=en").text
    add_person(actors, name="Wang Wei")
    log_in(client, "Wang Wei")
    assert why not in client.get("/console/?lang=en").text


def test_nobody_but_people_who_work_here_comes_in(client: FlaskClient, actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    for answer in (
        client.get("/console/", headers=actors.as_shop),
        client.post("/console/next", headers=actors.as_agent),
        client.post(f"/console/undo/{claim_id}", headers=actors.as_agent),
    ):
        assert (answer.status_code, "/console/login" in answer.location) == (303, True)


@pytest.mark.parametrize(
    ("left", "zh", "en"),
    [
        (timedelta(seconds=59), "不到 1 分钟", "under 1 min left"),
        (timedelta(minutes=12, seconds=59), "还剩 12 分钟", "12 min left"),
        (timedelta(hours=1, minutes=5), "还剩 1 小时 5 分", "1 h 5 min left"),
        (timedelta(seconds=-30), "刚刚超时", "just late"),
        (timedelta(minutes=-90), "已超时 1 小时 30 分", "1 h 30 min late"),
        (timedelta(days=-3), "已超时 3 天", "3 days late"),
    ],
)
def test_what_is_due_is_said_in_words(left: timedelta, zh: str, en: str) -> None:
    now = utc_now()
    assert word_due(texts_in("zh-CN"), now + left, now) == zh
    assert word_due(texts_in("en"), now + left, now) == en


def test_an_appealed_claim_waits_again(client: FlaskClient, actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    me = add_person(actors)
    log_in(client)
    give_verdict(actors.runtime, me, str(claim_id), APPROVE)
    assert (listed(client), listed(client, "show=mine")) == ([], [claim_id])
    appeal_claim(actors.runtime, actors.shop, str(claim_id), "")
    assert listed(client) == [claim_id]
