"""The demo's day, played once in full on the shipped weights and sample pictures."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from serve.accounts.service import create_account
from serve.app import create_app
from serve.claims.clocks import escalate_clocks
from serve.claims.replay import replay_claim
from serve.commands import main
from serve.database import migrate
from serve.demo import prepare_demo
from serve.demo_day.day import count_cases, is_played, play_day
from serve.ledger.verification import verify_ledger
from serve.runtime import Runtime, make_runtime, publish_policy_file
from serve.settings import Settings
from serve.times import utc_now
from tests.serve.accounts.people import log_in
from tests.serve.conftest import create_database

SAMPLES = Path("datasets/rendered")


@pytest.fixture(scope="module")
def end() -> datetime:
    return utc_now()


@pytest.fixture(scope="module")
def played(
    server_url: str, tmp_path_factory: pytest.TempPathFactory, end: datetime
) -> Iterator[Runtime]:
    folder = tmp_path_factory.mktemp("demo")
    settings = Settings(data_dir=folder, secret_key="for tests only")
    runtime = make_runtime(settings, create_database(server_url, "demo_day"))
    migrate(runtime.engine)
    publish_policy_file(runtime)
    prepare_demo(runtime)
    begun: list[None] = []
    play_day(runtime, SAMPLES, end, lambda: begun.append(None))
    assert len(begun) == count_cases()
    yield runtime
    runtime.close()


def ask(runtime: Runtime, query: str) -> list[Any]:
    with runtime.transaction() as session:
        return list(session.execute(text(query)).all())


def count(runtime: Runtime, query: str) -> int:
    return int(ask(runtime, f"SELECT count(*) FROM {query}")[0][0])


def test_the_ledger_is_intact_and_tells_the_day_in_its_order(played: Runtime) -> None:
    report = verify_ledger(played)
    assert report.findings == []
    assert report.claims == count_cases()
    times = [row[0] for row in ask(played, "SELECT at FROM ledger ORDER BY position")]
    assert times == sorted(times)
    assert timedelta(hours=22) < times[-1] - times[0] < timedelta(hours=26)


def test_claims_come_over_a_day_and_none_from_the_future(played: Runtime, end: datetime) -> None:
    ((first, last, number),) = ask(
        played, "SELECT min(received_at), max(received_at), count(*) FROM claims"
    )
    assert 50 <= number <= 70
    assert end - timedelta(hours=24) <= first < end - timedelta(hours=23)
    assert end - timedelta(hours=1) < last <= end
    late = "now() + interval '1 second'"
    assert count(played, f"ledger WHERE at > {late}") == 0


@pytest.mark.parametrize(
    "query",
    [
        "claims WHERE status = 'pre_approved'",
        "claims WHERE status = 'needs_photo'",
        "claims WHERE food_safety AND agent_due_at > now() - interval '10 minutes'",
        "claims WHERE blind AND agent_due_at IS NOT NULL",
        "claims WHERE audit AND status = 'resolved'",
        "verdicts WHERE blind",
        "verdicts WHERE decision = 'decline'",
        "verdicts WHERE round = 2 AND decision = 'approve'",
        "verdicts WHERE round = 2 AND decision = 'decline'",
        "refunds WHERE released_at IS NULL",
        "webhook_messages WHERE kind = 'refund.instructed' AND delivered_at IS NOT NULL",
        "missed_clocks WHERE clock = 'first_answer'",
        "missed_clocks WHERE clock = 'food_safety'",
        "missed_clocks WHERE clock = 'verified'",
        "alerts WHERE kind = 'batch_cluster' AND closed_at IS NULL",
        "alerts WHERE kind = 'food_safety' AND closed_at IS NULL",
        "alerts WHERE kind = 'webhook_failing' AND closed_at IS NULL",
        "orders WHERE packing_sha256 IS NOT NULL",
        "orders WHERE cold_chain::text LIKE '%13.5%'",
        "photo_accesses WHERE purpose = 'overlay'",
        *[f"feedback WHERE score = {score}" for score in (1, 2, 3, 4, 5)],
    ],
)
def test_every_page_has_something_to_show(played: Runtime, query: str) -> None:
    assert count(played, query) > 0


def test_people_of_all_kinds_have_worked(played: Runtime) -> None:
    names = {
        row[0]
        for row in ask(played, "SELECT a.name FROM verdicts v JOIN accounts a ON a.id = v.agent_id")
    }
    assert names == {"Demo agent", "Demo agent 2", "Demo lead"}
    assert count(played, "claims WHERE agent_due_at IS NOT NULL") >= 5
    several = "(SELECT customer_id FROM claims GROUP BY 1 HAVING count(*) > 1)"
    assert count(played, f"{several} AS regulars") >= 3


def test_a_worker_that_starts_afterwards_finds_nothing_new(played: Runtime) -> None:
    told = count(played, "missed_clocks")
    escalate_clocks(played)
    # At most what has become late since the day was over: the next clock runs out in minutes.
    assert count(played, "missed_clocks") - told <= 1
    assert verify_ledger(played).intact


def test_the_days_decisions_replay(played: Runtime) -> None:
    query = "SELECT id FROM claims WHERE reason = 'spoilage' ORDER BY received_at LIMIT 1"
    ((claim_id,),) = ask(played, query)
    results = replay_claim(played, str(claim_id), photos=True)
    assert [result.differences + result.notes for result in results] == [[]]


def run(runtime: Runtime, *arguments: str, demo: str = "1", port: int = 8000) -> Result:
    url = runtime.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    arguments = ("--data", str(runtime.settings.data_dir), "demo", *arguments)
    secret = runtime.settings.secret_key
    environment = {"DATABASE_URL": url, "FRESHCLAIM_SECRET_KEY": secret, "FRESHCLAIM_DEMO": demo}
    environment["FRESHCLAIM_PORT"] = str(port)
    return CliRunner().invoke(main, arguments, env=environment)


def test_a_second_run_tells_again_what_to_open(played: Runtime, end: datetime) -> None:
    if utc_now().date() != end.date():
        pytest.skip("the day has ended while it was played")
    claims, orders = count(played, "claims"), count(played, "orders")
    again = run(played)
    assert again.exit_code == 0, again.output
    assert "is there already" in again.output
    assert (count(played, "claims"), count(played, "orders")) == (claims, orders)
    with played.transaction() as session:
        assert not is_played(session, end + timedelta(days=1))
    client = create_app(played).test_client()
    for name in ("Demo agent", "Demo lead"):
        password = re.search(rf"{name}, password (\S+)", again.output)
        assert password is not None
        assert log_in(client, name, password[1]).status_code == 303
    link = re.search(r"http://\S+(/c/\S+)", again.output)
    assert link is not None
    assert client.get(link[1]).status_code == 200


def test_it_says_when_nobody_listens_at_the_addresses_it_prints(
    played: Runtime, end: datetime
) -> None:
    if utc_now().date() != end.date():
        pytest.skip("the day has ended while it was played")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        answered = run(played, port=port).output
    assert f"http://127.0.0.1:{port}/console/" in answered
    assert "Nothing answers" not in answered
    assert f"Nothing answers at 127.0.0.1:{port}" in run(played, port=port).output


def test_it_keeps_out_of_a_database_that_is_no_demo(runtime: Runtime) -> None:
    refused = run(runtime, demo="0")
    assert (refused.exit_code, "--yes" in refused.output) == (1, True)
    assert count(runtime, "accounts") == 0


@pytest.mark.parametrize("role", ["shop", "admin"])
def test_it_keeps_out_of_a_database_with_other_accounts(runtime: Runtime, role: str) -> None:
    with runtime.transaction() as session:
        create_account(session, role, "Green bowl")
    refused = run(runtime)
    assert refused.exit_code == 1
    assert "Green bowl" in refused.output
    assert "--yes" in refused.output
    assert count(runtime, "accounts") == 1


def test_a_second_start_offers_the_same_order(runtime: Runtime) -> None:
    assert prepare_demo(runtime).claim_link == prepare_demo(runtime).claim_link
    assert count(runtime, "orders") == 1


def test_a_day_that_is_broken_off_leaves_nothing(runtime: Runtime) -> None:
    prepare_demo(runtime)
    begun: list[None] = []

    def begin() -> None:
        begun.append(None)
        if len(begun) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        play_day(runtime, SAMPLES, utc_now(), begin)
    assert count(runtime, "claims") == count(runtime, "ledger") == 0
    assert count(runtime, "procrastinate_jobs") == 0
    with runtime.transaction() as session:
        assert not is_played(session, utc_now())


def test_pictures_that_are_missing_are_named(runtime: Runtime, tmp_path: Path) -> None:
    failed = run(runtime, "--samples", str(tmp_path))
    assert (failed.exit_code, str(tmp_path) in failed.output) == (1, True)
