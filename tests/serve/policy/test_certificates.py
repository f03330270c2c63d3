from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from model.certificate import Promise
from model.errors import Conflict, FreshclaimError, InvalidInput
from model.severity import POLICY_PATH
from serve.claims.replay import replay_claim
from serve.ledger.models import LedgerEvent
from serve.ledger.verification import check_ledger
from serve.policy.certificates import find_latest, freeze_certificate
from serve.policy.digest import digest_rules
from serve.policy.models import CertificateRecord
from serve.policy.rules import Policy
from serve.times import utc_now
from tests.serve import findings
from tests.serve.actors import Actors
from tests.serve.findings import assessment
from tests.serve.policy.certified import (
    DEAR_FEN,
    SPOILED,
    again,
    make_certificate,
    outcome_of,
    put_in_force,
)

NO_CERTIFICATE = ("needs_agent", "no_risk_certificate")


def claim_dear(actors: Actors, reason: str = "spoilage", **facts: object) -> tuple[str, str]:
    claim_id = actors.add_claim(SPOILED, reason=reason, price_fen=DEAR_FEN, **facts)
    return outcome_of(actors, claim_id)


def events(actors: Actors) -> list[LedgerEvent]:
    with actors.runtime.transaction() as session:
        assert check_ledger(session).intact
        query = select(LedgerEvent).where(LedgerEvent.kind.startswith("certificate_"))
        return list(session.scalars(query.order_by(LedgerEvent.position)))


def test_above_the_limit_the_machine_decides_once_a_certificate_is_loaded(actors: Actors) -> None:
    before = actors.add_claim(SPOILED, price_fen=DEAR_FEN)
    assert outcome_of(actors, before) == NO_CERTIFICATE
    certificate = put_in_force(actors)
    after = actors.add_claim(SPOILED, price_fen=DEAR_FEN)
    assert outcome_of(actors, after) == ("pre_approved", "compensation_applies")
    assert actors.show(after)["amount_fen"] == DEAR_FEN // 2
    with actors.runtime.transaction() as session:
        freeze_certificate(session, "a doubt", "operator")
    # What was decided stays what was decided, with and without a certificate.
    for claim_id in (before, after):
        (replay,) = replay_claim(actors.runtime, str(claim_id))
        assert replay.identical, replay.differences
    (loaded, _) = events(actors)
    assert (loaded.claim_id, loaded.actor) == (None, "operator")
    assert loaded.payload["certificate_sha256"] == certificate.sha256


def test_what_the_machine_is_less_sure_of_goes_to_an_agent(actors: Actors) -> None:
    put_in_force(actors, make_certificate(actors.policy, from_confidence=0.95))
    assert claim_dear(actors)[0] == "pre_approved"
    unsure = {**SPOILED, "spoilage": {**SPOILED["spoilage"], "probability": 0.94}}
    claim_id = actors.add_claim(unsure, price_fen=DEAR_FEN)
    assert outcome_of(actors, claim_id) == ("needs_agent", "below_certificate")


def test_a_certificate_speaks_of_its_problem_model_and_rules_alone(actors: Actors) -> None:
    put_in_force(actors)
    hair = actors.add_claim(findings.HAIR, reason="foreign_object", price_fen=DEAR_FEN)
    assert outcome_of(actors, hair) == NO_CERTIFICATE
    put_in_force(actors, make_certificate(actors.policy, model="a" * 64))
    assert claim_dear(actors) == NO_CERTIFICATE
    put_in_force(actors)
    assert claim_dear(actors)[0] == "pre_approved"
    actors.amend_policy(("moderate_area_fraction = 0.10", "moderate_area_fraction = 0.11"))
    assert claim_dear(actors) == NO_CERTIFICATE


COMMON = "[compensation.foreign_object.severe]"
OVERRIDE = '\n[[overrides]]\nshop = "another"\n{}\n[certificate]'


@pytest.mark.parametrize(
    ("change", "covered"),
    [
        (
            (
                "percent = 20\n[compensation.portion.severe]",
                "percent = 21\n[compensation.portion.severe]",
            ),
            False,
        ),
        ((f"{COMMON}\npercent = 100\n", ""), False),
        (("[compensation.spoilage.minor]", "[compensation.spoilage.minor]\nmax_fen = 5000"), False),
        (
            (
                "\n[certificate]",
                OVERRIDE.format("[overrides.compensation.portion.minor]\npercent = 5"),
            ),
            False,
        ),
        (("\n[certificate]", OVERRIDE.format("limit_fen = 10")), True),
        (("limit_fen = 5000", "limit_fen = 4000"), True),
        ((COMMON, f'{COMMON}\nextras = ["small_coupon"]'), True),
        (("verified_s = 7200", "verified_s = 3600"), True),
    ],
)
def test_what_decides_what_is_paid_needs_a_new_certificate_and_nothing_else(
    actors: Actors, change: tuple[str, str], covered: bool
) -> None:
    put_in_force(actors)
    assert claim_dear(actors)[0] == "pre_approved"
    actors.amend_policy(change)
    assert (claim_dear(actors)[0] == "pre_approved") is covered


def test_the_order_of_overrides_decides_nothing() -> None:
    text = POLICY_PATH.read_text("utf-8")
    some = [
        f'[[overrides]]\nshop = "{shop}"\n[overrides.compensation.portion.severe]\npercent = 60\n'
        for shop in ("one", "other")
    ]
    digests = {digest_rules(Policy("\n".join([text, *order]))) for order in (some, some[::-1])}
    assert len(digests) == 1
    assert digests != {digest_rules(Policy(text))}


