"""The service as processes: gunicorn in front, workers made by fork, jobs beside them."""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.workers.gthread import ThreadWorker

from serve.memory import share_one_heap
from serve.multiprocess import MULTIPROCESS
from serve.settings import Settings

if TYPE_CHECKING:
    from apiflask import APIFlask

    from serve.jobs.worker import WorkerThread

_TIMEOUT_S = 120
_GRACE_S = 30
_WARM_UP_S = 25
_ENDINGS = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGQUIT})


class _Master(Arbiter):  # type: ignore[misc]
    """Gunicorn's master process, that loses no signal to a worker which is just being born.

    Until a worker has its own handlers it runs the master's, where a signal to end would end
    nothing: the master would wait for that worker until it may kill it.
    """

    def spawn_worker(self) -> int:
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)
        try:
            return int(super().spawn_worker())
        finally:
            _hear_endings()


class _Worker(ThreadWorker):  # type: ignore[misc]
    """A worker that every signal to end ends alike: running requests and jobs may finish.

    Gunicorn's own answer to Ctrl+C raises SystemExit wherever the main thread is. Inside an import
    that leaves the import lock taken for ever, and no thread that imports can be waited for.
    """

    def handle_quit(self, sig: int, frame: FrameType | None) -> None:
        self.handle_exit(sig, frame)


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
        self._warm_up: threading.Thread | None = None
        super().__init__()

    def run(self) -> None:
        """Serves until a signal says to stop; ends in SystemExit."""
        # What is loaded by now stays: no process looks through it for garbage, at its end least
        # of all, and workers go on sharing its memory with the master.
        gc.freeze()
        share_one_heap()
        _Master(self).run()

    def load_config(self) -> None:
        settings = self._settings
        values = {
            "bind": [f"{settings.host}:{settings.port}"],
            "workers": settings.workers,
            "worker_class": _Worker,
            "threads": settings.threads,
            "timeout": _TIMEOUT_S,
            "graceful_timeout": _GRACE_S,
            "keepalive": 5,
            "loglevel": settings.log_level.lower(),
            "control_socket_disable": True,
            "when_ready": lambda _arbiter: self._when_ready(),
            "worker_exit": lambda _arbiter, _worker: self._end_worker(),
            "child_exit": lambda _arbiter, worker: _forget_measures(worker.pid),
        }
        for name, value in values.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> APIFlask:
        from serve.app import create_app
        from serve.runtime import make_runtime

        _hear_endings()  # the worker's own handlers are in place by now
        runtime = make_runtime(self._settings, self._database_url)
        if self._settings.jobs_in_process:
            from serve.jobs.worker import WorkerThread

            self._jobs = WorkerThread(runtime)
            self._jobs.start()
        # The first customer should not wait for the weights to load.
        self._warm_up = threading.Thread(target=runtime.scoring.warm_up, name="warm-up")
        self._warm_up.daemon = True
        self._warm_up.start()
        return create_app(runtime)

    def _end_worker(self) -> None:
        if self._jobs is not None:
            self._jobs.stop()
        if self._warm_up is not None:
            # A thread that loads native code while the interpreter ends aborts the process.
            self._warm_up.join(_WARM_UP_S)


def load_application() -> None:
    """Loads the application's modules, but makes nothing: what a fork inherits comes for free."""
    import serve.app
    import serve.jobs.worker  # noqa: F401


def _hear_endings() -> None:
    """Takes the signals to end from here on, with those that came meanwhile."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDINGS)


def _forget_measures(pid: int) -> None:
    if os.environ.get(MULTIPROCESS):
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(pid)  # type: ignore[no-untyped-call]
