from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from model.reasons import CODES
from serve.policy.decision import decide
from serve.policy.evidence import CaseFile, OrderFacts
from serve.policy.findings import problem_of
from serve.policy.rules import read_policy
from tests.serve import findings
from tests.serve.findings import assessment

POLICY = read_policy(Path("policy.toml"))


def reasons_of(*photos: dict[str, Any], claimed: str = "spoilage") -> list[str]:
    case = CaseFile("a claim", claimed, OrderFacts(price_fen=3280), assessments=photos)
    return [reason["code"] for reason in decide(case, POLICY).reasons]


def test_reasons_are_those_that_led_to_the_grade() -> None:
    short = assessment(shortfall=(0.4, 0.6))
    grown = reasons_of(findings.MINOR_SPOILAGE, findings.MODERATE_SPOILAGE, findings.CLEAN)
    assert grown[1:] == ["spoiled_area_moderate"]
    mixed = reasons_of(findings.CLEAN, short, findings.HAIR, claimed="foreign_object")
    assert mixed[-2:] == ["foreign_hair", "shortfall_severe"]
    assert reasons_of(findings.CLEAN, findings.CLEAN) == ["problem_not_seen"]


@pytest.mark.parametrize("basis", [None, "container", "packing_photo", "product_record"])
def test_a_portion_held_against_nothing_is_not_told_to_be_fine(basis: str | None) -> None:
    alone = assessment(basis=basis)
    found = reasons_of(alone, claimed="portion")
    compared = basis in ("packing_photo", "product_record")
    assert found == ["grade_unknown", *["shortfall_not_comparable"] * compared]
    assert "shortfall_not_comparable" not in reasons_of(alone, findings.MINOR_SPOILAGE)


@pytest.mark.parametrize("basis", [None, "container"])
def test_one_photo_that_is_compared_is_enough(basis: str | None) -> None:
    close = assessment(basis=basis)
    short = assessment(shortfall=(0.4, 0.6))
    assert "shortfall_severe" in reasons_of(close, short, claimed="portion")
    fine = reasons_of(close, findings.CLEAN, claimed="portion")
    assert fine == ["problem_not_seen"]


def test_a_photo_that_contradicts_the_packing_photo_calls_an_agent() -> None:
    short = assessment(shortfall=(0.15, 0.25))
    found = reasons_of(assessment(basis="packing_photo"), short, claimed="portion")
    assert found == ["grade_unknown", "shortfall_not_comparable"]


def test_every_reason_of_the_model_belongs_to_a_problem() -> None:
    spoken_of = {problem_of(code) for code in CODES if not code.startswith("photo_")}
    assert spoken_of == {"spoilage", "foreign_object", "portion", None}
    assert {c for c in CODES if problem_of(c) is None and c[:6] != "photo_"} == {"nothing_found"}
