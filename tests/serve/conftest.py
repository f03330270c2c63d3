from __future__ import annotations

import fcntl
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from psycopg import sql

from serve.app import create_app
from serve.database import EmbeddedServer, libpq_url, make_engine, migrate
from serve.runtime import Runtime, make_runtime, publish_policy_file
from serve.settings import Settings
from tests.serve.actors import Actors, make_actors
from tests.serve.browsing import browser, page, site

__all__ = ["browser", "page", "site"]

# A busy machine is no failure, and what failed once must fail again.
hypothesis_settings.register_profile("service", deadline=None, derandomize=True, database=None)
hypothesis_settings.load_profile("service")


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """A real PostgreSQL.

    Not in pytest's own folder: another run of pytest closes that to the user that PostgreSQL
    runs as where tests run as root.
    """
    lock = Path(tempfile.gettempdir()) / "freshclaim-tests.lock"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        # As root the server adds its user at its first start; two processes of tests would collide.
        with lock.open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            server = EmbeddedServer(Path(folder))
        with psycopg.connect(server.url, autocommit=True) as connection:
            # Tests ask what a crash of our process loses, never what a power cut loses.
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        yield server.url
        server.stop()


@pytest.fixture
def fresh_url(server_url: str) -> str:
    """A database without tables, for tests that change what a database is made of."""
    return create_database(server_url, f"fresh_{uuid.uuid4().hex}")


@pytest.fixture(scope="session")
def migrated_url(server_url: str) -> str:
    url = create_database(server_url, "tests")
    engine = make_engine(url, pool_size=1)
    migrate(engine)
    engine.dispose()
    return url


@pytest.fixture
def database_url(migrated_url: str) -> str:
    """A migrated database without rows."""
    with psycopg.connect(migrated_url, autocommit=True) as connection:
        # As a replica the session is not held back by the triggers that refuse to delete.
        connection.execute("SET session_replication_role = replica")
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename NOT IN ('alembic_version', 'job_schema_migrations')"
        ).fetchall()
        for (table,) in tables:
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
    return migrated_url


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", secret_key="for tests only", threads=8)


@pytest.fixture
def runtime(settings: Settings, database_url: str) -> Iterator[Runtime]:
    runtime = make_runtime(settings, database_url)
    publish_policy_file(runtime)
    yield runtime
    runtime.close()


@pytest.fixture
def app(runtime: Runtime) -> APIFlask:
    return create_app(runtime)


@pytest.fixture
def client(app: APIFlask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def actors(runtime: Runtime) -> Actors:
    return make_actors(runtime)


def create_database(server_url: str, name: str) -> str:
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    head, _, query = libpq_url(server_url).partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}?{query}"
