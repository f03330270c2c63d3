"""Runs the job worker, alone or as a thread beside the web application."""

from __future__ import annotations

import asyncio
import logging
import threading

from serve.jobs.tasks import make_worker_app
from serve.runtime import Runtime

log = logging.getLogger(__name__)

CONCURRENCY = 2
_POLL_S = 5.0
_GRACE_S = 20.0
_JOIN_S = 25.0
_RESTART_S = 5.0


async def run_worker(runtime: Runtime, *, signals: bool) -> None:
    """Works on jobs until cancelled or, with `signals`, until SIGTERM or SIGINT."""
    app = make_worker_app(runtime)
    async with app.open_async():
        await app.run_worker_async(
            concurrency=CONCURRENCY,
            install_signal_handlers=signals,
            fetch_job_polling_interval=_POLL_S,
            shutdown_graceful_timeout=_GRACE_S,
            delete_jobs="successful",
        )


class WorkerThread:
    """A job worker in a thread of its own, stopped from outside."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._loop = asyncio.new_event_loop()
        self._task: asyncio.Task[None] | None = None
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    def start(self) -> None:
        """Starts working."""
        self._thread.start()

    def stop(self) -> None:
        """Lets running jobs end and returns when the thread has."""
        if self._loop.is_running():
            self._loop.call_soon_threadsafe(self._cancel)
        self._thread.join(_JOIN_S)

    def _cancel(self) -> None:
        self._stopping = True
        if self._task is not None:
            self._task.cancel()

    def _run(self) -> None:
        self._task = self._loop.create_task(self._work())
        try:
            self._loop.run_until_complete(self._task)
        except asyncio.CancelledError:
            log.info("job worker stopped")
        finally:
            self._loop.close()

    async def _work(self) -> None:
        """Works until stopped; after a failure, such as a database restart, begins again."""
        while not self._stopping:
            try:
                await run_worker(self._runtime, signals=False)
            except Exception:
                log.exception("job worker failed, starting again in %s s", _RESTART_S)
                await asyncio.sleep(_RESTART_S)
