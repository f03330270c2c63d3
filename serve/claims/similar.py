"""Judged claims with photos that look like a claim's own."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from serve.agents.records import select_with_verdict, verdicts_by_claim
from serve.claims.embeddings import unpack_embeddings
from serve.claims.models import Claim, ClaimPhoto
from serve.times import to_iso

_MOST = 6
_LEAST_SIMILARITY = 0.85
"""Pairs of photos of meals were looked at, see docs/similar-cases.md: below, two photos have no
more in common than that both show food; above, dish, dishware and colours are alike."""
_POOL = 5000
"""The newest judged photos: three megabytes to read."""

Found = tuple[int, float]


def find_similar(session: Session, claim: Claim) -> list[dict[str, Any]]:
    """Returns the judged claims whose photos are most alike, the likest first, with their verdicts.

    Photos are compared under the model that described the claim's latest one. The same photo in
    another claim is no similar case but a signal, see `serve.claims.signals`.
    """
    described = [photo for photo in claim.photos if photo.embedding is not None]
    if not described:
        return []
    model = described[-1].embedding_model
    own = [p.embedding for p in described if p.embedding and p.embedding_model == model]
    pool = session.execute(
        select(ClaimPhoto.id, ClaimPhoto.claim_id, ClaimPhoto.embedding)
        .join(Claim, Claim.id == ClaimPhoto.claim_id)
        .where(
            ClaimPhoto.embedding_model == model,
            ClaimPhoto.sha256.not_in([photo.sha256 for photo in claim.photos]),
            Claim.id != claim.id,
            Claim.id.in_(select_with_verdict()),
            # Judged, and not waiting for an agent once more.
            Claim.agent_due_at.is_(None),
            Claim.erased_at.is_(None),
        )
        .order_by(ClaimPhoto.id.desc())
        .limit(_POOL)
    ).all()
    found = _rank(own, [(key, other, data) for key, other, data in pool if data])
    return _describe(session, found)


def _rank(own: list[bytes], pool: Sequence[tuple[int, uuid.UUID, bytes]]) -> list[Found]:
    """Returns ids of photos with their likeness to the nearest of `own`: one photo a claim."""
    if not pool:
        return []
    likeness = (unpack_embeddings([data for *_, data in pool]) @ unpack_embeddings(own).T).max(1)
    best: dict[uuid.UUID, Found] = {}
    for place in np.argsort(-likeness, kind="stable"):
        if likeness[place] < _LEAST_SIMILARITY or len(best) == _MOST:
            break
        photo_id, claim_id, _ = pool[place]
        best.setdefault(claim_id, (photo_id, float(likeness[place])))
    return list(best.values())


def _describe(session: Session, found: Sequence[Found]) -> list[dict[str, Any]]:
    query = select(ClaimPhoto, Claim).join(Claim, Claim.id == ClaimPhoto.claim_id)
    rows = session.execute(query.where(ClaimPhoto.id.in_([key for key, _ in found])))
    by_photo = {photo.id: (photo, claim) for photo, claim in rows}
    verdicts = verdicts_by_claim(session, [claim.id for _, claim in by_photo.values()])
    described = []
    for photo_id, likeness in found:
        photo, claim = by_photo[photo_id]
        verdict = verdicts[claim.id][-1]
        described.append(
            {
                "claim_id": str(claim.id),
                "photo": photo.sha256,
                "photo_url": f"/v1/claims/{claim.id}/photos/{photo.sha256}",
                # Rounding to float16 may lift a cosine above one.
                "similarity": round(min(likeness, 1.0), 3),
                "reason": claim.reason,
                "severity": verdict.severity,
                "decision": verdict.decision,
                "amount_fen": verdict.amount_fen,
                "at": to_iso(verdict.at),
            }
        )
    return described