@pytest.mark.parametrize(
    "change",
    [
        ("max_wrong_fraction = 0.02", "max_wrong_fraction = 0.01"),
        ("confidence = 0.95", "confidence = 0.99"),
        ("\npropensity = 0.05", "\npropensity = 0.0"),
        ("blind_propensity = 0.10", "blind_propensity = 0.0"),
    ],
)
def test_a_policy_that_wants_more_or_audits_nothing_is_not_covered(
    actors: Actors, change: tuple[str, str]
) -> None:
    put_in_force(actors)
    actors.amend_policy(change)
    assert claim_dear(actors) == NO_CERTIFICATE


def test_late_deliveries_need_no_model(actors: Actors) -> None:
    certificate = make_certificate(
        actors.policy, problem="delivery", from_confidence=1.0, model="a" * 64
    )
    put_in_force(actors, certificate)
    late = actors.add_claim(reason="delivery", late_min=45, price_fen=DEAR_FEN)
    assert outcome_of(actors, late)[0] == "pre_approved"
    seen = actors.add_claim(SPOILED, reason="delivery", late_min=45, price_fen=DEAR_FEN)
    assert outcome_of(actors, seen)[0] == "pre_approved"


def test_the_certificate_loaded_last_counts(actors: Actors) -> None:
    first = put_in_force(actors)
    put_in_force(actors, make_certificate(actors.policy, model="a" * 64))
    put_in_force(actors, first)
    put_in_force(actors, first)
    assert claim_dear(actors)[0] == "pre_approved"
    assert [event.kind for event in events(actors)] == ["certificate_loaded"] * 3


def test_a_clock_that_goes_back_brings_no_old_certificate_back(actors: Actors) -> None:
    put_in_force(actors, make_certificate(actors.policy, model="a" * 64))
    earlier = actors.policy.table.effective_from + timedelta(seconds=1)
    with time_machine.travel(earlier, tick=True):
        put_in_force(actors)
        assert claim_dear(actors)[0] == "pre_approved"


def test_a_frozen_certificate_stays_frozen_until_another_is_loaded(actors: Actors) -> None:
    certificate = put_in_force(actors)
    with actors.runtime.transaction() as session:
        freeze_certificate(session, "new packaging", "operator")
    assert claim_dear(actors) == NO_CERTIFICATE
    with pytest.raises(Conflict, match="new packaging") as refused:
        put_in_force(actors, certificate)
    assert refused.value.code == "certificate_frozen"
    with actors.runtime.transaction() as session, pytest.raises(Conflict) as again_frozen:
        freeze_certificate(session, "again", "operator")
    assert again_frozen.value.code == "no_certificate"
    put_in_force(actors, again(certificate))
    assert claim_dear(actors)[0] == "pre_approved"


def test_freezing_the_newer_one_brings_no_older_one_back(actors: Actors) -> None:
    first = put_in_force(actors)
    put_in_force(actors, again(first))
    with actors.runtime.transaction() as session:
        freeze_certificate(session, "a doubt", "operator")
    assert claim_dear(actors) == NO_CERTIFICATE


def test_the_zero_material_channel_goes_on_without_a_certificate(actors: Actors) -> None:
    put_in_force(actors)
    with actors.runtime.transaction() as session:
        freeze_certificate(session, "a doubt", "operator")
    claim_id = actors.add_claim(SPOILED, price_fen=3000)
    assert outcome_of(actors, claim_id)[0] == "pre_approved"


def test_food_safety_is_under_no_certificate(actors: Actors) -> None:
    put_in_force(actors, make_certificate(actors.policy, problem="foreign_object"))
    glass = assessment(kind="glass")
    claim_id = actors.add_claim(glass, reason="foreign_object", price_fen=DEAR_FEN)
    assert outcome_of(actors, claim_id) == NO_CERTIFICATE


def test_a_certificate_that_promises_too_little_is_refused(actors: Actors) -> None:
    for promise in (Promise(0.021, 0.95), Promise(0.02, 0.94)):
        with pytest.raises(InvalidInput) as refused:
            put_in_force(actors, make_certificate(actors.policy, promise=promise))
        assert refused.value.code == "certificate_too_lax"
    with pytest.raises(InvalidInput) as refused:
        put_in_force(actors, make_certificate(actors.policy, audited=50))
    assert refused.value.code == "certificate_empty"
    stricter = make_certificate(actors.policy, promise=Promise(0.01, 0.99), audited=1000)
    put_in_force(actors, stricter)
    assert claim_dear(actors)[0] == "pre_approved"


def test_of_two_who_freeze_at_once_one_does(actors: Actors) -> None:
    put_in_force(actors)

    def freeze(number: int) -> str:
        try:
            with actors.runtime.transaction() as session:
                freeze_certificate(session, f"doubt {number}", "operator")
        except FreshclaimError as error:
            return error.code
        return f"doubt {number}"

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(freeze, range(4)))
    (won,) = set(results) - {"no_certificate"}
    with actors.runtime.transaction() as session:
        record = find_latest(session)
        assert record is not None
        assert record.frozen_because == won
    assert [event.kind for event in events(actors)].count("certificate_frozen") == 1


def test_a_certificate_of_an_earlier_version_stops_nobody(actors: Actors) -> None:
    """It counts for nothing: claims above the limit go to agents, and are decided."""
    with actors.runtime.transaction() as session:
        old = CertificateRecord(sha256="0" * 64, text='{"format":1}', loaded_at=utc_now())
        session.add(old)
    assert claim_dear(actors) == NO_CERTIFICATE
