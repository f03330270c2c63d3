"""Words of harm are a person's health: they go when the claim is erased, wherever they were."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import text

from model.errors import Conflict
from serve.agents.holds import take_case
from serve.agents.models import CaseHold
from serve.claims.feedback import explain_appeal, give_feedback
from serve.claims.models import Claim
from serve.claims.replay import replay_claim
from serve.claims.service import appeal_claim
from serve.ledger.verification import check_ledger
from serve.policy.evidence import CaseFile, OrderFacts
from serve.privacy.purge import purge_old
from serve.times import utc_now
from tests.serve import findings
from tests.serve.actors import Actors
from tests.serve.privacy.test_purge import dump

HARM = ("过敏", "住院")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(utc_now(), tick=False) as clock:
        yield clock


def add_harmed(actors: Actors) -> uuid.UUID:
    """Makes a claim with a word of harm in its description, and one in its appeal."""
    said = f"吃了之后{HARM[0]}了"
    claim_id = actors.add_claim(findings.CLEAN, description=said, batch="B1")
    calm = actors.add_claim(findings.MODERATE_SPOILAGE)
    for key in (claim_id, calm):
        with actors.runtime.transaction() as session:
            session.get_one(Claim, key).status = "resolved"
        appeal_claim(actors.runtime, actors.shop, str(key), f"我{HARM[1]}了")
    return claim_id


def erase_all(actors: Actors, clock: time_machine.Traveller) -> None:
    with actors.runtime.transaction() as session:
        session.execute(text("UPDATE claims SET status = 'closed', agent_due_at = NULL"))
        session.execute(text("UPDATE refunds SET released_at = created_at"))
    clock.shift(timedelta(days=91))
    purge_old(actors.runtime, 90, "operator")


def words_left(actors: Actors) -> list[str]:
    """Returns the words that a row still holds, but for the policies, which list them."""
    with actors.runtime.transaction() as session:
        policies = session.scalars(text("SELECT t::text FROM policies t")).all()
    rows = dump(actors)
    for policy in policies:
        rows = rows.replace(json.dumps(policy, ensure_ascii=False), "")
    return [word for word in HARM if word in rows]


def test_words_of_harm_are_left_nowhere(
    actors: Actors, clock: time_machine.Traveller, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    add_harmed(actors)
    assert words_left(actors) == list(HARM)
    erase_all(actors, clock)
    assert words_left(actors) == []
    assert [word for word in HARM if word in caplog.text] == []


def test_decisions_of_words_of_harm_are_replayed_and_verified(
    actors: Actors, clock: time_machine.Traveller
) -> None:
    claim_id = add_harmed(actors)
    with actors.runtime.transaction() as session:
        assert check_ledger(session).intact
    erase_all(actors, clock)
    (replay,) = replay_claim(actors.runtime, str(claim_id))
    assert replay.identical, replay.differences
    case = CaseFile("claim", "spoilage", OrderFacts(3280), urgent=True)
    earlier = {**case.to_dict(), "urgent": [HARM[0]]}
    assert CaseFile.from_dict(earlier) == CaseFile.from_dict(case.to_dict()) == case


def test_words_in_alerts_of_earlier_versions_go_with_their_claim(
    actors: Actors, clock: time_machine.Traveller
) -> None:
    claim_id = add_harmed(actors)
    details = json.dumps({"reasons": ["urgent_words"], "urgent_words": HARM}, ensure_ascii=False)
    with actors.runtime.transaction() as session:
        query = text("UPDATE alerts SET details = :details WHERE claim_id = :claim_id")
        session.execute(query, {"details": details, "claim_id": claim_id})
    erase_all(actors, clock)
    assert words_left(actors) == []


def test_who_had_the_case_open_goes_with_it(actors: Actors, clock: time_machine.Traveller) -> None:
    claim_id = add_harmed(actors)
    with actors.runtime.transaction() as session:
        take_case(session, actors.agent, claim_id)
    erase_all(actors, clock)
    with actors.runtime.transaction() as session:
        assert session.get(CaseHold, claim_id) is None


def test_nothing_is_written_on_an_erased_claim(
    actors: Actors, clock: time_machine.Traveller
) -> None:
    claim_id = str(add_harmed(actors))
    erase_all(actors, clock)
    assert not actors.show(uuid.UUID(claim_id))["may_rate"]
    with pytest.raises(Conflict, match="erased"):
        give_feedback(actors.runtime, actors.shop, claim_id, 5, "my rash is gone")
    with pytest.raises(Conflict, match="erased"):
        explain_appeal(actors.runtime, actors.shop, claim_id, "my rash is gone")
