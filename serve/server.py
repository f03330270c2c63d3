"""The service as processes: gunicorn in front, workers made by fork, jobs beside them."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from gunicorn.app.base import BaseApplication

from serve.multiprocess import MULTIPROCESS
from serve.settings import Settings

if TYPE_CHECKING:
    from apiflask import APIFlask

    from serve.jobs.worker import WorkerThread

_TIMEOUT_S = 120
_GRACE_S = 30


class Server(BaseApplication):  # type: ignore[misc]
    """Runs the service until it is told to stop.

    Every worker process builds its own runtime after fork: connections and the model's session
    are never shared between processes.
    """

    def __init__(
        self, settings: Settings, database_url: str, when_ready: Callable[[], None]
    ) -> None:
        self._settings = settings
        self._database_url = database_url
        self._when_ready = when_ready
        self._jobs: WorkerThread | None = None
        super().__init__()

    def load_config(self) -> None:
        settings = self._settings
        values = {
            "bind": [f"{settings.host}:{settings.port}"],
            "workers": settings.workers,
            "worker_class": "gthread",
            "threads": settings.threads,
            "timeout": _TIMEOUT_S,
            "graceful_timeout": _GRACE_S,
            "keepalive": 5,
            "loglevel": settings.log_level.lower(),
            "control_socket_disable": True,
            "when_ready": lambda _arbiter: self._when_ready(),
            "worker_exit": lambda _arbiter, worker: self._end_worker(worker),
            "child_exit": lambda _arbiter, worker: _forget_measures(worker.pid),
        }
        for name, value in values.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> APIFlask:
        from serve.app import create_app
        from serve.runtime import make_runtime

        runtime = make_runtime(self._settings, self._database_url)
        if self._settings.jobs_in_process:
            from serve.jobs.worker import WorkerThread

            self._jobs = WorkerThread(runtime)
            self._jobs.start()
        # The first customer should not wait for the weights to load.
        threading.Thread(target=runtime.scoring.warm_up, name="warm-up", daemon=True).start()
        return create_app(runtime)

    def _end_worker(self, _worker: object) -> None:
        if self._jobs is not None:
            self._jobs.stop()


def load_application() -> None:
    """Loads the application's modules, but makes nothing: what a fork inherits comes for free."""
    import serve.app
    import serve.jobs.worker  # noqa: F401


def _forget_measures(pid: int) -> None:
    if os.environ.get(MULTIPROCESS):
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(pid)  # type: ignore[no-untyped-call]
