from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, IntegrityError

from serve.ledger.refunds import Grant, instruct_refund
from serve.ledger.service import verify_chain
from tests.serve import findings
from tests.serve.actors import Actors


@pytest.mark.parametrize("table", ["ledger", "decisions", "verdicts", "policies"])
@pytest.mark.parametrize("change", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_database_refuses_to_take_anything_away(
    actors: Actors, table: str, change: str
) -> None:
    actors.add_claim(findings.MODERATE_SPOILAGE)
    with (
        pytest.raises(DatabaseError, match="only ever added"),
        actors.runtime.transaction() as session,
    ):
        session.execute(text(change.format(table)))


def test_the_database_refuses_to_change_an_amount(actors: Actors) -> None:
    actors.add_claim(findings.MODERATE_SPOILAGE)
    with (
        pytest.raises(DatabaseError, match="only ever added"),
        actors.runtime.transaction() as session,
    ):
        session.execute(text("UPDATE ledger SET amount_fen = 1"))


@pytest.mark.parametrize(
    ("tampering", "broken_at"),
    [
        ("UPDATE ledger SET amount_fen = 1 WHERE position = 2", 2),
        ("UPDATE ledger SET at = at + interval '1 hour' WHERE position = 1", 1),
        ("UPDATE ledger SET payload = '{}' WHERE position = 3", 3),
        ("DELETE FROM ledger WHERE position = 2", 3),
    ],
)
def test_whoever_gets_past_the_database_breaks_the_chain(
    actors: Actors, tampering: str, broken_at: int
) -> None:
    actors.add_claim(findings.MODERATE_SPOILAGE)
    actors.add_claim(findings.INSECT, reason="foreign_object")
    with actors.runtime.transaction() as session:
        assert verify_chain(session).intact
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text(tampering))
    with actors.runtime.transaction() as session:
        assert verify_chain(session).broken_at == broken_at


def test_a_claim_gets_one_refund_of_a_kind(actors: Actors) -> None:
    order = actors.add_order()
    claim_id = actors.add_claim(findings.MODERATE_SPOILAGE, order=order)
    grant = Grant(claim_id, order.id, "decision", 1)
    with pytest.raises(IntegrityError), actors.runtime.transaction() as session:
        instruct_refund(session, actors.runtime.jobs, grant, "machine")
    assert actors.show(claim_id)["amount_fen"] == 1640


def test_a_refund_and_its_job_live_and_die_together(actors: Actors) -> None:
    order = actors.add_order()
    claim_id = actors.add_claim(findings.CLEAN, order=order)

    grant = Grant(claim_id, order.id, "verdict", 5)
    with actors.runtime.sessions() as session:
        instruct_refund(session, actors.runtime.jobs, grant, "agent")
        session.rollback()
    with actors.runtime.transaction() as session:
        tasks = session.scalars(text("SELECT task_name FROM procrastinate_jobs")).all()
        assert tasks == ["assess_claim"]
        assert session.scalar(text("SELECT count(*) FROM refunds")) == 0
