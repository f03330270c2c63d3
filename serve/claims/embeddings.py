"""Embeddings of claims' photos: what the model says of a photo as a whole, kept to compare by.

An embedding is no finding: it is in no answer, no decision and no hash of the ledger. It goes when
the claim is erased.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, func, select

from model.errors import InvalidInput, NotFound, TooLarge, Unavailable, UnsupportedMedia
from serve.claims.models import Claim, ClaimPhoto

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model.assessment import Assessment
    from serve.runtime import Runtime

_STORED, _BYTES = "<f2", 2
_BATCH = 200


def keep_embedding(photo: ClaimPhoto, found: Assessment) -> None:
    """Sets a photo's embedding from its fresh assessment, where the model gives one."""
    vector = found.evidence.embedding if found.evidence else None
    photo.embedding = None if vector is None else pack_embedding(vector)
    photo.embedding_model = found.model.sha256 if photo.embedding is not None else None


def count_missing(runtime: Runtime) -> int:
    """Returns how many photos the model in force should describe and has not.

    Raises:
        Unavailable: the model in force describes no photos.
    """
    scorer = runtime.scoring.scorer()
    if not scorer.describes:
        raise Unavailable(
            "Photos are compared under a model whose graph tells their embedding",
            f"model {scorer.version}, which does not",
            "Export its weights once more: `python -m training release --again`",
            code="no_embedding",
        )
    with runtime.transaction() as session:
        return session.scalar(select(func.count()).select_from(_missing(runtime).subquery())) or 0


def fill_missing(runtime: Runtime) -> Iterator[bool]:
    """Describes these photos, the newest first; yields for each whether it could be read.

    Each photo is kept by itself: what was done before a crash is not done again.
    """
    last: int | None = None
    while True:
        query = _missing(runtime).order_by(ClaimPhoto.id.desc()).limit(_BATCH)
        with runtime.transaction() as session:
            rows = query if last is None else query.where(ClaimPhoto.id < last)
            keys = session.scalars(rows).all()
        if not keys:
            return
        for last in keys:
            yield _fill(runtime, last)


def _missing(runtime: Runtime) -> Select[int]:
    return (
        select(ClaimPhoto.id)
        .join(Claim, Claim.id == ClaimPhoto.claim_id)
        .where(
            Claim.erased_at.is_(None),
            ClaimPhoto.assessment["usable"].as_boolean(),
            ClaimPhoto.embedding_model.is_distinct_from(runtime.scoring.scorer().sha256),
        )
    )


def _fill(runtime: Runtime, photo_id: int) -> bool:
    scorer = runtime.scoring.scorer()
    with runtime.transaction() as session:
        photo = session.get_one(ClaimPhoto, photo_id)
        # An erasure waits for this photo, or this photo for the erasure.
        claim = session.get_one(Claim, photo.claim_id, with_for_update=True)
        if claim.erased_at is not None:
            return False
        with runtime.scoring.slots:
            try:
                vector = scorer.describe(runtime.photos.get(photo.sha256))
            except (NotFound, InvalidInput, UnsupportedMedia, TooLarge):
                return False
        photo.embedding = None if vector is None else pack_embedding(vector)
        photo.embedding_model = scorer.sha256 if photo.embedding is not None else None
        return photo.embedding is not None


def pack_embedding(vector: NDArray[np.float32]) -> bytes | None:
    """Returns a vector at length 1 as float16, little-endian; None where it has no direction."""
    length = float(np.linalg.norm(vector))
    if not np.isfinite(length) or length == 0:
        return None
    return (vector / length).astype(_STORED).tobytes()


def unpack_embeddings(stored: list[bytes]) -> NDArray[np.float32]:
    """Returns vectors of length 1 as float32 (count, size): their products are cosines."""
    size = len(stored[0]) // _BYTES if stored else 0
    vectors = np.frombuffer(b"".join(stored), _STORED).reshape(len(stored), size)
    return vectors.astype(np.float32)
