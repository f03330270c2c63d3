from __future__ import annotations

import csv
import uuid
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from model.canonical import draw_fraction
from model.severity import POLICY_PATH
from serve.agents import audits
from serve.agents.audits import AUDIT_COLUMNS
from serve.agents.export import Exported, export_claims
from serve.agents.models import Verdict
from serve.claims.models import Claim
from serve.claims.replay import replay_claim
from serve.policy.digest import digest_rules
from tests.serve import findings
from tests.serve.actors import Actors
from tests.serve.policy.certified import (
    ALWAYS_BLIND,
    DEAR_FEN,
    SPOILED,
    add_photo,
    judge,
    outcome_of,
    put_in_force,
)
from training.certify import certify, read_promise


def read(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "audits.csv").open(encoding="utf-8", newline="") as file:
        return {row["claim"]: row for row in csv.DictReader(file)}


def export(actors: Actors, folder: Path) -> dict[str, dict[str, str]]:
    export_claims(actors.runtime, folder)
    return read(folder)


def test_a_blind_verdict_without_labels_reaches_training(
    client: FlaskClient, actors: Actors, tmp_path: Path
) -> None:
    actors.amend_policy(*ALWAYS_BLIND)
    claim_id = actors.add_claim(SPOILED, price_fen=3000)
    judge(client, actors, claim_id)
    assert export_claims(actors.runtime, tmp_path) == Exported(0, 0, 1, 1)
    ((claim, row),) = read(tmp_path).items()
    assert list(row) == list(AUDIT_COLUMNS)
    assert claim == str(claim_id)
    machine = [row[name] for name in ("problem", "machine_severity", "confidence", "eligible")]
    assert machine == ["spoilage", "moderate", "0.95", "1"]
    assert (row["food_safety"], row["blind_propensity"]) == ("0", "1.0")
    assert (row["decision"], row["severity"]) == ("approve", "moderate")
    assert (row["proposed_fen"], row["amount_fen"]) == ("1500", "1500")
    assert (row["preapproved_propensity"], row["passed_on_propensity"]) == ("1.0", "1.0")
    assert (row["model_version"], row["model_sha256"]) == ("test", findings.MODEL["sha256"])
    assert row["rules_sha256"] == digest_rules(actors.policy)
    assert row["policy_sha256"] == actors.policy.sha256
    assert row["labelled_by"] == str(actors.agent.account_id)
    assert row["decided_at"] < row["judged_at"]


def test_only_first_verdicts_that_were_given_blind_are_listed(
    client: FlaskClient, actors: Actors, tmp_path: Path
) -> None:
    seen = actors.add_claim(SPOILED, price_fen=DEAR_FEN)
    drawn = actors.show(seen, for_agent=True)["blind"]  # with its probability of one in ten
    actors.amend_policy(*ALWAYS_BLIND)
    blind = actors.add_claim(SPOILED, price_fen=DEAR_FEN)
    waiting = actors.add_claim(SPOILED, price_fen=DEAR_FEN)
    for claim_id in (seen, blind):
        judge(client, actors, claim_id, confirm=False)
        client.post(f"/v1/claims/{claim_id}/appeal", json={}, headers=actors.as_shop)
        judge(client, actors, claim_id, confirm=True)
    rows = export(actors, tmp_path)
    assert str(waiting) not in rows
    expected = {str(blind): "decline"}
    if drawn:
        expected[str(seen)] = "decline"
    assert {claim: row["decision"] for claim, row in rows.items()} == expected


def test_what_may_not_be_pre_approved_says_so(
    client: FlaskClient, actors: Actors, tmp_path: Path
) -> None:
    actors.amend_policy(*ALWAYS_BLIND)
    clean = actors.add_claim(findings.CLEAN)
    dear = actors.add_claim(SPOILED, price_fen=DEAR_FEN)
    cheap = actors.add_claim(SPOILED, price_fen=3000)
    for claim_id in (clean, dear, cheap):
        judge(client, actors, claim_id)
    eligible = {claim: row["eligible"] for claim, row in export(actors, tmp_path).items()}
    assert eligible == {str(clean): "0", str(dear): "1", str(cheap): "1"}


def test_a_claim_that_two_models_judged_names_none(
    client: FlaskClient, actors: Actors, tmp_path: Path
) -> None:
    actors.amend_policy(*ALWAYS_BLIND)
    newer = {**SPOILED, "model": {"version": "newer", "sha256": "f" * 64}}
    claim_id = actors.add_claim(SPOILED, newer, price_fen=DEAR_FEN)
    judge(client, actors, claim_id)
    row = export(actors, tmp_path)[str(claim_id)]
    assert (row["eligible"], row["model_version"], row["model_sha256"]) == ("1", "", "")


