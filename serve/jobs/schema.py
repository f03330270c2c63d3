"""Keeps Procrastinate's own tables at the version of the installed library."""

from __future__ import annotations

from pathlib import Path

from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, text

_TABLE = """
CREATE TABLE IF NOT EXISTS job_schema_migrations (
    name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())
"""


def apply_job_schema(connection: Connection) -> None:
    """Applies what is missing, inside the caller's transaction.

    A new database gets the library's whole schema, which holds all its migrations; an older one
    gets the migrations that came with a newer library. Names of applied migrations are kept.
    """
    connection.execute(text(_TABLE))
    applied = set(connection.scalars(text("SELECT name FROM job_schema_migrations")))
    folder = Path(SchemaManager.get_migrations_path())
    names = sorted(path.name for path in folder.glob("*.sql"))
    if not applied:
        _run(connection, SchemaManager.get_schema())
    for name in names:
        if name in applied:
            continue
        if applied:
            _run(connection, (folder / name).read_text())
        connection.execute(
            text("INSERT INTO job_schema_migrations (name) VALUES (:name)"), {"name": name}
        )


def _run(connection: Connection, script: str) -> None:
    driver_connection = connection.connection.driver_connection
    if driver_connection is None:
        raise RuntimeError("A pooled connection has a driver connection while it is checked out")
    # Without parameters psycopg sends the text as it is: several statements, literal % signs.
    driver_connection.execute(script)
