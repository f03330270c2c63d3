"""Everything kept of claims, in batches, for whoever checks or counts all of them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from serve.claims.models import Claim

_BATCH = 200


def read_claims(session: Session, batch: int = _BATCH) -> Iterator[Sequence[Claim]]:
    """Yields all claims with photos and decisions, a batch in memory at a time."""
    last: uuid.UUID | None = None
    query = select(Claim).options(selectinload(Claim.photos), selectinload(Claim.decisions))
    query = query.order_by(Claim.id).limit(batch)
    while True:
        claims = session.scalars(query if last is None else query.where(Claim.id > last)).all()
        if not claims:
            return
        last = claims[-1].id
        yield claims
        session.expunge_all()


def claims_by_id(session: Session, claim_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Claim]:
    """Returns several claims by their ids; one that is not there is left out."""
    return {
        claim.id: claim for claim in session.scalars(select(Claim).where(Claim.id.in_(claim_ids)))
    }


def missing_claims(session: Session, claim_ids: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    """Returns those of the ids that no claim has."""
    present = set(session.scalars(select(Claim.id).where(Claim.id.in_(claim_ids))))
    return [claim_id for claim_id in claim_ids if claim_id not in present]
