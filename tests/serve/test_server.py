"""The service ends when it is told to: soon, in order, and with nothing left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOON_S = 10


@pytest.fixture
def data() -> Iterator[Path]:
    """Not in pytest's own folder, see `server_url`."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        yield Path(folder) / "data"


@contextlib.contextmanager
def start(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Starts Python as the leader of a process group, which a terminal's Ctrl+C would reach."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("FRESHCLAIM_", "DATABASE_"))}
    with subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**kept, "FRESHCLAIM_WORKERS": "2"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_line(process: subprocess.Popen[str], begin: str) -> None:
    assert process.stdout is not None
    assert any(line.startswith(begin) for line in process.stdout), "it ended before it began"


def wait_for_end(process: subprocess.Popen[str]) -> str:
    """Returns what it logged; fails when it takes long."""
    begun = time.monotonic()
    logged = process.communicate(timeout=3 * SOON_S)[1]
    assert time.monotonic() - begun < SOON_S, logged
    return logged


def count_processes(data: Path) -> int:
    """Returns how many processes name the data folder: master, workers and PostgreSQL do."""
    count = 0
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            count += str(data).encode() in file.read_bytes()
    return count


@pytest.mark.parametrize("settled", [False, True], ids=["at once", "settled"])
@pytest.mark.parametrize("by", ["SIGTERM", "Ctrl+C"])
def test_a_signal_ends_the_service_soon_and_whole(data: Path, by: str, settled: bool) -> None:
    port = free_port()
    with start("-m", "serve", "--data", str(data), "--port", str(port)) as service:
        wait_for_line(service, "  claim link")
        assert count_processes(data) >= 2
        if settled:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=60) as answer:
                assert answer.status == 200
        if by == "SIGTERM":
            service.terminate()
        else:
            os.killpg(service.pid, signal.SIGINT)
        logged = wait_for_end(service)
    assert service.returncode == 0, logged
    for trouble in ("Traceback", "SIGKILL", "SIGABRT", "terminate called"):
        assert trouble not in logged
    assert not (data / "postgres" / "postmaster.pid").exists()
    assert count_processes(data) == 0


def test_the_job_worker_ends_on_a_signal_and_stops_its_database(data: Path) -> None:
    with start("-m", "serve", "--data", str(data), "worker") as worker:
        wait_for_line(worker, "Working on jobs")
        worker.terminate()
        logged = wait_for_end(worker)
    assert "Traceback" not in logged
    assert worker.returncode in (0, 128 + signal.SIGTERM)
    assert not (data / "postgres" / "postmaster.pid").exists()
    assert count_processes(data) == 0


TOLD_AT_BIRTH = """
import os, signal, sys
from pathlib import Path
from serve.server import Server, load_application
from serve.settings import Settings

class Early(Server):
    def load_config(self):
        super().load_config()
        self.cfg.set("post_fork", lambda master, worker: os.kill(worker.pid, signal.SIGTERM))
        self.cfg.set("child_exit", lambda master, worker: os.kill(master.pid, signal.SIGTERM))

settings = Settings(
    database_url="postgresql://nobody@127.0.0.1:1/nothing", secret_key="for tests only",
    data_dir=Path(sys.argv[1]), port=int(sys.argv[2]), workers=1, jobs_in_process=False,
)
load_application()
Early(settings, settings.database_url, lambda: print("ready", flush=True)).run()
"""


def test_a_worker_that_is_told_to_end_while_it_is_born_ends(data: Path) -> None:
    with start("-c", TOLD_AT_BIRTH, str(data), str(free_port())) as service:
        wait_for_line(service, "ready")
        logged = wait_for_end(service)
    assert service.returncode == 0, logged