def test_only_verdicts_on_the_photos_that_the_machine_decided_by_are_listed(
    client: FlaskClient, actors: Actors, tmp_path: Path
) -> None:
    actors.amend_policy(*ALWAYS_BLIND)
    other, same = (actors.add_claim(SPOILED, price_fen=DEAR_FEN) for _ in range(2))
    add_photo(actors, other)
    for claim_id in (other, same):
        judge(client, actors, claim_id, confirm=False)
    # What comes after the verdict takes nothing from it.
    client.post(f"/v1/claims/{same}/appeal", json={}, headers=actors.as_shop)
    add_photo(actors, same)
    assert list(export(actors, tmp_path)) == [str(same)]


def test_nothing_that_agents_get_tells_what_is_drawn(
    client: FlaskClient, actors: Actors, tmp_path: Path
) -> None:
    actors.amend_policy(*ALWAYS_BLIND)
    claim_id = actors.add_claim(SPOILED, price_fen=DEAR_FEN)
    with actors.runtime.transaction() as session:
        nonce = session.get_one(Claim, claim_id).decisions[-1].inputs["nonce"]
    assert len(nonce) == 32
    judge(client, actors, claim_id)
    seen = [
        client.get(path, headers=actors.as_agent).get_data(as_text=True)
        for path in (f"/v1/claims/{claim_id}", "/v1/claims")
    ]
    row = export(actors, tmp_path)[str(claim_id)]
    files = [(tmp_path / name).read_text("utf-8") for name in ("audits.csv", "manifest.csv")]
    assert not [text for text in (*seen, *files) if nonce in text]
    assert float(row["thin_draw"]) == draw_fraction("thin", nonce)


def test_the_export_holds_a_few_audits_at_a_time(
    client: FlaskClient, actors: Actors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    actors.amend_policy(*ALWAYS_BLIND)
    for _ in range(4):
        judge(client, actors, actors.add_claim(SPOILED, price_fen=3000))
    monkeypatch.setattr(audits, "_BATCH", 1)
    held: list[int] = []

    with actors.runtime.transaction() as session:

        @event.listens_for(session, "loaded_as_persistent")
        def count(session: Session, loaded: object) -> None:
            held.append(sum(isinstance(kept, Verdict) for kept in session.identity_map.values()))

        assert audits.write_audits(session, tmp_path) == 4
    assert max(held) <= 2


def test_the_export_is_what_certify_reads(
    client: FlaskClient, actors: Actors, tmp_path: Path
) -> None:
    actors.amend_policy(*ALWAYS_BLIND)
    claims: list[uuid.UUID] = [actors.add_claim(SPOILED, price_fen=DEAR_FEN) for _ in range(3)]
    claims.append(actors.add_claim(reason="delivery", late_min=45))
    claims.append(actors.add_claim(findings.CLEAN))
    for claim_id in claims:
        judge(client, actors, claim_id)
    judge_unseen = actors.add_claim(SPOILED, price_fen=DEAR_FEN)
    judge(client, actors, judge_unseen, confirm=False)
    export(actors, tmp_path)
    certificate = certify(tmp_path, read_promise(POLICY_PATH))
    assert (certificate.source.rows, certificate.source.used) == (6, 5)
    spoilage, delivery = (certificate.problems[p] for p in ("spoilage", "delivery"))
    assert (spoilage.audited, spoilage.wrong) == (4, 1)
    assert (delivery.audited, delivery.wrong) == (1, 0)
    assert certificate.rules_sha256 == digest_rules(actors.policy)
    assert certificate.model.sha256 == findings.MODEL["sha256"]


def test_from_audits_to_automation_and_back_to_agents(
    client: FlaskClient, actors: Actors, tmp_path: Path
) -> None:
    """The whole circle, under a promise that four audits can prove."""
    policy = actors.amend_policy(
        *ALWAYS_BLIND,
        ("max_wrong_fraction = 0.02", "max_wrong_fraction = 0.5"),
        ("confidence = 0.95", "confidence = 0.5"),
    )
    for _ in range(4):
        claim_id = actors.add_claim(SPOILED, price_fen=DEAR_FEN)
        assert outcome_of(actors, claim_id) == ("needs_agent", "no_risk_certificate")
        judge(client, actors, claim_id)
    export(actors, tmp_path)
    (tmp_path / "policy.toml").write_text(policy.text, "utf-8")
    certificate = certify(tmp_path, read_promise(tmp_path / "policy.toml"))
    put_in_force(actors, certificate)
    granted = actors.add_claim(SPOILED, price_fen=DEAR_FEN)
    assert outcome_of(actors, granted) == ("pre_approved", "compensation_applies")
    for _ in range(3):
        wrong = actors.add_claim(SPOILED, price_fen=DEAR_FEN)
        judge(client, actors, wrong, confirm=False)
    claim_id = actors.add_claim(SPOILED, price_fen=DEAR_FEN)
    assert outcome_of(actors, claim_id) == ("needs_agent", "no_risk_certificate")
    (replay,) = replay_claim(actors.runtime, str(granted))
    assert replay.identical
