"""Enqueues jobs inside the caller's own transaction."""

from __future__ import annotations

from procrastinate import App, SyncPsycopgConnector
from sqlalchemy.orm import Session

from serve.database import psycopg_of

ASSESS_CLAIM = "assess_claim"
RELEASE_REFUND = "release_refund"


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
        job = self._app.configure_task(
            task,
            allow_unknown=True,
            connection=psycopg_of(session),
            schedule_in={"seconds": delay_s} if delay_s else None,
        )
        job.defer(**arguments)
