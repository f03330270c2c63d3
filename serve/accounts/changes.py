"""Who changed an account: each change is an event of the ledger, by ids, without names."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from serve.ledger.service import Entry, append_event, events_of_account

MADE, ROLE_CHANGED, PASSWORD_SET = "account_made", "account_role", "account_password"
DISABLED, ENABLED = "account_disabled", "account_enabled"
NO_ROLE = "none"
"""Role, in a change, of a company account that the issuer names no role for any more."""
KEY_ISSUED, KEY_REVOKED = "key_issued", "key_revoked"


def note_change(
    session: Session, actor: str, kind: str, account_id: uuid.UUID, **details: str
) -> None:
    """Notes a change, in its own transaction.

    Args:
        session: the transaction that makes the change.
        actor: who makes it: `admin:3f…`, `operator` or `issuer`.
        kind: what happened.
        account_id: to whose account.
        **details: such as the role before and after, or a key's id.
    """
    payload = {"account": str(account_id), **details}
    append_event(session, Entry(None, kind, actor, payload=payload))


def has_lost_role(session: Session, account_id: uuid.UUID) -> bool:
    """Whether the company has taken an account's role; what it was stays in the account."""
    changes = events_of_account(session, ROLE_CHANGED, account_id)
    return bool(changes) and changes[-1].payload.get("role") == NO_ROLE
