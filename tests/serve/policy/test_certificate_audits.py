"""Blind verdicts hold the certificate in force to its promise."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from model.canonical import draw_fraction
from serve.agents.schemas import VerdictIn
from serve.agents.service import give_verdict
from serve.alerts.models import Alert
from serve.claims.models import Claim
from serve.claims.replay import replay_claim
from serve.ledger.models import LedgerEvent
from serve.policy.certificates import find_latest, measure_standing
from serve.policy.evidence import CaseFile
from serve.policy.models import CertificateAudit
from tests.serve import findings
from tests.serve.actors import Actors
from tests.serve.policy.certified import (
    ALWAYS_BLIND,
    DEAR_FEN,
    SPOILED,
    add_photo,
    again,
    judge,
    make_certificate,
    outcome_of,
    put_in_force,
)

BREAKING = 3
"""Wrong ones in a row that break a promise of two in a hundred."""


def audits(actors: Actors) -> list[CertificateAudit]:
    with actors.runtime.transaction() as session:
        return list(session.scalars(select(CertificateAudit).order_by(CertificateAudit.id)))


def judge_some(
    client: FlaskClient, actors: Actors, count: int, *, confirm: bool
) -> list[uuid.UUID]:
    claims = [actors.add_claim(SPOILED, price_fen=3000) for _ in range(count)]
    for claim_id in claims:
        judge(client, actors, claim_id, confirm=confirm)
    return claims


def is_frozen(actors: Actors) -> bool:
    with actors.runtime.transaction() as session:
        record = find_latest(session)
        assert record is not None
        return record.frozen_at is not None


def test_wrong_pre_approvals_freeze_automation_above_the_limit(
    client: FlaskClient, actors: Actors
) -> None:
    actors.amend_policy(*ALWAYS_BLIND)
    certificate = put_in_force(actors)
    before = actors.add_claim(SPOILED, price_fen=DEAR_FEN)
    judge_some(client, actors, 3, confirm=True)
    judge_some(client, actors, BREAKING - 1, confirm=False)
    assert not is_frozen(actors)
    (last,) = judge_some(client, actors, 1, confirm=False)
    assert is_frozen(actors)
    with actors.runtime.transaction() as session:
        (alert,) = session.scalars(select(Alert).where(Alert.kind == "certificate_frozen"))
        assert alert.subject == certificate.sha256
        assert alert.details["because"] == "spoilage: 3 of 6 audited pre-approvals were wrong"
        frozen = select(LedgerEvent).where(LedgerEvent.kind == "certificate_frozen")
        (event,) = session.scalars(frozen)
        assert (event.claim_id, event.actor) == (last, "machine")
        assert event.payload["certificate_sha256"] == certificate.sha256
    assert actors.ledger_kinds(last)[-2:] == ["verdict", "certificate_frozen"]
    dear = actors.add_claim(SPOILED, price_fen=DEAR_FEN)
    assert outcome_of(actors, dear) == ("needs_agent", "no_risk_certificate")
    cheap = actors.add_claim(SPOILED, price_fen=3000)
    assert outcome_of(actors, cheap)[0] == "pre_approved"
    (replay,) = replay_claim(actors.runtime, str(before))
    assert replay.identical
    judge_some(client, actors, 1, confirm=False)
    assert len(audits(actors)) == 6
    put_in_force(actors, again(certificate))
    assert outcome_of(actors, actors.add_claim(SPOILED, price_fen=DEAR_FEN))[0] == "pre_approved"


def test_right_pre_approvals_keep_it_and_count(client: FlaskClient, actors: Actors) -> None:
    actors.amend_policy(*ALWAYS_BLIND)
    certificate = put_in_force(actors)
    claims = judge_some(client, actors, 4, confirm=True)
    dear = actors.add_claim(SPOILED, price_fen=DEAR_FEN)
    judge(client, actors, dear, confirm=False)
    found = audits(actors)
    assert [audit.claim_id for audit in found] == [*claims, dear]
    assert [audit.wrong for audit in found] == [False] * 4 + [True]
    assert {audit.certificate_sha256 for audit in found} == {certificate.sha256}
    with actors.runtime.transaction() as session:
        standing = measure_standing(session, certificate, "spoilage")
    assert (standing.audited, standing.wrong, standing.limit) == (5, 1, pytest.approx(20))
    assert standing.wealth > 1
    assert not standing.broken


def test_what_was_passed_on_counts_once_the_machine_was_sure_enough(
    client: FlaskClient, actors: Actors
) -> None:
    """A claim that waited for an agent when the certificate came is an audit like any other."""
    actors.amend_policy(*ALWAYS_BLIND)
    dear = actors.add_claim(SPOILED, price_fen=DEAR_FEN)
    assert outcome_of(actors, dear)[0] == "needs_agent"
    put_in_force(actors)
    judge(client, actors, dear)
    assert [audit.claim_id for audit in audits(actors)] == [dear]


def test_only_blind_first_verdicts_on_what_it_covers_count(
    client: FlaskClient, actors: Actors
) -> None:
    seen = actors.add_claim(SPOILED, price_fen=DEAR_FEN)
    actors.amend_policy(*ALWAYS_BLIND)
    put_in_force(actors, make_certificate(actors.policy, from_confidence=0.95))
    unsure = {**SPOILED, "spoilage": {**SPOILED["spoilage"], "probability": 0.94}}
    others = [
        actors.add_claim(unsure, price_fen=3000),
        actors.add_claim(findings.HAIR, reason="foreign_object", price_fen=3000),
        actors.add_claim(findings.INSECT, reason="foreign_object", price_fen=3000),
        actors.add_claim(findings.CLEAN),
    ]
    for claim_id in (seen, *others):
        judge(client, actors, claim_id, confirm=False)
    assert audits(actors) == []
    audited = actors.add_claim(SPOILED, price_fen=3000)
    judge(client, actors, audited)
    client.post(f"/v1/claims/{audited}/appeal", json={}, headers=actors.as_shop)
    judge(client, actors, audited, confirm=False)
    assert [audit.wrong for audit in audits(actors)] == [False]


def test_claims_that_are_judged_blind_more_often_are_thinned(
    client: FlaskClient, actors: Actors
) -> None:
    actors.amend_policy(*ALWAYS_BLIND[:1], ("propensity = 0.05", "propensity = 0.5"))
    waiting = [actors.add_claim(SPOILED, price_fen=DEAR_FEN) for _ in range(12)]
    put_in_force(actors)
    for claim_id in waiting:
        judge(client, actors, claim_id)
    with actors.runtime.transaction() as session:
        cases = [session.get_one(Claim, claim_id).decisions[-1].inputs for claim_id in waiting]
    draws = [CaseFile.from_dict(case).draw("thin") for case in cases]
    kept = [claim_id for claim_id, draw in zip(waiting, draws, strict=True) if draw < 0.5]
    assert [audit.claim_id for audit in audits(actors)] == kept
    # Whoever knows the ids alone foretells nothing.
    assert draws != [draw_fraction("thin", str(claim_id)) for claim_id in waiting]


@pytest.mark.parametrize("never", ["propensity = 1.0", "blind_propensity = 1.0"])
def test_no_audit_counts_where_some_claims_are_never_judged_blind(
    client: FlaskClient, actors: Actors, never: str
) -> None:
    actors.amend_policy(*ALWAYS_BLIND)
    put_in_force(actors)
    actors.amend_policy((f"\n{never}", f"\n{never[:-3]}0.0"))
    claims = [actors.add_claim(SPOILED, price_fen=fen) for fen in (3000, DEAR_FEN)]
    assert outcome_of(actors, claims[1]) == ("needs_agent", "no_risk_certificate")
    judged = claims if never.startswith("b") else claims[1:]
    for claim_id in judged:
        if actors.show(claim_id, for_agent=True)["blind"]:
            judge(client, actors, claim_id, confirm=False)
    assert audits(actors) == []


def test_a_verdict_on_other_photos_holds_nothing_against_the_machine(
    client: FlaskClient, actors: Actors
) -> None:
    actors.amend_policy(*ALWAYS_BLIND)
    same, other = (actors.add_claim(SPOILED, price_fen=DEAR_FEN) for _ in range(2))
    put_in_force(actors)
    add_photo(actors, other)
    for claim_id in (other, same):
        judge(client, actors, claim_id, confirm=False)
    assert [audit.claim_id for audit in audits(actors)] == [same]


def test_an_agent_who_gives_less_money_proves_the_machine_wrong(
    client: FlaskClient, actors: Actors
) -> None:
    actors.amend_policy(*ALWAYS_BLIND)
    put_in_force(actors)
    for amount_fen in (1499, 1500, 1501):
        claim_id = actors.add_claim(SPOILED, price_fen=3000)
        verdict = VerdictIn(decision="approve", severity="moderate", amount_fen=amount_fen)
        give_verdict(actors.runtime, actors.agent, str(claim_id), verdict)
    assert [audit.wrong for audit in audits(actors)] == [True, False, False]


def test_verdicts_at_once_freeze_once(actors: Actors) -> None:
    actors.amend_policy(*ALWAYS_BLIND)
    put_in_force(actors)
    claims = [actors.add_claim(SPOILED, price_fen=3000) for _ in range(6)]
    verdict = VerdictIn(decision="decline", severity="none")
    with ThreadPoolExecutor(6) as pool:
        given = [
            pool.submit(give_verdict, actors.runtime, actors.agent, str(claim_id), verdict)
            for claim_id in claims
        ]
        for done in given:
            done.result()
    assert is_frozen(actors)
    assert len(audits(actors)) == BREAKING
    with actors.runtime.transaction() as session:
        kinds = list(session.scalars(select(LedgerEvent.kind)))
    assert kinds.count("certificate_frozen") == 1
