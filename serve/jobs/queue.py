"""Enqueues jobs inside the caller's own transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from procrastinate import App, SyncPsycopgConnector
from procrastinate.jobs import JobDeferrer
from sqlalchemy import text
from sqlalchemy.orm import Session

from serve.database import psycopg_of

ASSESS_CLAIM = "assess_claim"
RELEASE_REFUND = "release_refund"
DELIVER_MESSAGE = "deliver_message"
GIVE_VERDICT = "give_verdict"

_QUEUES = {DELIVER_MESSAGE: "webhooks"}
"""Queues of tasks that wait for others' machines, so that no other task waits behind them."""

DEFAULT_QUEUE, WEBHOOKS_QUEUE = "default", _QUEUES[DELIVER_MESSAGE]

_HASTEN = """
UPDATE procrastinate_jobs SET scheduled_at = NULL
WHERE task_name = :task AND status = 'todo' AND args ->> :argument = ANY(:values)
RETURNING args ->> :argument
"""


class JobQueue:
    """Puts jobs into the queue; a worker takes them out once the transaction has committed.

    The connector has no pool and is never opened: every job travels on a session's connection.
    """

    def __init__(self) -> None:
        self._app = App(connector=SyncPsycopgConnector())

    def defer(
        self, session: Session, task: str, *, delay_s: int = 0, **arguments: str | int
    ) -> None:
        """Adds a job that exists if, and only if, the session's transaction commits.

        Args:
            session: whose transaction the job joins.
            task: the task's name, see `serve.jobs.tasks`.
            delay_s: earliest start, seconds from now.
            arguments: JSON values the task is called with.
        """
        session.flush()
        self._configure(session, task, delay_s).defer(**arguments)

    def hasten(self, session: Session, task: str, argument: str, values: Sequence[str]) -> None:
        """Makes the task's jobs with these values of one argument due now; adds missing ones.

        A job that runs just now is missing, too: it may have read what holds no more, and when it
        fails it waits as long as if nothing had changed. The task must bear to run twice at once.
        """
        bound = {"task": task, "argument": argument, "values": list(values)}
        waiting = set(session.scalars(text(_HASTEN), bound))
        missing: list[dict[str, Any]] = [
            {argument: value} for value in values if value not in waiting
        ]
        if missing:
            self._configure(session, task).batch_defer(*missing)

    def _configure(self, session: Session, task: str, delay_s: int = 0) -> JobDeferrer:
        return self._app.configure_task(
            task,
            allow_unknown=True,
            connection=psycopg_of(session),
            queue=_QUEUES.get(task, DEFAULT_QUEUE),
            schedule_in={"seconds": delay_s} if delay_s else None,
        )
