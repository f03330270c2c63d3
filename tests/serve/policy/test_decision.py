from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from serve.policy.decision import Decision, compute_amount_fen, decide
from serve.policy.evidence import CaseFile, CustomerHistory, OrderFacts
from serve.policy.rules import read_policy
from tests.serve import findings
from tests.serve.findings import assessment

POLICY = read_policy(Path("policy.toml"))
PROMISED = datetime(2026, 11, 1, 12, tzinfo=UTC)


def case(*photos: dict[str, Any], reason: str = "spoilage", **changes: object) -> CaseFile:
    order = OrderFacts(**{"price_fen": 3280, **changes})
    return CaseFile("claim-1", reason, order, assessments=photos)


def codes(decision: Decision) -> list[str]:
    return [reason["code"] for reason in decision.reasons]


@pytest.mark.parametrize(
    ("reason", "photo", "severity", "percent"),
    [
        ("spoilage", assessment(spoiled_fraction=0.5), "severe", 100),
        ("spoilage", assessment(spoiled_fraction=0.02, mould=True), "severe", 100),
        ("spoilage", assessment(spoiled_fraction=0.2), "moderate", 50),
        ("spoilage", assessment(spoiled_fraction=0.05), "minor", 20),
        ("foreign_object", assessment(kind="insect"), "severe", 100),
        ("foreign_object", assessment(kind="glass"), "severe", 100),
        ("foreign_object", assessment(kind="hair"), "moderate", 50),
        ("foreign_object", assessment(kind="paper"), "moderate", 50),
        ("portion", assessment(shortfall=(0.15, 0.3)), "moderate", 20),
        ("portion", assessment(shortfall=(0.35, 0.6)), "severe", 50),
    ],
)
def test_the_published_table_is_what_is_paid(
    reason: str, photo: dict[str, Any], severity: str, percent: int
) -> None:
    decision = decide(case(photo, reason=reason, price_fen=1000), POLICY)
    assert decision.outcome == "pre_approved"
    assert (decision.problem, decision.severity, decision.percent) == (reason, severity, percent)
    assert decision.amount_fen == 10 * percent


def test_extras_come_with_severe_and_minor_spoilage() -> None:
    assert decide(case(findings.SEVERE_SPOILAGE), POLICY).extras == ("coupon_or_upgrade",)
    assert decide(case(findings.MINOR_SPOILAGE), POLICY).extras == ("small_coupon",)


def test_a_portion_that_may_be_short_but_not_surely_goes_to_an_agent() -> None:
    decision = decide(case(assessment(shortfall=(0.02, 0.5)), reason="portion"), POLICY)
    assert decision.outcome == "needs_agent"
    assert decision.amount_fen == 0


def test_an_object_of_unknown_kind_goes_to_an_agent() -> None:
    decision = decide(case(assessment(kind="other"), reason="foreign_object"), POLICY)
    assert (decision.outcome, codes(decision)[0]) == ("needs_agent", "grade_unknown")


@pytest.mark.parametrize("reason", ["spoilage", "portion"])
def test_what_may_be_a_dangerous_object_stops_any_claim(reason: str) -> None:
    photo = assessment(spoiled_fraction=0.2, shortfall=(0.35, 0.6), kind="other")
    decision = decide(case(photo, reason=reason), POLICY)
    assert (decision.outcome, codes(decision)[0]) == ("needs_agent", "grade_unknown")


def test_an_insect_is_pre_approved_and_an_agent_is_called() -> None:
    decision = decide(case(findings.INSECT, reason="foreign_object"), POLICY)
    assert decision.outcome == "pre_approved"
    assert decision.food_safety
    assert not decision.blind
    assert "food_safety" in codes(decision)


def test_an_insect_seen_in_a_claim_for_something_else_still_calls_an_agent() -> None:
    decision = decide(case(findings.INSECT, findings.CLEAN, reason="portion"), POLICY)
    assert (decision.outcome, codes(decision)[0]) == ("needs_agent", "reason_disagrees")
    assert decision.food_safety


def test_a_worse_problem_than_the_one_picked_is_not_paid_under_its_reason() -> None:
    photo = assessment(spoiled_fraction=0.5, shortfall=(0.15, 0.3))
    decision = decide(case(photo, reason="portion"), POLICY)
    assert (decision.outcome, codes(decision)[0]) == ("needs_agent", "reason_disagrees")
    assert (decision.problem, decision.amount_fen) == ("portion", 0)


def test_of_several_problems_the_one_picked_is_paid() -> None:
    photo = assessment(spoiled_fraction=0.5, shortfall=(0.15, 0.3), kind="hair")
    decision = decide(case(photo), POLICY)
    assert (decision.outcome, decision.problem) == ("pre_approved", "spoilage")


def test_a_reason_that_no_photo_shows_goes_to_an_agent() -> None:
    decision = decide(case(findings.CLEAN), POLICY)
    assert (decision.outcome, codes(decision)[0]) == ("needs_agent", "problem_not_seen")


