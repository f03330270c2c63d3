"""Caps, overrides, urgent words, used photos and certificates: what changes the common entry."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from model.errors import InvalidInput
from serve.policy.decision import Decision, decide
from serve.policy.evidence import CaseFile, OrderFacts
from serve.policy.rules import Policy, read_policy
from tests.serve import findings

POLICY = read_policy(Path("policy.toml"))
OVERRIDES = """
[[overrides]]
product = "bento"
[overrides.compensation.spoilage.moderate]
percent = 60
[[overrides]]
shop = "a shop"
limit_fen = 1000
[overrides.compensation.spoilage.minor]
percent = 20
max_fen = 300
[overrides.compensation.spoilage.moderate]
percent = 70
max_fen = 900
[[overrides]]
shop = "a shop"
product = "bento"
[overrides.compensation.spoilage.moderate]
percent = 80
"""


def case(photo: dict[str, Any] = findings.MODERATE_SPOILAGE, **changes: Any) -> CaseFile:  # noqa: ANN401
    order = OrderFacts(price_fen=changes.pop("price_fen", 1000))
    values = {"reason": "spoilage", "shop": "other", "product": "salad", **changes}
    return CaseFile("claim-1", order=order, assessments=(photo,), **values)


def codes(decision: Decision) -> list[str]:
    return [reason["code"] for reason in decision.reasons]


@pytest.mark.parametrize(
    ("shop", "product", "percent"),
    [
        ("other", "salad", 50),
        ("other", "bento", 60),
        ("a shop", "salad", 70),
        ("a shop", "bento", 80),
        (None, None, 50),
    ],
)
def test_the_more_specific_entry_wins(shop: str | None, product: str | None, percent: int) -> None:
    decision = decide(case(shop=shop, product=product), Policy(POLICY.text + OVERRIDES))
    assert decision.percent == percent


def test_a_cap_bounds_what_the_percentage_gives_and_is_told() -> None:
    policy = Policy(POLICY.text + OVERRIDES.replace("limit_fen = 1000", "limit_fen = 9000"))
    decision = decide(case(shop="a shop", price_fen=4000), policy)
    assert (decision.outcome, decision.amount_fen) == ("pre_approved", 900)
    told = {reason["code"]: reason["en"] for reason in decision.reasons}
    assert told["capped_by_policy"] == "At most 9.00 yuan for one claim"


def test_a_shop_may_have_a_limit_of_its_own() -> None:
    policy = Policy(POLICY.text + OVERRIDES)
    assert decide(case(shop="other", price_fen=3000), policy).outcome == "pre_approved"
    # 70 % of 1300 is 910: capped to 900, below the shop's limit of 1000.
    assert decide(case(shop="a shop", price_fen=1300), policy).outcome == "pre_approved"
    lower = Policy(POLICY.text + OVERRIDES.replace("limit_fen = 1000", "limit_fen = 900"))
    assert codes(decide(case(shop="a shop", price_fen=1300), lower))[0] == "no_risk_certificate"


@pytest.mark.parametrize(
    ("overrides", "complaint"),
    [
        ("[[overrides]]\nlimit_fen = 1\n", "names a shop, a product or both"),
        ('[[overrides]]\nshop = "a"\n[[overrides]]\nshop = "a"\n', "has one override"),
        (
            '[[overrides]]\nshop = "a"\n[overrides.compensation.spoilage.minor]\npercent = 90\n',
            "a: spoilage: a more severe grade never pays less",
        ),
        (
            # Each holds by itself; together the mild grade of one pays more than the other's next.
            '[[overrides]]\nshop = "a"\n[overrides.compensation.spoilage.minor]\npercent = 45\n'
            '[[overrides]]\nproduct = "b"\n[overrides.compensation.spoilage.moderate]\n'
            "percent = 40\n",
            "b of a: spoilage: a more severe grade never pays less",
        ),
        (
            '[[overrides]]\nshop = "a"\n[overrides.compensation.spoilage.severe]\n'
            "percent = 100\nmax_fen = 10\n",
            "never pays less",
        ),
    ],
)
def test_overrides_that_make_no_sense_are_refused(overrides: str, complaint: str) -> None:
    with pytest.raises(InvalidInput, match=complaint):
        Policy(POLICY.text + overrides)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("孩子吃了过敏", ("过敏",)),
        ("She had an ALLERGIC reaction.", ("allergic",)),
        ("my babysitter ordered it", ()),
        ("baby spinach and blood orange", ()),
        ("我有allergy反应", ("allergy",)),
        ("吃了之後過敏，去了醫院", ("過敏", "醫院")),
        ("bloody awful, hurtful", ()),
        ("菜叶发黄", ()),
        ("", ()),
    ],
)
def test_urgent_words_are_found_as_words(text: str, found: tuple[str, ...]) -> None:
    assert POLICY.table.urgent.find(text) == found


def test_urgent_words_call_an_agent_and_do_not_hold_back_the_money() -> None:
    decision = decide(case(urgent=True), POLICY)
    assert (decision.outcome, decision.amount_fen, decision.food_safety) == (
        "pre_approved",
        500,
        True,
    )
    assert "urgent_words" in codes(decision)


def test_urgent_words_call_an_agent_although_a_photo_is_asked_for() -> None:
    decision = decide(case(findings.BLURRED, urgent=True), POLICY)
    assert (decision.outcome, decision.food_safety) == ("needs_photo", True)


def test_a_photo_of_another_order_goes_to_an_agent() -> None:
    decision = decide(case(reused=("a" * 64,)), POLICY)
    assert (decision.outcome, codes(decision)[0]) == ("needs_agent", "photo_used_before")
    assert not decision.eligible


def certified(threshold: float, photo: dict[str, Any], **changes: object) -> Decision:
    certificate = {"sha256": "c" * 64, "thresholds": {"spoilage": threshold}}
    return decide(case(photo, price_fen=9000, certificate=certificate, **changes), POLICY)


def test_a_certificate_pays_above_the_limit_where_the_photos_are_sure_enough() -> None:
    sure = certified(0.95, findings.SEVERE_SPOILAGE)
    assert (sure.outcome, sure.amount_fen) == ("pre_approved", 9000)
    unsure = certified(0.96, findings.SEVERE_SPOILAGE)
    assert (unsure.outcome, codes(unsure)[0]) == ("needs_agent", "below_certificate")
    assert unsure.eligible
    assert unsure.proposed_fen == 9000


def test_a_certificate_speaks_of_its_problems_only() -> None:
    decision = certified(0.5, findings.HAIR, reason="foreign_object")
    # Half of 9000 is below the limit; with what the order had before it is not.
    order = OrderFacts(price_fen=9000, refunded_fen=600)
    again = replace(case(findings.HAIR, reason="foreign_object"), order=order)
    assert decision.outcome == "pre_approved"
    assert codes(decide(again, POLICY))[0] == "no_risk_certificate"


def test_harm_to_a_person_is_never_paid_above_the_limit_by_a_certificate() -> None:
    decision = certified(0.5, findings.SEVERE_SPOILAGE, urgent=True)
    assert (decision.outcome, codes(decision)[0]) == ("needs_agent", "no_risk_certificate")
