"""Who is audited and who is judged blind: drawn once for a claim, and not to be foretold."""

from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from model.canonical import draw_fraction
from serve.claims.assessing import assess_claim
from serve.claims.models import Claim
from serve.claims.replay import replay_claim
from serve.policy.decision import decide
from serve.policy.evidence import CaseFile, OrderFacts
from serve.policy.rules import read_policy
from tests.serve import findings
from tests.serve.actors import Actors
from tests.serve.policy.certified import add_photo

POLICY = read_policy(Path("policy.toml"))
CASE = CaseFile(
    "a claim", "spoilage", OrderFacts(price_fen=3000), assessments=(findings.MODERATE_SPOILAGE,)
)


def find_audited(*cases: CaseFile) -> list[bool]:
    return [decide(case, POLICY).audit for case in cases]


def inputs_of(actors: Actors, claim_id: uuid.UUID) -> list[dict[str, Any]]:
    with actors.runtime.transaction() as session:
        return [record.inputs for record in session.get_one(Claim, claim_id).decisions]


def test_the_nonce_and_not_the_id_decides_the_draws() -> None:
    nonces = [f"nonce-{number}" for number in range(4000)]
    audited = find_audited(*(replace(CASE, nonce=nonce) for nonce in nonces))
    assert sum(audited) / len(audited) == pytest.approx(0.05, abs=0.015)
    named = find_audited(*(replace(CASE, claim_id=nonce, nonce="one") for nonce in nonces))
    assert len(set(named)) == 1


def test_a_case_of_old_is_drawn_by_its_id_as_it_was() -> None:
    for number in range(200):
        case = replace(CASE, claim_id=f"claim-{number}")
        stored = {key: value for key, value in case.to_dict().items() if key != "nonce"}
        (audited,) = find_audited(CaseFile.from_dict(stored))
        assert audited is (draw_fraction("audit", f"claim-{number}") < 0.05)


def test_a_claim_keeps_its_nonce_and_no_other_claim_has_it(actors: Actors) -> None:
    claim_id = actors.add_claim(findings.BLURRED)
    add_photo(actors, claim_id)
    with actors.runtime.transaction() as session:
        photo = session.get_one(Claim, claim_id).photos[-1]
        photo.assessment = {**findings.MODERATE_SPOILAGE, "sha256": photo.sha256}
    assess_claim(actors.runtime, claim_id)
    first, second = inputs_of(actors, claim_id)
    assert first["nonce"] == second["nonce"]
    (other,) = inputs_of(actors, actors.add_claim(findings.BLURRED))
    assert other["nonce"] not in ("", first["nonce"])
    assert all(replay.identical for replay in replay_claim(actors.runtime, str(claim_id)))
