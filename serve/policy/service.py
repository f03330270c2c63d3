"""Keeps the texts of all policies that decisions were made under."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from model.errors import NotFound
from serve.policy.models import PolicyText
from serve.policy.rules import Policy
from serve.times import utc_now


def keep_policy(session: Session, policy: Policy) -> None:
    """Stores the policy's text unless it is stored already."""
    session.execute(
        insert(PolicyText)
        .values(
            sha256=policy.sha256, version=policy.version, text=policy.text, first_used_at=utc_now()
        )
        .on_conflict_do_nothing()
    )


def load_policy(session: Session, sha256: str) -> Policy:
    """Returns the policy of that hash.

    Raises:
        NotFound: no decision was made under such a policy.
    """
    stored = session.get(PolicyText, sha256)
    if stored is None:
        raise NotFound(
            "A decision is replayed under the policy text that was kept with it",
            f"policy sha256 {sha256}",
            code="no_policy_text",
        )
    return Policy(stored.text)
