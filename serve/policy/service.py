"""Published policies: which one is in force when, and the texts that decisions were made under."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from model.errors import Conflict, NotFound, Unavailable
from serve.policy.models import PolicyText
from serve.policy.rules import Policy
from serve.times import utc_now

_PUBLISHING = 0x706F6C69
"""Advisory lock: of two texts for one version that are published at once, one is refused."""


def publish_policy(session: Session, policy: Policy) -> bool:
    """Publishes a policy; the same text again changes nothing.

    Returns:
        Whether it is new.

    Raises:
        Conflict: its version was published with another text.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _PUBLISHING})
    other = select(PolicyText.sha256).where(
        PolicyText.version == policy.version, PolicyText.sha256 != policy.sha256
    )
    if session.scalar(other) is not None:
        raise Conflict(
            "A policy's version stands for one text",
            f"another text for version {policy.version}",
            "Raise the policy's version, and set the time that it holds from",
            code="policy_version_used",
        )
    new = session.scalar(
        insert(PolicyText)
        .values(
            sha256=policy.sha256,
            version=policy.version,
            text=policy.text,
            effective_from=policy.table.effective_from,
            published_at=utc_now(),
        )
        .on_conflict_do_nothing()
        .returning(PolicyText.sha256)
    )
    return new is not None


def policy_in_force(session: Session, at: datetime | None = None) -> Policy:
    """Returns the policy in force at a time, by default now.

    Of all published policies whose time has come it is the one with the latest time; of two with
    the same time, the one that was published later.

    Raises:
        Unavailable: no published policy is in force by then.
    """
    found = session.scalar(
        select(PolicyText.text)
        .where(PolicyText.effective_from <= (at or utc_now()))
        .order_by(PolicyText.effective_from.desc(), PolicyText.published_at.desc())
        .limit(1)
    )
    if found is None:
        raise Unavailable(
            "Claims are judged by a published policy whose effective_from has come",
            "none so far",
            "Publish one: python -m serve policy publish FILE",
            code="no_policy_in_force",
        )
    return _parse(found)


def load_policy(session: Session, sha256: str) -> Policy:
    """Returns the published policy of that hash.

    Raises:
        NotFound: no such policy was published.
    """
    found = session.scalar(select(PolicyText.text).where(PolicyText.sha256 == sha256))
    if found is None:
        raise NotFound(
            "A decision is replayed under the policy text that was kept with it",
            f"policy sha256 {sha256}",
            code="no_policy_text",
        )
    return _parse(found)


@lru_cache(maxsize=32)
def _parse(text: str) -> Policy:
    return Policy(text)