def test_photos_far_apart_go_to_an_agent() -> None:
    decision = decide(case(findings.SEVERE_SPOILAGE, findings.CLEAN), POLICY)
    assert (decision.outcome, codes(decision)[0]) == ("needs_agent", "photos_disagree")


def test_the_worst_of_photos_that_agree_counts() -> None:
    decision = decide(case(findings.MINOR_SPOILAGE, findings.MODERATE_SPOILAGE), POLICY)
    assert (decision.outcome, decision.severity) == ("pre_approved", "moderate")


def test_an_object_needs_to_be_on_one_photo_only() -> None:
    decision = decide(case(findings.CLEAN, findings.HAIR, reason="foreign_object"), POLICY)
    assert (decision.outcome, decision.severity) == ("pre_approved", "moderate")


def test_unusable_photos_alone_ask_for_another_with_the_reason() -> None:
    dark = assessment(problems=("too_dark", "not_food"))
    decision = decide(case(findings.BLURRED, dark), POLICY)
    assert decision.outcome == "needs_photo"
    assert codes(decision) == ["photo_blurred", "photo_too_dark", "photo_not_food"]


def test_one_usable_photo_is_enough() -> None:
    decision = decide(case(findings.BLURRED, findings.MODERATE_SPOILAGE), POLICY)
    assert decision.outcome == "pre_approved"


@pytest.mark.parametrize(
    ("late_min", "outcome", "code"),
    [
        (31, "pre_approved", "compensation_applies"),
        (30, "needs_agent", "delivery_not_late"),
        (-5, "needs_agent", "delivery_not_late"),
    ],
)
def test_lateness_is_judged_by_the_order_alone(late_min: int, outcome: str, code: str) -> None:
    times = {"promised_at": PROMISED, "delivered_at": PROMISED + timedelta(minutes=late_min)}
    decision = decide(case(reason="delivery", **times), POLICY)
    assert (decision.outcome, codes(decision)[0]) == (outcome, code)


def test_unknown_delivery_times_go_to_an_agent() -> None:
    assert codes(decide(case(reason="delivery"), POLICY)) == ["delivery_times_unknown"]


def test_from_the_limit_on_an_agent_decides_and_sees_the_proposal() -> None:
    below = decide(case(findings.SEVERE_SPOILAGE, price_fen=4999), POLICY)
    above = decide(case(findings.SEVERE_SPOILAGE, price_fen=5000), POLICY)
    assert (below.outcome, below.amount_fen) == ("pre_approved", 4999)
    assert (above.outcome, above.amount_fen, above.proposed_fen) == ("needs_agent", 0, 5000)
    assert codes(above)[0] == "no_risk_certificate"


def test_caps_of_a_customer_end_automation() -> None:
    often = replace(case(findings.MINOR_SPOILAGE), customer=CustomerHistory(claims=3))
    much = replace(case(findings.MINOR_SPOILAGE), customer=CustomerHistory(1, 11900))
    for capped in (often, much):
        decision = decide(capped, POLICY)
        assert (decision.outcome, codes(decision)[0]) == ("needs_agent", "customer_cap")


def test_earlier_refunds_count_against_the_price() -> None:
    decision = decide(case(findings.SEVERE_SPOILAGE, price_fen=2480, refunded_fen=2200), POLICY)
    assert decision.amount_fen == 280
    assert "capped_at_price" in codes(decision)
    nothing_left = decide(case(findings.SEVERE_SPOILAGE, refunded_fen=3280), POLICY)
    assert (nothing_left.outcome, nothing_left.amount_fen) == ("needs_agent", 0)


@pytest.mark.parametrize(
    ("price_fen", "refunded_fen", "outcome"),
    [
        (8000, 4000, "needs_agent"),  # half on top of half: the whole
        (8000, 1000, "needs_agent"),
        (8000, 999, "pre_approved"),
        (4000, 3500, "needs_agent"),  # only 500 is left, but 2000 is wanted
    ],
)
def test_a_sum_that_calls_for_an_agent_is_not_had_in_parts(
    price_fen: int, refunded_fen: int, outcome: str
) -> None:
    facts = {"price_fen": price_fen, "refunded_fen": refunded_fen}
    decision = decide(case(findings.MODERATE_SPOILAGE, **facts), POLICY)
    assert decision.outcome == outcome
    assert (codes(decision)[0] == "no_risk_certificate") == (outcome == "needs_agent")


def test_a_share_is_rounded_up_to_a_whole_fen() -> None:
    assert [compute_amount_fen(price, 50) for price in (0, 1, 2, 3)] == [0, 1, 1, 2]
    assert compute_amount_fen(3281, 20) == 657


def test_audits_are_drawn_in_their_share_and_always_the_same() -> None:
    drawn = [
        decide(replace(case(findings.MINOR_SPOILAGE), claim_id=f"claim-{n}"), POLICY)
        for n in range(2000)
    ]
    share = sum(decision.audit for decision in drawn) / len(drawn)
    assert share == pytest.approx(POLICY.table.audit.propensity, abs=0.03)
    assert all(decision.blind for decision in drawn if decision.audit)
    assert {decision.audit_propensity for decision in drawn} == {POLICY.table.audit.propensity}
