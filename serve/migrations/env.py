"""Alembic runs this file; the connection comes from `serve.database.migrate`."""

from alembic import context

from serve.tables import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
