"""What one process of the service works with, made once after fork and handed to everyone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask, current_app
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from serve.accounts.links import LinkSigner, read_secret
from serve.assessments.gate import ScoringGate
from serve.database import Sessions, make_engine
from serve.jobs.queue import JobQueue
from serve.policy.rules import Policy, read_policy
from serve.settings import Settings
from serve.storage import PhotoStore

_EXTENSION = "freshclaim"


@dataclass(frozen=True)
class Runtime:
    """Settings and the parts built from them."""

    settings: Settings
    engine: Engine
    sessions: Sessions
    photos: PhotoStore
    policy: Policy
    scoring: ScoringGate
    links: LinkSigner
    jobs: JobQueue

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Yields a session; commits at the end, rolls back on any error."""
        with self.sessions() as session, session.begin():
            yield session

    def close(self) -> None:
        """Gives all connections back."""
        self.engine.dispose()


def make_runtime(settings: Settings, database_url: str) -> Runtime:
    """Builds the parts; nothing is loaded or connected before it is used.

    Args:
        settings: the settings of the service.
        database_url: where PostgreSQL is, which for the embedded server no setting says.
    """
    engine = make_engine(database_url, pool_size=settings.threads + 2)
    policy = read_policy(settings.policy_file)
    return Runtime(
        settings=settings,
        engine=engine,
        sessions=sessionmaker(engine, expire_on_commit=False),
        photos=PhotoStore(settings.photo_store),
        policy=policy,
        scoring=ScoringGate(settings.scorings, policy.grade_rules),
        links=LinkSigner(read_secret(settings)),
        jobs=JobQueue(),
    )


def attach_runtime(app: Flask, runtime: Runtime) -> None:
    """Makes the runtime the one of this application."""
    app.extensions[_EXTENSION] = runtime


def current_runtime() -> Runtime:
    """Returns the runtime of the application that handles the current request."""
    runtime: Runtime = current_app.extensions[_EXTENSION]
    return runtime
