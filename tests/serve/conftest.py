from __future__ import annotations

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

from serve.accounts.service import Caller, create_account, issue_key
from serve.app import create_app
from serve.database import EmbeddedServer, libpq_url, make_engine, migrate
from serve.runtime import Runtime, make_runtime
from serve.settings import Settings
from tests.serve.actors import Actors

TEMPLATE = "freshclaim_template"

# A busy machine is no failure, and what failed once must fail again.
hypothesis_settings.register_profile("service", deadline=None, derandomize=True, database=None)
hypothesis_settings.load_profile("service")


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """A real PostgreSQL with a migrated database that every test copies.

    Not in pytest's own folder: another run of pytest closes that to the user that PostgreSQL
    runs as where tests run as root.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        yield from _run_server(Path(folder))


def _run_server(folder: Path) -> Iterator[str]:
    server = EmbeddedServer(folder)
    with psycopg.connect(server.url, autocommit=True) as connection:
        # Tests ask what a crash of our process loses, never what a power cut loses.
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
    engine = make_engine(name_database(server.url, TEMPLATE), pool_size=1)
    migrate(engine)
    engine.dispose()
    yield server.url
    server.stop()


@pytest.fixture
def database_url(server_url: str) -> Iterator[str]:
    name = sql.Identifier(f"test_{uuid.uuid4().hex}")
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, sql.Identifier(TEMPLATE))
        )
        yield name_database(server_url, name.as_string().strip('"'))
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", secret_key="for tests only", threads=8)


@pytest.fixture
def runtime(settings: Settings, database_url: str) -> Iterator[Runtime]:
    runtime = make_runtime(settings, database_url)
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
    """A shop and an agent, with their keys."""
    with runtime.transaction() as session:
        shop = create_account(session, "shop", "a shop")
        agent = create_account(session, "agent", "an agent")
        return Actors(
            runtime=runtime,
            shop=Caller("shop", account_id=shop.id),
            shop_key=issue_key(session, shop),
            agent=Caller("agent", account_id=agent.id),
            agent_key=issue_key(session, agent),
        )


def name_database(url: str, database: str) -> str:
    """Returns the URL of another database of the same server."""
    head, _, query = libpq_url(url).partition("?")
    return f"{head.rsplit('/', 1)[0]}/{database}?{query}"
