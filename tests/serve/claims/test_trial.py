"""Trying a policy on claims that were decided."""

from __future__ import annotations

import csv
import uuid
from pathlib import Path

import pytest

from serve.agents.schemas import VerdictIn
from serve.agents.service import give_verdict
from serve.claims import trial
from serve.claims.trial import Trial, try_policy
from serve.claims.trial_report import Report, open_table, write_changes
from serve.policy.decision import Decision
from serve.policy.rules import Policy
from serve.times import utc_now
from tests.serve import findings
from tests.serve.actors import Actors

MODERATE = "[compensation.spoilage.moderate]\n"
SEVERE = "[compensation.spoilage.severe]\n"


def changed(policy: Policy, *changes: tuple[str, str]) -> Policy:
    text = policy.text
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return Policy(text)


def run(actors: Actors, policy: Policy) -> dict[uuid.UUID, Trial]:
    with actors.runtime.transaction() as session:
        return {trial.claim_id: trial for trial in try_policy(session, policy)}


def make_claims(actors: Actors) -> list[uuid.UUID]:
    """Makes claims whose decisions hang together: one customer, one order, caps that bite."""
    order = actors.add_order(customer_id="often", price_fen=3000)
    return [
        actors.add_claim(findings.MODERATE_SPOILAGE, order=order),
        actors.add_claim(findings.HAIR, reason="foreign_object", order=order),
        actors.add_claim(reason="delivery", late_min=45, customer_id="often"),
        actors.add_claim(findings.MINOR_SPOILAGE, customer_id="often"),
        actors.add_claim(findings.MINOR_SPOILAGE, customer_id="often"),
        actors.add_claim(findings.CLEAN),
        actors.add_claim(findings.BLURRED),
        actors.add_claim(findings.SEVERE_SPOILAGE, price_fen=9000),
    ]


def test_the_policy_in_force_changes_nothing(actors: Actors) -> None:
    claims = make_claims(actors)
    trials = run(actors, actors.policy)
    assert list(trials) == claims
    assert not [trial for trial in trials.values() if trial.changed]
    assert [trial.after.to_dict() == trial.before for trial in trials.values()] == [True] * 8


def test_more_claims_are_tried_than_are_fetched_at_once(
    actors: Actors, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = make_claims(actors)
    monkeypatch.setattr(trial, "_BATCH", 2)
    assert list(run(actors, actors.policy)) == claims


def test_nothing_is_written_or_paid(actors: Actors) -> None:
    claim_id = actors.add_claim(findings.MODERATE_SPOILAGE)
    before = actors.show(claim_id), actors.ledger_kinds(claim_id)
    run(actors, changed(actors.policy, ("percent = 50", "percent = 90")))
    assert (actors.show(claim_id), actors.ledger_kinds(claim_id)) == before


def test_money_that_changes_is_told(actors: Actors) -> None:
    paid, passed_on = make_claims(actors)[0], make_claims(actors)[7]
    trials = run(
        actors,
        changed(
            actors.policy,
            (f"{MODERATE}percent = 50", f"{MODERATE}percent = 40"),
            ("limit_fen = 5000", "limit_fen = 10000"),
            ("max_amount_fen = 12000", "max_amount_fen = 30000"),
        ),
    )
    assert trials[paid].difference_fen == 1200 - 1500
    assert trials[passed_on].move == ("needs_agent", "pre_approved")
    assert trials[passed_on].difference_fen == 9000


def test_caps_follow_from_what_would_have_been_paid(actors: Actors) -> None:
    """Three automatic compensations are the cap: with no first one, the fourth is paid."""
    claims = make_claims(actors)
    now = run(actors, actors.policy)
    assert [now[claim].after.outcome for claim in claims[:5]] == [
        *["pre_approved"] * 3, "needs_agent", "needs_agent",
    ]  # fmt: skip
    none_for_late = changed(
        actors.policy, ("[compensation.delivery.moderate]\npercent = 50", "[compensation.delivery]")
    )
    then = run(actors, none_for_late)
    assert [then[claim].after.outcome for claim in claims[:5]] == [
        *["pre_approved"] * 2, "needs_agent", "pre_approved", "needs_agent",
    ]  # fmt: skip


def test_an_order_has_left_what_would_have_been_left(actors: Actors) -> None:
    order = actors.add_order(price_fen=2000)
    actors.add_claim(findings.SEVERE_SPOILAGE, order=order)
    second = actors.add_claim(findings.HAIR, reason="foreign_object", order=order)
    assert run(actors, actors.policy)[second].after.amount_fen == 0
    less = changed(actors.policy, (f"{SEVERE}percent = 100", f"{SEVERE}percent = 60"))
    assert run(actors, less)[second].after.amount_fen == 800


def test_what_agents_gave_stays(actors: Actors) -> None:
    order = actors.add_order(price_fen=2000)
    first = actors.add_claim(findings.CLEAN, order=order)
    give_verdict(
        actors.runtime,
        actors.agent,
        str(first),
        VerdictIn(decision="approve", severity="severe", amount_fen=1500),
    )
    second = actors.add_claim(findings.HAIR, reason="foreign_object", order=order)
    trials = run(actors, changed(actors.policy, ("percent = 50", "percent = 90")))
    assert trials[second].after.amount_fen == 500


def test_other_urgent_words_are_found_in_the_description(actors: Actors) -> None:
    claim_id = actors.add_claim(findings.MODERATE_SPOILAGE, description="臭了")
    trial = run(actors, changed(actors.policy, ('"过敏"', '"过敏", "臭"')))[claim_id]
    assert trial.after.food_safety
    assert not trial.before["food_safety"]


def test_the_report_counts_and_lists(actors: Actors, tmp_path: Path) -> None:
    passed_on = actors.add_claim(findings.SEVERE_SPOILAGE, price_fen=9000)
    actors.add_claim(findings.MODERATE_SPOILAGE)
    give_verdict(
        actors.runtime,
        actors.agent,
        str(passed_on),
        VerdictIn(decision="approve", severity="moderate", amount_fen=4500),
    )
    policy = changed(actors.policy, ("limit_fen = 5000", "limit_fen = 10000"))
    report = Report()
    with actors.runtime.transaction() as session, open_table(tmp_path / "changes.csv") as file:
        write_changes(try_policy(session, policy), report, file)
    lines = list(report.lines())
    assert lines[1].split() == ["pre_approved", "1", "2", "+1"]
    assert lines[4].split()[-3:] == ["16.40", "106.40", "+90.00"]
    assert lines[5:] == [
        "1 of 2 decisions change.",
        "  needs_agent -> pre_approved: 1, +90.00 yuan; agents: 1 gave less",
    ]
    with (tmp_path / "changes.csv").open(encoding="utf-8-sig") as file:
        (row,) = csv.DictReader(file)
    assert row["claim"] == str(passed_on)
    assert (row["fen_before"], row["fen_after"], row["agent_fen"]) == ("0", "9000", "4500")


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        (("approve", 500), "gave the same"),
        (("approve", 900), "gave more"),
        (("approve", 100), "gave less"),
        (("decline", 0), "declined"),
    ],
)
def test_agents_verdicts_are_held_against_the_trial(agent: tuple[str, int], told: str) -> None:
    after = Decision(outcome="pre_approved", reasons=(), amount_fen=500)
    before = {"outcome": "needs_agent", "amount_fen": 0, "extras": []}
    report = Report()
    report.add(Trial(uuid.uuid4(), utc_now(), "spoilage", before, after, agent))
    assert list(report.lines())[-1].endswith(f"agents: 1 {told}")
