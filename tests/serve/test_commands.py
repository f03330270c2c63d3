from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def run(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "serve", "--data", str(data), *arguments],
        cwd=ROOT,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def clean_environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("FRESHCLAIM_", "DATABASE_"))}
    return {**kept, "FRESHCLAIM_WORKERS": "1"}


@dataclass
class Service:
    """A running service and what it printed."""

    data: Path
    address: str
    shop_key: str
    agent_key: str
    claim_link: str

    def call(self, path: str, key: str = "", body: Any = None, method: str = "GET") -> Any:  # noqa: ANN401
        request = urllib.request.Request(self.address + path, method=method)
        if key:
            request.add_header("Authorization", f"Bearer {key}")
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body).encode()
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read().decode()
        return json.loads(text) if answer.headers.get_content_subtype() == "json" else text


@contextlib.contextmanager
def start(data: Path) -> Iterator[Service]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "serve", "--data", str(data), "--port", str(port)],
        cwd=ROOT,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        lines = [process.stdout.readline().split() for _ in range(4)]
        shop_key, agent_key, link = (line[-1] for line in lines[1:])
        yield Service(data, f"http://127.0.0.1:{port}", shop_key, agent_key, link)
    finally:
        process.send_signal(signal.SIGTERM)
        rest = process.stdout.read()
        process.stdout.close()
        assert process.wait(timeout=60) == 0, rest


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        yield Path(folder) / "data"


@pytest.fixture(scope="module")
def first(folder: Path) -> Iterator[Service]:
    with start(folder) as service:
        yield service


def test_a_claim_goes_its_whole_way(first: Service, tmp_path: Path) -> None:
    order = {
        "order_id": "A-1",
        "customer_id": "c-1",
        "product": "Caesar salad",
        "price_fen": 3280,
        "promised_at": "2026-11-01T12:00:00Z",
        "delivered_at": "2026-11-01T12:45:00Z",
    }
    assert first.call("/readyz") == {"status": "ready"}
    token = first.call("/v1/orders", first.shop_key, order, "POST")["claim_token"]
    claim = post_form(first, token, {"reason": "delivery"})
    assert (claim["status"], claim["amount_fen"]) == ("pre_approved", 1640)
    path = f"/v1/claims/{claim['id']}"
    first.call(f"{path}/appeal", token, {"text": "more"}, "POST")
    verdict = {"decision": "approve", "severity": "moderate", "amount_fen": 2000}
    claim = first.call(f"{path}/verdict", first.agent_key, verdict, "POST")
    assert [refund["amount_fen"] for refund in claim["refunds"]] == [1640, 360]

    replay = run(first.data, "replay", claim["id"])
    assert (replay.returncode, replay.stdout) == (0, "decision 1: identical\n")
    ledger = run(first.data, "ledger", "verify")
    assert ledger.returncode == 0
    assert "intact" in ledger.stdout
    exported = run(first.data, "export", str(tmp_path / "labels"))
    assert exported.returncode == 0, exported.stderr
    assert (tmp_path / "labels" / "manifest.csv").is_file()


def post_form(service: Service, token: str, fields: dict[str, str]) -> Any:  # noqa: ANN401
    body = urllib.parse.urlencode(fields).encode()
    request = urllib.request.Request(f"{service.address}/v1/claims", body)
    request.add_header("Authorization", f"Bearer {token}")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())


def test_measures_of_all_processes_are_shown(first: Service) -> None:
    first.call("/healthz")
    assert 'route="/healthz"' in first.call("/metrics")


def test_users_get_keys_that_work_at_once(first: Service) -> None:
    made = run(first.data, "user", "agent", "Li Na")
    assert made.returncode == 0
    assert first.call("/v1/claims", made.stdout.strip())["limit"] == 20


def test_demo_keys_are_for_their_owner_alone(first: Service) -> None:
    file = first.data / "demo.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text())["shop_key"] == first.shop_key


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["replay", "nonsense"], "no_claim"),
        (["--port", "0"], "FRESHCLAIM_PORT is a port number"),
        (["nonsense"], "No such command"),
    ],
)
def test_a_command_that_cannot_run_says_why(
    first: Service, arguments: list[str], complaint: str
) -> None:
    failed = run(first.data, *arguments)
    assert failed.returncode != 0
    assert complaint in failed.stderr
    assert "Traceback" not in failed.stderr


@pytest.mark.parametrize("command", ["", "worker", "user", "demo", "export", "replay", "ledger"])
def test_every_command_explains_itself(folder: Path, command: str) -> None:
    shown = run(folder, *command.split(), "--help")
    assert shown.returncode == 0
    assert len(shown.stdout) > 100


def test_a_restart_keeps_keys_and_claims() -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        data = Path(folder) / "data"
        with start(data) as before:
            token = before.claim_link.rsplit("/", 1)[1]
            claim = post_form(before, token, {"reason": "delivery"})
        with start(data) as after:
            assert after.shop_key == before.shop_key
            assert after.call(f"/v1/claims/{claim['id']}", after.shop_key)["id"] == claim["id"]
