from __future__ import annotations

from sqlalchemy import text

from serve.claims.replay import replay_claim
from tests.serve import findings
from tests.serve.actors import Actors


def test_a_decision_replays_identically(actors: Actors) -> None:
    claim_id = actors.add_claim(findings.INSECT, findings.CLEAN, reason="foreign_object")
    (replay,) = replay_claim(actors.runtime, str(claim_id))
    assert replay.identical


def test_an_old_decision_replays_under_its_own_policy(actors: Actors) -> None:
    claim_id = actors.add_claim(findings.MODERATE_SPOILAGE)
    actors.amend_policy(("percent = 50", "percent = 40"))
    (replay,) = replay_claim(actors.runtime, str(claim_id))
    assert replay.identical


def test_a_changed_record_is_told(actors: Actors) -> None:
    claim_id = actors.add_claim(findings.MODERATE_SPOILAGE)
    with actors.runtime.transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(
            text(
                "UPDATE decisions SET outcome = "
                "jsonb_set(outcome::jsonb, '{amount_fen}', '3280')::json"
            )
        )
    (replay,) = replay_claim(actors.runtime, str(claim_id))
    assert not replay.identical
    assert any("not the one in the ledger" in line for line in replay.differences)
    assert any("amount_fen was 3280, is 1640" in line for line in replay.differences)
