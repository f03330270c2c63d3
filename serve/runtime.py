"""What one process of the service works with, made once after fork and handed to everyone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from threading import BoundedSemaphore, Semaphore
from typing import TYPE_CHECKING

from flask import Flask, current_app
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from serve.accounts.links import LinkSigner, read_secret
from serve.assessments.gate import ScoringGate
from serve.database import Sessions, make_engine, migrate, open_database
from serve.jobs.queue import JobQueue
from serve.policy.rules import Policy, read_policy
from serve.policy.service import policy_in_force, publish_policy
from serve.settings import Settings
from serve.storage import PhotoStore
from serve.webhooks.places import TrialPlaces

if TYPE_CHECKING:
    from serve.accounts.oidc import Issuer

HASHINGS = 2
"""Passwords that one process hashes at a time."""

_EXTENSION = "freshclaim"


@dataclass(frozen=True)
class Runtime:
    """Settings and the parts built from them."""

    settings: Settings
    engine: Engine
    sessions: Sessions
    photos: PhotoStore
    scoring: ScoringGate
    links: LinkSigner
    jobs: JobQueue
    hashing: Semaphore = field(default_factory=partial(BoundedSemaphore, HASHINGS))
    trials: TrialPlaces = field(default_factory=TrialPlaces)
    issuer: Issuer | None = None

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Yields a session; commits at the end, rolls back on any error."""
        with self.sessions() as session, session.begin():
            yield session

    def policy(self) -> Policy:
        """Returns the policy in force now."""
        with self.transaction() as session:
            return policy_in_force(session)

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
    return Runtime(
        settings=settings,
        engine=engine,
        sessions=sessionmaker(engine, expire_on_commit=False),
        photos=PhotoStore(settings.photo_store),
        scoring=ScoringGate(settings.scorings),
        links=LinkSigner(read_secret(settings)),
        jobs=JobQueue(),
        issuer=_make_issuer(settings),
    )


def _make_issuer(settings: Settings) -> Issuer | None:
    """Returns who keeps the company's accounts, if anybody does."""
    if not settings.oidc_issuer:
        return None
    from serve.accounts.oidc import Issuer

    return Issuer(settings)


@contextmanager
def open_runtime(settings: Settings) -> Iterator[Runtime]:
    """Yields a runtime on an up-to-date database."""
    with open_database(settings) as wait_for_url:
        runtime = make_runtime(settings, wait_for_url())
        try:
            migrate(runtime.engine)
            yield runtime
        finally:
            runtime.close()


def publish_policy_file(runtime: Runtime) -> None:
    """Publishes the policy file of the settings, so that it is in force from its time on.

    Raises:
        InvalidInput: the file is missing, or is no policy.
        Conflict: its version was published with another text.
    """
    policy = read_policy(runtime.settings.policy_file)
    with runtime.transaction() as session:
        publish_policy(session, policy)


def attach_runtime(app: Flask, runtime: Runtime) -> None:
    """Makes the runtime the one of this application."""
    app.extensions[_EXTENSION] = runtime


def current_runtime() -> Runtime:
    """Returns the runtime of the application that handles the current request."""
    runtime: Runtime = current_app.extensions[_EXTENSION]
    return runtime
