from __future__ import annotations

import threading

import psycopg
import pytest
from sqlalchemy import text

from serve.database import libpq_url
from serve.jobs.tasks import ATTEMPTS
from serve.jobs.worker import WorkerThread
from serve.runtime import Runtime
from tests.serve import findings
from tests.serve.actors import Actors
from tests.serve.jobs.working import make_due, work_once


def job_states(runtime: Runtime) -> dict[str, str]:
    with runtime.transaction() as session:
        rows = session.execute(text("SELECT task_name, status::text FROM procrastinate_jobs"))
        return {row.task_name: row.status for row in rows}


def test_the_worker_finishes_what_a_crashed_request_left(actors: Actors) -> None:
    claim_id = actors.add_claim(reason="delivery", late_min=45, decide=False)
    make_due(actors.runtime)
    work_once(actors.runtime)
    claim = actors.show(claim_id)
    assert claim["status"] == "pre_approved"
    assert claim["refunds"][0]["released_at"]
    assert set(job_states(actors.runtime).values()) == {"succeeded"}


def test_the_worker_finds_a_decided_claim_decided(actors: Actors) -> None:
    claim_id = actors.add_claim(reason="delivery", late_min=45)
    before = actors.ledger_kinds(claim_id)
    make_due(actors.runtime)
    work_once(actors.runtime)
    assert actors.ledger_kinds(claim_id) == [*before, "paid"]


def test_a_job_run_twice_pays_once(actors: Actors) -> None:
    claim_id = actors.add_claim(findings.MODERATE_SPOILAGE)
    make_due(actors.runtime)
    work_once(actors.runtime)
    with actors.runtime.transaction() as session:
        session.execute(
            text(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status)"
                " SELECT queue_name, task_name, args, 'todo' FROM procrastinate_jobs"
            )
        )
    before = actors.show(claim_id)
    work_once(actors.runtime)
    assert actors.show(claim_id) == before


def test_a_claim_that_cannot_be_assessed_reaches_an_agent(
    actors: Actors, caplog: pytest.LogCaptureFixture
) -> None:
    claim_id = actors.add_claim(findings.CLEAN, decide=False)
    with actors.runtime.transaction() as session:
        session.execute(text("UPDATE claim_photos SET assessment = NULL, sha256 = repeat('0', 64)"))
    for _ in range(ATTEMPTS):
        assert actors.show(claim_id)["status"] == "received"
        make_due(actors.runtime)
        work_once(actors.runtime)
    claim = actors.show(claim_id)
    assert claim["status"] == "needs_agent"
    assert claim["decision"]["reasons"][0]["code"] == "assessment_failed"
    assert "an agent looks" in caplog.text


def test_the_worker_watches_the_clocks(actors: Actors) -> None:
    late = actors.add_claim(findings.CLEAN)
    undecided = actors.add_claim(findings.CLEAN, decide=False)
    with actors.runtime.transaction() as session:
        session.execute(
            text("UPDATE claims SET agent_due_at = received_at, answer_due_at = received_at")
        )
        actors.runtime.jobs.defer(session, "escalate", timestamp=0)
    work_once(actors.runtime)
    assert "escalated" in actors.ledger_kinds(late)
    assert actors.show(undecided)["status"] == "needs_agent"


NOTIFY = """
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NOTIFY released; RETURN NULL; END $$;
CREATE TRIGGER tell AFTER UPDATE ON refunds EXECUTE FUNCTION tell();
"""


def test_a_worker_thread_works_and_stops(actors: Actors) -> None:
    claim_id = actors.add_claim(reason="delivery", late_min=45, decide=False)
    make_due(actors.runtime)
    url = libpq_url(actors.runtime.engine.url.render_as_string(hide_password=False))
    worker = WorkerThread(actors.runtime)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(NOTIFY)
        connection.execute("LISTEN released")
        worker.start()
        try:
            assert list(connection.notifies(timeout=30, stop_after=1))
        finally:
            worker.stop()
            connection.execute("DROP FUNCTION tell CASCADE")
    assert actors.show(claim_id)["refunds"][0]["released_at"]
    assert not any(thread.name == "jobs" for thread in threading.enumerate())


STALL = """
WITH worker AS (
    INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')
    RETURNING id)
UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM worker)
"""


def test_a_job_whose_worker_died_is_taken_up_again(actors: Actors) -> None:
    claim_id = actors.add_claim(reason="delivery", late_min=45, decide=False)
    make_due(actors.runtime)
    with actors.runtime.transaction() as session:
        session.execute(text(STALL))
        actors.runtime.jobs.defer(session, "sweep", timestamp=0)
    work_once(actors.runtime)
    work_once(actors.runtime)
    assert actors.show(claim_id)["status"] == "pre_approved"
