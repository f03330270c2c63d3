"""Whose company account may come in, and as what: the issuer's claims decide."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from model.errors import Forbidden
from serve.accounts.changes import MADE, NO_ROLE, ROLE_CHANGED, has_lost_role, note_change
from serve.accounts.models import Account
from serve.accounts.service import PEOPLE
from serve.accounts.sign_ins import end_sign_ins
from serve.settings import Settings
from serve.times import utc_now

ISSUER = "issuer"
"""Who changes accounts where the company's claims say so."""

_NAME_LENGTH = 100


def admit(session: Session, settings: Settings, claims: Mapping[str, Any]) -> Account | None:
    """Returns the account of a person whose claims were checked, in the role that they name.

    An account is known by issuer and subject alone, never by a name or an e-mail address, which
    somebody else may have here or had there. It is made the first time.

    Returns:
        None where the claims name no role: whoever came in before has no session any more.

    Raises:
        Forbidden: the account is disabled here.
    """
    role = read_role(settings, claims)
    subject = f"{settings.oidc_issuer}|{claims['sub']}"
    account = _lock(session, subject)
    if account is None and role is not None:
        _make(session, subject, role, _read_name(claims))
        account = _lock(session, subject)
    if account is None:
        return None
    if account.disabled_at is not None:
        raise Forbidden(
            "A disabled account lets nobody in",
            "one that is disabled",
            "Ask an admin to enable it",
            code="account_disabled",
        )
    lost = has_lost_role(session, account.id)
    before, after = NO_ROLE if lost else account.role, role or NO_ROLE
    if before != after:
        note_change(session, ISSUER, ROLE_CHANGED, account.id, before=before, role=after)
    if role is None:
        end_sign_ins(session, account.id)
        return None
    account.role = role
    return account


def read_role(settings: Settings, claims: Mapping[str, Any]) -> str | None:
    """Returns the highest role that the claims name, or None."""
    said = _read_claim(claims, settings.oidc_role_claim)
    groups = [said] if isinstance(said, str) else said if isinstance(said, list) else []
    by_group = settings.role_by_group
    roles = {by_group.get(group) for group in groups if isinstance(group, str)}
    return next((role for role in reversed(PEOPLE) if role in roles), None)


def _read_claim(claims: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401 - whatever was sent
    """Reads a claim by its name, or within others; some issuers' names are addresses with dots."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _read_name(claims: Mapping[str, Any]) -> str:
    for key in ("name", "preferred_username", "sub"):
        said = claims.get(key)
        name = "".join(c for c in said if c.isprintable()) if isinstance(said, str) else ""
        if name.strip():
            return name.strip()[:_NAME_LENGTH]
    return "?"


def _lock(session: Session, subject: str) -> Account | None:
    return session.scalars(
        select(Account).where(Account.oidc_subject == subject).with_for_update()
    ).first()


def _make(session: Session, subject: str, role: str, name: str) -> None:
    """Adds the account unless another request has just done so."""
    made = session.scalar(
        insert(Account)
        .values(
            id=uuid.uuid4(),
            role=role,
            name=_tell_apart(session, name),
            created_at=utc_now(),
            oidc_subject=subject,
        )
        .on_conflict_do_nothing(index_elements=["oidc_subject"])
        .returning(Account.id)
    )
    if made is not None:
        note_change(session, ISSUER, MADE, made, role=role)


def _tell_apart(session: Session, name: str) -> str:
    """Returns the name, numbered where a person here is called so: nobody is taken for another."""
    query = select(func.lower(Account.name)).where(Account.role.in_(PEOPLE))
    taken = set(session.scalars(query))
    numbered = (f"{name} {number}" for number in itertools.count(2))
    return next(each for each in itertools.chain((name,), numbered) if each.lower() not in taken)
