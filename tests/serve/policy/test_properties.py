"""What holds for every case under every policy, over generated ones."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from model.canonical import dump_canonical
from serve.policy.decision import decide
from serve.policy.evidence import CaseFile, CustomerHistory, OrderFacts
from serve.policy.findings import collect_findings
from serve.policy.rules import Policy, read_policy
from serve.policy.table import PHOTO_PROBLEMS, REASONS, SEVERITIES
from tests.serve.findings import assessment

POLICY = read_policy(Path("policy.toml"))
PROMISED = datetime(2026, 11, 1, 12, tzinfo=UTC)
SHOPS, PRODUCTS = (None, "a shop", "other shop"), (None, "salad", "bento")
SHOWN = {
    "spoilage": {
        "minor": assessment(spoiled_fraction=0.05),
        "moderate": assessment(spoiled_fraction=0.2),
        "severe": assessment(spoiled_fraction=0.6),
    },
    "foreign_object": {
        "moderate": assessment(kind="hair"),
        "severe": assessment(kind="insect"),
    },
    "portion": {
        "moderate": assessment(shortfall=(0.15, 0.3)),
        "severe": assessment(shortfall=(0.35, 0.6)),
    },
}
PAIRS = {reason: list(combinations(grades, 2)) for reason, grades in SHOWN.items()}


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """The policy that ships with overrides, each of which never pays a worse grade less."""
    text = POLICY.text
    targets = st.tuples(st.sampled_from(SHOPS), st.sampled_from(PRODUCTS))
    for shop, product in draw(st.lists(targets, unique=True, max_size=3)):
        if shop is None and product is None:
            continue
        names = {"shop": shop, "product": product}
        text += "\n[[overrides]]\n"
        text += "".join(f'{key} = "{name}"\n' for key, name in names.items() if name)
        text += f"limit_fen = {draw(st.integers(0, 20000))}\n"
        for problem, grades in SHOWN.items():
            percents = draw(st.lists(st.integers(1, 100), min_size=3, max_size=3).map(sorted))
            cap_fen = draw(st.none() | st.integers(1, 9000))
            for grade, percent in zip(grades, percents, strict=False):
                text += f"[overrides.compensation.{problem}.{grade}]\npercent = {percent}\n"
                text += f"max_fen = {cap_fen}\n" if cap_fen else ""
    return Policy(text)


@st.composite
def photos(draw: st.DrawFn) -> dict[str, Any]:
    if draw(st.integers(0, 9)) == 0:
        return assessment(problems=(draw(st.sampled_from(["blurred", "too_dark", "unreadable"])),))
    low = draw(st.floats(0, 0.9))
    return assessment(
        spoiled_fraction=draw(st.none() | st.floats(0, 1)),
        mould=draw(st.booleans()),
        kind=draw(st.none() | st.sampled_from(["insect", "hair", "glass", "paper", "other"])),
        shortfall=draw(st.none() | st.just((low, min(1.0, low + 0.1)))),
    )


certificates = st.fixed_dictionaries(
    {
        "sha256": st.just("c" * 64),
        "thresholds": st.dictionaries(st.sampled_from(PHOTO_PROBLEMS), st.floats(0, 1)),
    }
)
cases = st.builds(
    CaseFile,
    claim_id=st.uuids().map(str),
    reason=st.sampled_from(REASONS),
    order=st.builds(
        OrderFacts,
        price_fen=st.integers(1, 20000),
        refunded_fen=st.integers(0, 20000),
        promised_at=st.none() | st.just(PROMISED),
        delivered_at=st.none()
        | st.integers(-60, 120).map(lambda m: PROMISED + timedelta(minutes=m)),
    ),
    customer=st.builds(CustomerHistory, st.integers(0, 5), st.integers(0, 15000)),
    assessments=st.lists(photos(), max_size=5).map(tuple),
    assessment_failed=st.booleans(),
    shop=st.sampled_from(SHOPS),
    product=st.sampled_from(PRODUCTS),
    urgent=st.booleans(),
    reused=st.just(()) | st.just(("0" * 64,)),
    certificate=st.none() | certificates,
)


@given(cases, policies())
def test_no_case_is_declined_or_paid_past_the_price(case: CaseFile, policy: Policy) -> None:
    decision = decide(case, policy)
    assert decision.outcome in ("pre_approved", "needs_photo", "needs_agent")
    assert 0 <= decision.amount_fen <= case.order.remaining_fen
    assert (decision.amount_fen > 0) == (decision.outcome == "pre_approved")
    assert decision.reasons


@given(cases, policies())
def test_above_the_limit_only_a_certificate_pays(case: CaseFile, policy: Policy) -> None:
    decision = decide(case, policy)
    granted_fen = case.order.refunded_fen + decision.amount_fen
    if decision.amount_fen and granted_fen >= policy.table.limit_fen(case.shop, case.product):
        assert case.certificate
        assert decision.confidence >= case.certificate["thresholds"][decision.problem]
        assert not decision.food_safety


@given(cases, policies())
def test_a_stored_case_decides_the_same_again(case: CaseFile, policy: Policy) -> None:
    stored = json.loads(dump_canonical(case.to_dict()))
    again = decide(CaseFile.from_dict(stored), Policy(policy.text)).to_dict()
    assert decide(case, policy).to_dict() == again


@given(cases, policies(), st.sampled_from(["spoilage", "portion", "foreign_object"]), st.data())
def test_a_worse_grade_never_pays_less(
    case: CaseFile, policy: Policy, reason: str, data: st.DataObject
) -> None:
    """Of one order two photos that differ in the grade of the claimed problem alone."""
    milder, worse = sorted(data.draw(st.sampled_from(PAIRS[reason])), key=SEVERITIES.index)
    decisions = [
        decide(replace(case, reason=reason, assessments=(SHOWN[reason][grade],)), policy)
        for grade in (milder, worse)
    ]
    first, second = (decision.proposed_fen for decision in decisions)
    assert first <= second
    if all(decision.outcome == "pre_approved" for decision in decisions):
        assert decisions[0].amount_fen <= decisions[1].amount_fen


@given(cases, policies())
def test_harm_to_a_person_and_used_photos_are_never_the_machines_alone(
    case: CaseFile, policy: Policy
) -> None:
    decision = decide(case, policy)
    if case.urgent:
        assert decision.food_safety
        assert not decision.blind
    if case.reused and not case.assessment_failed:
        assert decision.outcome != "pre_approved"


@given(cases)
def test_money_flows_only_where_the_claimed_problem_is_seen(case: CaseFile) -> None:
    decision = decide(case, POLICY)
    if decision.outcome == "pre_approved" and case.reason in PHOTO_PROBLEMS:
        seen = collect_findings(case, POLICY).severities[case.reason]
        assert seen in ("minor", "moderate", "severe")
        assert (decision.problem, decision.severity) == (case.reason, seen)
