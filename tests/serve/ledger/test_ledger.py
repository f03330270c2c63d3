from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, IntegrityError

from serve.ledger.refunds import Grant, instruct_refund
from serve.ledger.service import Entry, append_event, events_of, read_head
from serve.ledger.verification import verify_ledger
from serve.times import utc_now
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


def test_a_claim_gets_one_refund_of_a_kind(actors: Actors) -> None:
    order = actors.add_order()
    claim_id = actors.add_claim(findings.MODERATE_SPOILAGE, order=order)
    grant = Grant(claim_id, order.id, "decision", 1, "v")
    with pytest.raises(IntegrityError), actors.runtime.transaction() as session:
        instruct_refund(session, actors.runtime.jobs, grant, "machine")
    assert actors.show(claim_id)["amount_fen"] == 1640


def test_a_refund_and_its_job_live_and_die_together(actors: Actors) -> None:
    order = actors.add_order()
    claim_id = actors.add_claim(findings.CLEAN, order=order)

    grant = Grant(claim_id, order.id, "verdict", 5, "v")
    with actors.runtime.sessions() as session:
        instruct_refund(session, actors.runtime.jobs, grant, "agent")
        session.rollback()
    with actors.runtime.transaction() as session:
        tasks = session.scalars(text("SELECT task_name FROM procrastinate_jobs")).all()
        assert tasks == ["assess_claim"]
        assert session.scalar(text("SELECT count(*) FROM refunds")) == 0


def test_time_in_the_ledger_never_goes_back(actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    with time_machine.travel(utc_now() - timedelta(days=400)), actors.runtime.transaction() as s:
        append_event(s, Entry(claim_id, "escalated", "service"))
    with actors.runtime.transaction() as session:
        times = [event.at for event in events_of(session, claim_id)]
        assert times == sorted(times)
    assert verify_ledger(actors.runtime).intact


def test_an_event_of_the_house_belongs_to_no_claim(actors: Actors) -> None:
    with actors.runtime.transaction() as session:
        event = append_event(session, Entry(None, "recall", "agent:1", payload={"batch": "B7"}))
    with actors.runtime.transaction() as session:
        assert read_head(session).hash == event.hash
    assert verify_ledger(actors.runtime).intact
