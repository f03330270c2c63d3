from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DataError

from serve.database import EmbeddedServer, libpq_url, make_engine, migrate, sqlalchemy_url
from serve.runtime import Runtime
from serve.tables import Base


def test_errors_do_not_tell_what_was_asked_with(runtime: Runtime) -> None:
    word = "my rash, 13800138000"
    with pytest.raises(DataError) as failed, runtime.transaction() as session:
        session.execute(text("SELECT 1 / (length(:word) - 20)"), {"word": word})
    assert word not in str(failed.value)


def test_migrations_make_the_tables_that_the_code_expects(runtime: Runtime) -> None:
    with runtime.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_name": lambda name, kind, _: (
                    kind != "table" or not name.startswith(("procrastinate", "job_schema"))
                )
            },
        )
        assert compare_metadata(context, Base.metadata) == []


def test_replicas_that_start_together_migrate_once(fresh_url: str) -> None:
    engines = [make_engine(fresh_url, pool_size=1) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(migrate, engines))
    with engines[0].connect() as connection:
        versions = connection.scalars(text("SELECT version_num FROM alembic_version")).all()
        assert versions == ["0007"]
    for engine in engines:
        engine.dispose()


def test_a_newer_job_library_brings_its_migrations(fresh_url: str) -> None:
    engine = make_engine(fresh_url, pool_size=1)
    migrate(engine)
    with engine.begin() as connection:
        last = connection.scalar(text("SELECT max(name) FROM job_schema_migrations"))
        older = text("DELETE FROM job_schema_migrations WHERE name = :name")
        connection.execute(older, {"name": last})
    migrate(engine)
    with engine.connect() as connection:
        names = connection.scalars(text("SELECT name FROM job_schema_migrations")).all()
        assert last in names
    engine.dispose()


def test_a_server_left_by_a_killed_process_stops_with_its_next_user() -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        code = (
            "import os, sys; from pathlib import Path; from serve.database import EmbeddedServer\n"
            f"EmbeddedServer(Path({folder!r})); os.kill(os.getpid(), 9)"
        )
        subprocess.run([sys.executable, "-c", code], check=False)
        users = Path(folder) / "postgres" / ".handle_pids.json"
        assert len(json.loads(users.read_text())) == 1
        server = EmbeddedServer(Path(folder))
        server.stop()
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(server.url)


def test_all_spellings_of_an_address_are_understood() -> None:
    for scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        assert sqlalchemy_url(f"{scheme}://db/x") == "postgresql+psycopg://db/x"
        assert libpq_url(f"{scheme}://db/x") == "postgresql://db/x"
