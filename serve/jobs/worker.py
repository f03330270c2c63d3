"""Runs the job worker, alone or as a thread beside the web application."""

from __future__ import annotations

import asyncio
import logging
import threading
from contextlib import suppress
from typing import Any

from procrastinate import App

from serve.jobs.queue import DEFAULT_QUEUE, WEBHOOKS_QUEUE
from serve.jobs.tasks import make_worker_app
from serve.runtime import Runtime

log = logging.getLogger(__name__)

CONCURRENCY = {DEFAULT_QUEUE: 2, WEBHOOKS_QUEUE: 2}
"""Jobs at a time by queue: receivers that hang hold up webhooks alone, no claim."""

_POLL_S = 5.0
_GRACE_S = 20.0
_JOIN_S = 25.0
_RESTART_S = 5.0


async def run_worker(runtime: Runtime) -> None:
    """Works on jobs until cancelled."""
    app = make_worker_app(runtime)
    opening = asyncio.ensure_future(app.open_async())
    try:
        await asyncio.shield(opening)
        async with asyncio.TaskGroup() as workers:
            for queue, concurrency in CONCURRENCY.items():
                workers.create_task(_work_on(app, queue, concurrency))
    finally:
        # Closed first: connections that are cancelled while they open would try again and again.
        await app.close_async()
        opening.cancel()


async def _work_on(app: App, queue: str, concurrency: int) -> None:
    await app.run_worker_async(
        queues=[queue],
        concurrency=concurrency,
        install_signal_handlers=False,
        fetch_job_polling_interval=_POLL_S,
        shutdown_graceful_timeout=_GRACE_S,
        delete_jobs="successful",
    )


class WorkerThread:
    """A job worker in a thread of its own, stopped from outside.

    Signals reach the main thread alone: one that raises there never hits a job half done.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._loop = asyncio.new_event_loop()
        self._task: asyncio.Task[Any] | None = None
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    def start(self) -> None:
        """Starts working."""
        self._thread.start()

    def wait(self) -> None:
        """Returns when the thread has ended, which it does only when stopped."""
        self._thread.join()

    def stop(self) -> None:
        """Lets running jobs end and returns when the thread has."""
        self._stopping = True
        # A loop that does not run yet takes the call as its first; a closed one has ended anyway.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._cancel)
        if self._thread.is_alive():
            self._thread.join(_JOIN_S)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _run(self) -> None:
        runner = asyncio.Runner(loop_factory=lambda: self._loop)
        with runner, suppress(asyncio.CancelledError):
            runner.run(self._work())
        log.info("job worker stopped")

    async def _work(self) -> None:
        """Works until stopped; after a failure, such as a database restart, begins again."""
        self._task = asyncio.current_task()
        while not self._stopping:
            try:
                await run_worker(self._runtime)
            except Exception:
                log.exception("job worker failed, starting again in %s s", _RESTART_S)
                await asyncio.sleep(_RESTART_S)
