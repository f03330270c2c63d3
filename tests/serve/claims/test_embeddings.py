from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model.layout import EMBEDDING_SIZE
from model.scorer import Scorer
from serve.assessments.gate import ScoringGate
from serve.claims.embeddings import pack_embedding, unpack_embeddings
from serve.claims.models import Claim
from serve.ledger.service import events_of
from serve.runtime import Runtime
from serve.samples import Sample, read_samples
from tests.serve.sampling import claim_sample

SAMPLES = Path("datasets/rendered")


@pytest.fixture
def sample() -> Sample:
    return next(iter(read_samples(SAMPLES)))


def test_a_photo_is_kept_with_what_the_model_says_of_it_as_a_whole(
    describing: Runtime, describing_weights: Path, sample: Sample
) -> None:
    shown = claim_sample(describing, sample)
    with describing.transaction() as session:
        claim = session.get_one(Claim, uuid.UUID(shown["id"]))
        [photo] = claim.photos
        evidence = photo.evidence_sha256
        [assessed] = [e for e in events_of(session, claim.id) if e.kind == "assessed"]
    found = Scorer(describing_weights).assess(sample.photo.read_bytes())
    assert photo.embedding is not None
    assert photo.embedding_model == found.model.sha256
    assert len(photo.embedding) == 2 * EMBEDDING_SIZE
    assert found.evidence is not None
    vector = found.evidence.embedding
    assert vector is not None
    assert np.linalg.norm(unpack_embeddings([photo.embedding])) == pytest.approx(1, abs=1e-3)
    expected = vector / np.linalg.norm(vector)
    assert np.allclose(unpack_embeddings([photo.embedding])[0], expected, atol=1e-3)
    # What the ledger vouches for is the finding alone.
    assert assessed.payload["photos"][0]["evidence_sha256"] == evidence
    photo.embedding = photo.embedding_model = None
    assert photo.evidence_sha256 == evidence
    assert "embedding" not in str(shown)


def test_weights_that_tell_no_embedding_leave_it_open(
    runtime: Runtime, describing_weights: Path, sample: Sample, tmp_path: Path
) -> None:
    import shutil

    from tests.model.graphs import leave_out_embedding

    shutil.copytree(describing_weights, tmp_path / "weights")
    leave_out_embedding(tmp_path / "weights")
    plain = replace(runtime, scoring=ScoringGate(1, tmp_path / "weights"))
    shown = claim_sample(plain, sample)
    assert shown["decision"] is not None
    with plain.transaction() as session:
        [photo] = session.get_one(Claim, uuid.UUID(shown["id"])).photos
    assert photo.assessment is not None
    assert (photo.embedding, photo.embedding_model) == (None, None)


def test_what_is_stored_is_read_back_with_cosines_as_products() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(3, EMBEDDING_SIZE)).astype(np.float32) * 40
    stored = [pack_embedding(vector) for vector in vectors]
    read = unpack_embeddings([data for data in stored if data])
    lengths = np.linalg.norm(vectors, axis=1)
    assert np.allclose(read @ read.T, vectors @ vectors.T / np.outer(lengths, lengths), atol=2e-3)
    assert stored[0] == pack_embedding(vectors[0] * 7)


@pytest.mark.parametrize("value", [0.0, np.nan, np.inf])
def test_a_vector_without_a_direction_is_not_stored(value: float) -> None:
    assert pack_embedding(np.full(EMBEDDING_SIZE, value, np.float32)) is None
