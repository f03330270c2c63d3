"""The figures of a story that is short enough to reckon by hand."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest

from serve.agents.pending import enter_verdict, give_due_verdicts
from serve.reports.answers import Clock
from serve.reports.regrades import Changed
from tests.serve import findings
from tests.serve.actors import Actors
from tests.serve.reports import story
from tests.serve.reports.story import TUESDAY, WEDNESDAY, at, report


def test_how_fast_claims_are_answered_and_resolved(actors: Actors) -> None:
    story.tell(actors)
    answers = report(actors, TUESDAY, WEDNESDAY).answers
    assert (answers.received, answers.held_back) == (4, 0)
    first = answers.first_response  # 60, 60, 120 and 240 s
    assert (first.count, first.median_s) == (4, 90)
    assert first.p95_s == pytest.approx(120 + 0.85 * 120)
    assert first.clock == Clock("first_answer", kept=3, missed=1)
    assert first.clock.kept_share == 0.75
    resolution = answers.resolution  # 60, 3600, 7200 and 10800 s
    assert (resolution.count, resolution.median_s) == (4, 5400)
    assert resolution.p95_s == pytest.approx(7200 + 0.85 * 3600)


def test_clocks_kept_and_missed(actors: Actors) -> None:
    story.tell(actors)
    clocks = {
        c.clock: (c.kept, c.missed) for c in report(actors, TUESDAY, WEDNESDAY).answers.clocks
    }
    assert clocks == {
        "acknowledged": (4, 0),
        "first_answer": (3, 1),
        "food_safety": (0, 0),
        "verified": (2, 1),
        "resolved": (4, 0),
    }


def test_satisfaction_and_what_the_machine_does_alone(actors: Actors) -> None:
    story.tell(actors)
    answers = report(actors, TUESDAY, WEDNESDAY).answers
    satisfaction = answers.satisfaction
    assert (satisfaction.count, satisfaction.mean) == (2, 3.5)
    assert satisfaction.scores == (0, 1, 0, 0, 1)
    assert satisfaction.answered_share == 0.5
    # One was pre-approved and appealed: an agent has looked at it.
    assert (answers.automation.decided, answers.automation.alone) == (4, 1)


def test_what_agents_change(actors: Actors) -> None:
    claims = story.tell(actors)
    found = report(actors, TUESDAY, WEDNESDAY).regrades
    assert found.appeals == Changed(judged=1, changed=1)
    # The machine saw nothing on both: one agent did.
    assert found.grades == Changed(judged=2, changed=1)
    with at(days=1.5):
        story.appeal_claim(actors.runtime, actors.shop, str(claims["graded"]), "more")
    assert report(actors, TUESDAY, WEDNESDAY).regrades == found
    with at(days=1.6):
        story.judge(actors, claims["graded"], story.approve(500, "minor"))
    # A verdict that says the same again overturns nothing.
    assert report(actors, TUESDAY, WEDNESDAY).regrades.appeals == Changed(judged=2, changed=1)


def test_asking_for_a_human_instead_of_a_photo_overturns_nothing(actors: Actors) -> None:
    story.tell(actors)
    asked = story.claim(actors, findings.BLURRED)
    with at(3600):
        story.appeal_claim(actors.runtime, actors.shop, str(asked), "no other photo")
    with at(7200):
        story.judge(actors, asked, story.approve(700, "minor"))
    found = report(actors, TUESDAY, WEDNESDAY).regrades
    assert (found.appeals, found.asked_instead) == (Changed(judged=1, changed=1), 1)


def test_a_clock_is_missed_although_no_round_looked(actors: Actors) -> None:
    with at(days=-1):
        actors.stop_draws()
    late, again = story.claim(actors, findings.CLEAN), story.claim(actors, findings.CLEAN)
    with at(2 * 3600 + 300):
        story.judge(actors, late, story.DECLINE)
    with at(3600):
        story.judge(actors, again, story.DECLINE)
    clocks = {c.clock: (c.kept, c.missed) for c in report(actors, TUESDAY).answers.clocks}
    assert clocks["verified"] == (1, 1)


def test_a_late_resolution_stays_late_after_an_appeal(actors: Actors) -> None:
    with at(days=-1):
        actors.stop_draws()
    late = story.claim(actors, findings.CLEAN)
    with at(days=1.1):
        story.judge(actors, late, story.DECLINE)
    with at(days=1.2):
        story.appeal_claim(actors.runtime, actors.shop, str(late), "more")
    with at(days=1.21):
        story.judge(actors, late, story.DECLINE)
    clocks = {c.clock: (c.kept, c.missed) for c in report(actors, TUESDAY).answers.clocks}
    assert clocks["resolved"] == (0, 1)


def test_a_verdict_entered_in_time_and_given_after_it_is_in_time(actors: Actors) -> None:
    with at(days=-1):
        actors.stop_draws()
    claim_id = story.claim(actors, findings.CLEAN)
    with at(2 * 3600 - 10):
        enter_verdict(actors.runtime, actors.agent, str(claim_id), story.DECLINE)
    with at(2 * 3600 + 60):
        assert give_due_verdicts(actors.runtime) == 1
    clocks = {c.clock: (c.kept, c.missed) for c in report(actors, TUESDAY).answers.clocks}
    assert clocks["verified"] == (1, 0)


def test_money_by_day_and_kind(actors: Actors) -> None:
    story.tell(actors)
    whole = report(actors, TUESDAY, WEDNESDAY)
    by_kind = {"pre_approval": 3000, "verdict": 2000, "appeal": 0}
    assert [day.day for day in whole.days] == [TUESDAY, WEDNESDAY]
    assert [day.money_fen for day in whole.days] == [by_kind, dict.fromkeys(by_kind, 0)]
    assert [(day.received, day.decided, day.alone) for day in whole.days] == [(3, 3, 1), (1, 1, 0)]
    assert (whole.money.total_fen, whole.money.by_kind_fen) == (5000, by_kind)
    assert whole.money.share == 5000 / 12000


def test_an_appeal_against_an_agent_is_paid_as_an_appeal(actors: Actors) -> None:
    claims = story.tell(actors)
    with at(days=1.5):
        story.appeal_claim(actors.runtime, actors.shop, str(claims["late"]), "more")
        story.judge(actors, claims["late"], story.approve(700, "minor"))
    whole = report(actors, WEDNESDAY)
    assert whole.money.by_kind_fen == {"pre_approval": 0, "verdict": 0, "appeal": 700}
    assert whole.regrades.appeals == Changed(judged=1, changed=1)


def test_what_most_claims_are_about(actors: Actors) -> None:
    story.tell(actors)
    whole = report(actors, TUESDAY, WEDNESDAY)
    assert [(top.name, top.claims) for top in whole.products] == [
        ("Caesar salad", 3),
        ("鸡腿便当", 1),
    ]
    assert [(top.name, top.claims) for top in whole.batches] == [("B1", 2)]
    assert set(whole.shops.values()) == {"a shop"}


def test_a_report_is_about_its_days_and_its_shop(actors: Actors) -> None:
    story.tell(actors)
    assert report(actors, WEDNESDAY).answers.received == 1
    mine, stranger = actors.shop.account_id, uuid.uuid4()
    assert report(actors, TUESDAY, shop_id=mine).answers.received == 3
    assert report(actors, TUESDAY, shop_id=mine).money.total_fen == 5000
    foreign = report(actors, TUESDAY, shop_id=stranger)
    assert (foreign.answers.received, foreign.money.total_fen) == (0, 0)
    assert foreign.money.order_value_fen == 0
    assert foreign.products == []
    assert foreign.now == {"open": 0, "waiting": 0, "late": 0}


def test_days_begin_at_midnight_in_shanghai(actors: Actors) -> None:
    for moment in (
        datetime(2026, 12, 8, 15, 59, 59, tzinfo=UTC),
        datetime(2026, 12, 8, 16, tzinfo=UTC),
    ):
        with at(start=moment):
            actors.add_claim(findings.CLEAN)
    days = report(actors, TUESDAY, WEDNESDAY).days
    assert [day.received for day in days] == [1, 1]


def test_what_is_open_waiting_and_late_now(actors: Actors) -> None:
    story.tell(actors)
    story.claim(actors, findings.CLEAN, days=1.99)
    story.claim(actors, findings.CLEAN, days=1.5)
    story.claim(actors, findings.BLURRED, days=1.5)
    assert report(actors, TUESDAY).now == {"open": 3, "waiting": 2, "late": 1}


def test_open_alerts_name_their_claims(actors: Actors) -> None:
    with at(days=-1):
        actors.stop_draws()
    claim_id = story.claim(actors, findings.INSECT)
    (alert,) = report(actors, TUESDAY).alerts
    assert (alert.kind, alert.count, alert.claim_ids) == ("food_safety", 1, [claim_id])
    assert report(actors, TUESDAY, shop_id=uuid.uuid4()).alerts == []


def test_a_period_without_claims_has_no_shares(actors: Actors) -> None:
    empty = report(actors, TUESDAY)
    assert empty.answers.first_response.median_s is None
    assert empty.answers.first_response.clock.kept_share is None
    assert empty.answers.satisfaction.mean is None
    assert empty.answers.automation.share is None
    assert empty.regrades.appeals.share is None
    assert empty.money.share is None
    assert empty.wrong.share is None
