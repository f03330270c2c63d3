"""A photo store is swept by the one database that it belongs to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
import time_machine
from click.testing import CliRunner
from sqlalchemy import text

from model.errors import Conflict
from serve.database import libpq_url, migrate
from serve.privacy import sweep_commands
from serve.privacy.purge import clean_up
from serve.privacy.sweep import PHOTOS_NOT_SWEPT, sweep_photos
from serve.runtime import Runtime, make_runtime
from serve.settings import Settings
from serve.times import utc_now
from tests.serve import findings
from tests.serve.actors import Actors


@pytest.fixture(autouse=True)
def later() -> Iterator[None]:
    """All that a test writes into the store is old enough to be swept."""
    with time_machine.travel(utc_now() + timedelta(days=2), tick=False):
        yield


@pytest.fixture
def other(runtime: Runtime, fresh_url: str) -> Iterator[Runtime]:
    """Another database, pointed at the same store."""
    other = make_runtime(runtime.settings, fresh_url)
    migrate(other.engine)
    yield other
    other.close()


def alerts(runtime: Runtime) -> list[tuple[str, bool]]:
    with runtime.transaction() as session:
        query = "SELECT details ->> 'reason', closed_at IS NULL FROM alerts WHERE kind = :kind"
        rows = session.execute(text(query), {"kind": PHOTOS_NOT_SWEPT})
        return [(row[0], row[1]) for row in rows]


def files(runtime: Runtime) -> int:
    return sum(len(names) for names in runtime.photos.list_names())


def put(runtime: Runtime, count: int) -> None:
    for number in range(count):
        runtime.photos.put(b"loose %d" % number)


@pytest.mark.parametrize("owned", [True, False])
def test_another_database_deletes_nothing(
    actors: Actors, other: Runtime, owned: bool, caplog: pytest.LogCaptureFixture
) -> None:
    actors.add_claim(findings.CLEAN)
    if owned:
        clean_up(actors.runtime)
    before = files(actors.runtime)
    clean_up(other)
    assert files(actors.runtime) == before > 0
    reason = "foreign_photo_store" if owned else "unknown_photo_store"
    assert alerts(other) == [(reason, True)]
    told = {record.levelname for record in caplog.records if reason in record.message}
    assert "ERROR" in told
    # The owner goes on.
    clean_up(actors.runtime)
    actors.runtime.photos.put(b"loose")
    assert sweep_photos(actors.runtime) == 1
    assert alerts(actors.runtime) == []


def test_a_store_of_nobody_with_a_loose_file_is_left_to_the_operator(
    actors: Actors, settings: Settings, database_url: str
) -> None:
    actors.add_claim(findings.CLEAN)
    kept = files(actors.runtime)
    actors.runtime.photos.put(b"loose")
    with pytest.raises(Conflict, match="--take-over"):
        sweep_photos(actors.runtime)
    operator = Settings(database_url=database_url, data_dir=settings.data_dir)

    def run(*arguments: str) -> str:
        ran = CliRunner().invoke(sweep_commands.group, arguments, obj=operator)
        assert ran.exception is None, ran.exception
        return ran.stdout

    assert run("--dry-run") == f"1 of {kept + 1} files would be deleted.\n"
    assert run("--take-over") == "1 files deleted.\n"
    assert files(actors.runtime) == kept
    assert alerts(actors.runtime) == [("unknown_photo_store", False)]


def test_many_files_are_not_deleted_at_once(runtime: Runtime) -> None:
    assert sweep_photos(runtime) == 0
    put(runtime, 20)
    assert sweep_photos(runtime) == 20
    put(runtime, 21)
    with pytest.raises(Conflict, match="21 of 21 files"):
        sweep_photos(runtime)
    assert alerts(runtime) == [("many_loose_photos", True)]
    assert files(runtime) == 21
    assert sweep_photos(runtime, many=True) == 21
    assert alerts(runtime) == [("many_loose_photos", False)]


def test_the_owner_is_a_file_that_is_no_photo(runtime: Runtime, tmp_path: Path) -> None:
    sweep_photos(runtime)
    owner = Path(runtime.settings.photo_store) / "owner"
    assert owner.read_text().count("/") == 1
    assert files(runtime) == 0
    elsewhere = replace(runtime.settings, storage_url=f"memory://{hashlib.sha256().hexdigest()}")
    again = make_runtime(elsewhere, str(runtime.engine.url.render_as_string(hide_password=False)))
    assert sweep_photos(again) == 0
    assert again.photos.read_owner() == owner.read_text().strip()
    again.close()


def test_a_role_without_rights_can_tell_the_database(database_url: str) -> None:
    with psycopg.connect(libpq_url(database_url)) as connection:
        connection.execute("CREATE ROLE nobody_special")
        connection.execute("SET ROLE nobody_special")
        (known,) = connection.execute(
            "SELECT system_identifier > 0 FROM pg_control_system()"
        ).fetchone() or (False,)
        connection.rollback()
    assert known
