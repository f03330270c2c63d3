"""Edits behind the service's back, as somebody makes them who owns the database."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from serve.ledger.verification import check_ledger
from tests.serve.actors import Actors


def tamper(actors: Actors, *statements: str) -> None:
    """Changes rows as somebody does who owns the database."""
    with actors.runtime.transaction() as session:
        apply(session, *statements)


def apply(session: Session, *statements: str) -> None:
    session.execute(text("SET LOCAL session_replication_role = replica"))
    for statement in statements:
        session.execute(text(statement.replace(":", r"\:")))


def unseen(actors: Actors, cases: dict[str, str]) -> dict[str, list[str]]:
    """Tries every edit by itself, and returns those of which the finding expected is missing."""
    missed = {}
    for statement, expected in cases.items():
        with actors.runtime.sessions() as session:
            apply(session, statement)
            report = check_ledger(session)
            session.rollback()
        if not any(expected in finding for finding in report.findings):
            missed[statement] = report.findings
    return missed
