"""The log of looks at customers' photos."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from serve.accounts.service import Caller
from serve.privacy.models import PhotoAccess
from serve.times import utc_now

VIEW, OVERLAY, EXPORT, THUMBNAIL = "view", "overlay", "export", "thumbnail"

LINK = "link"
"""Who holds a claim link: the customer, or whoever the shop or the customer gave it to."""

_LINK_NOTED_EVERY = timedelta(hours=1)

OPERATOR = "operator"
"""Who works on the command line."""


def log_access(
    session: Session, caller: Caller, claim_id: uuid.UUID, sha256: str, purpose: str
) -> None:
    """Notes that somebody is given a photo of a claim, before they are.

    Whoever comes by the claim link is noted once an hour and photo: a page shows it many times.
    """
    if caller.role != "customer":
        note_access(session, caller.name, claim_id, sha256, purpose)
    elif not _is_noted(session, claim_id, sha256):
        note_access(session, LINK, claim_id, sha256, purpose)


def note_access(
    session: Session, actor: str, claim_id: uuid.UUID, sha256: str, purpose: str
) -> None:
    """Notes an access of anybody, such as `OPERATOR`."""
    session.add(
        PhotoAccess(at=utc_now(), actor=actor, claim_id=claim_id, sha256=sha256, purpose=purpose)
    )


def _is_noted(session: Session, claim_id: uuid.UUID, sha256: str) -> bool:
    noted = exists().where(
        PhotoAccess.claim_id == claim_id,
        PhotoAccess.sha256 == sha256,
        PhotoAccess.actor == LINK,
        PhotoAccess.at > utc_now() - _LINK_NOTED_EVERY,
    )
    return bool(session.scalar(select(noted)))


def accesses_of(session: Session, claim_id: uuid.UUID) -> Sequence[PhotoAccess]:
    """Returns who was given photos of a claim, latest first."""
    query = select(PhotoAccess).where(PhotoAccess.claim_id == claim_id)
    return session.scalars(query.order_by(PhotoAccess.id.desc())).all()


def list_accesses(
    session: Session,
    *,
    claim_id: uuid.UUID | None = None,
    actors: Sequence[str] = (),
    limit: int,
    offset: int = 0,
) -> tuple[Sequence[PhotoAccess], int]:
    """Returns a page of all accesses, latest first, and how many there are.

    Args:
        session: a transaction.
        claim_id: only those of this claim.
        actors: only those of one of these.
        limit: accesses of a page.
        offset: accesses before it.
    """
    conditions = [PhotoAccess.claim_id == claim_id] if claim_id else []
    conditions += [PhotoAccess.actor.in_(actors)] if actors else []
    query = select(PhotoAccess).where(*conditions).order_by(PhotoAccess.id.desc())
    total = session.scalar(select(func.count()).select_from(PhotoAccess).where(*conditions))
    return session.scalars(query.limit(limit).offset(offset)).all(), int(total or 0)
