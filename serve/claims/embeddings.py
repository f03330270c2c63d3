"""Embeddings of claims' photos: what the model says of a photo as a whole, kept to compare by.

An embedding is no finding: it is in no answer, no decision and no hash of the ledger. It goes when
the claim is erased.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from serve.claims.models import ClaimPhoto

if TYPE_CHECKING:
    from model.assessment import Assessment

_STORED, _BYTES = "<f2", 2


def keep_embedding(photo: ClaimPhoto, found: Assessment) -> None:
    """Sets a photo's embedding from its fresh assessment, where the model gives one."""
    vector = found.evidence.embedding if found.evidence else None
    photo.embedding = None if vector is None else pack_embedding(vector)
    photo.embedding_model = found.model.sha256 if photo.embedding is not None else None


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
