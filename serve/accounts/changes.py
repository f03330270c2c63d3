"""Who changed an account: each change is an event of the ledger, by ids, without names."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from serve.ledger.service import Entry, append_event

MADE, ROLE_CHANGED, PASSWORD_SET = "account_made", "account_role", "account_password"
DISABLED, ENABLED = "account_disabled", "account_enabled"
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
