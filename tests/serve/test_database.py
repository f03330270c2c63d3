from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from psycopg import sql
from sqlalchemy import text

from serve.database import EmbeddedServer, libpq_url, make_engine, migrate, sqlalchemy_url
from serve.runtime import Runtime
from serve.tables import Base
from tests.serve.conftest import name_database


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


def test_replicas_that_start_together_migrate_once(server_url: str) -> None:
    name = f"fresh_{uuid.uuid4().hex}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    url = name_database(server_url, name)
    engines = [make_engine(url, pool_size=1) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(migrate, engines))
    with engines[0].connect() as connection:
        versions = connection.scalars(text("SELECT version_num FROM alembic_version")).all()
        assert versions == ["0001"]
    for engine in engines:
        engine.dispose()


def test_a_newer_job_library_brings_its_migrations(runtime: Runtime) -> None:
    with runtime.transaction() as session:
        last = session.scalar(text("SELECT max(name) FROM job_schema_migrations"))
        session.execute(
            text("DELETE FROM job_schema_migrations WHERE name = :name"), {"name": last}
        )
        session.execute(text("DROP FUNCTION IF EXISTS procrastinate_retry_job_v1 CASCADE"))
    migrate(runtime.engine)
    with runtime.transaction() as session:
        names = session.scalars(text("SELECT name FROM job_schema_migrations")).all()
        assert last in names


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
