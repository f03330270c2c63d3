"""Judged claims that look alike, by embeddings that the tests craft and by those of the model."""

from __future__ import annotations

import math
import uuid
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from model.layout import EMBEDDING_SIZE
from serve.agents.schemas import VerdictIn
from serve.agents.service import give_verdict
from serve.claims.embeddings import pack_embedding
from serve.claims.models import Claim
from serve.claims.service import appeal_claim
from serve.commands import main
from serve.runtime import Runtime
from serve.samples import claim_sample, read_samples
from serve.times import utc_now
from tests.serve import findings
from tests.serve.actors import Actors

MODEL = "0" * 64


def turn(cosine: float, axis: int = 1) -> np.ndarray[Any, Any]:
    """Returns a vector of that cosine to the first axis, and nothing in common otherwise."""
    vector = np.zeros(EMBEDDING_SIZE, np.float32)
    vector[0], vector[axis] = cosine, math.sqrt(1 - cosine**2)
    return vector


def describe(actors: Actors, claim_id: uuid.UUID, *cosines: float, model: str = MODEL) -> None:
    with actors.runtime.transaction() as session:
        photos = session.get_one(Claim, claim_id).photos
        for photo, cosine in zip(photos, cosines, strict=True):
            photo.embedding, photo.embedding_model = pack_embedding(turn(cosine)), model


def judge(actors: Actors, claim_id: uuid.UUID, amount_fen: int | None = None) -> None:
    decision = "decline" if amount_fen is None else "approve"
    verdict = VerdictIn.model_validate(
        {"decision": decision, "severity": "moderate", "amount_fen": amount_fen}
    )
    give_verdict(actors.runtime, actors.agent, str(claim_id), verdict)


def add_judged(actors: Actors, *cosines: float, model: str = MODEL) -> uuid.UUID:
    claim_id = actors.add_claim(*[findings.CLEAN] * len(cosines))
    describe(actors, claim_id, *cosines, model=model)
    judge(actors, claim_id)
    return claim_id


@pytest.fixture
def claim_id(actors: Actors) -> uuid.UUID:
    """A claim that waits for an agent who sees everything."""
    actors.stop_draws()
    claim_id = actors.add_claim(findings.CLEAN)
    describe(actors, claim_id, 1.0)
    return claim_id


def look(client: FlaskClient, actors: Actors, claim_id: uuid.UUID) -> list[dict[str, Any]]:
    answer = client.get(f"/v1/claims/{claim_id}/context", headers=actors.as_agent)
    assert answer.status_code == 200, answer.get_json()
    return list(answer.get_json()["similar"])


def keys(found: list[dict[str, Any]]) -> list[str]:
    return [case["claim_id"] for case in found]


def test_the_likest_judged_cases_come_first_with_their_verdicts(
    client: FlaskClient, actors: Actors, claim_id: uuid.UUID
) -> None:
    near, nearer = add_judged(actors, 0.9), actors.add_claim(findings.CLEAN)
    describe(actors, nearer, 0.95)
    judge(actors, nearer, amount_fen=1640)
    add_judged(actors, 0.8)
    found = look(client, actors, claim_id)
    assert keys(found) == [str(nearer), str(near)]
    first = found[0]
    [photo] = actors.show(nearer)["photos"]
    assert (first["photo"], first["photo_url"]) == (photo["sha256"], photo["url"])
    assert (first["reason"], first["severity"], first["decision"], first["amount_fen"]) == (
        "spoilage", "moderate", "approve", 1640,
    )  # fmt: skip
    assert first["similarity"] == pytest.approx(0.95, abs=2e-3)
    assert found[1]["decision"] == "decline"


def test_a_case_is_told_once_and_no_more_than_six_are(
    client: FlaskClient, actors: Actors, claim_id: uuid.UUID
) -> None:
    twice = add_judged(actors, 0.99, 0.98)
    others = [add_judged(actors, 0.9 + step / 100) for step in range(7)]
    found = look(client, actors, claim_id)
    assert keys(found) == [str(twice), *map(str, reversed(others[2:]))]


def test_only_what_is_judged_under_the_same_model_is_compared(
    client: FlaskClient, actors: Actors, claim_id: uuid.UUID
) -> None:
    describe(actors, actors.add_claim(findings.CLEAN), 1.0)
    add_judged(actors, 1.0, model="1" * 64)
    reopened, erased = add_judged(actors, 1.0), add_judged(actors, 1.0)
    appeal_claim(actors.runtime, actors.shop, str(reopened), "look again")
    with actors.runtime.transaction() as session:
        session.get_one(Claim, erased).erased_at = utc_now()
    judged = add_judged(actors, 1.0)
    assert keys(look(client, actors, claim_id)) == [str(judged)]
    judge(actors, reopened)
    assert keys(look(client, actors, claim_id)) == [str(judged), str(reopened)]


def test_the_same_photo_is_a_signal_and_no_similar_case(
    client: FlaskClient, actors: Actors, claim_id: uuid.UUID
) -> None:
    judged = add_judged(actors, 1.0)
    with actors.runtime.transaction() as session:
        [own], [other] = (session.get_one(Claim, key).photos for key in (claim_id, judged))
        other.sha256 = own.sha256
    answer = client.get(f"/v1/claims/{claim_id}/context", headers=actors.as_agent).get_json()
    assert answer["similar"] == []
    told = {signal["code"]: signal["claims"] for signal in answer["signals"]}
    assert told["photo_in_other_claim"] == [str(judged)]


def test_a_blind_case_shows_similar_ones_only_after_its_verdict(
    client: FlaskClient, actors: Actors
) -> None:
    actors.amend_policy(("blind_propensity = 0.10", "blind_propensity = 1.0"))
    judged = add_judged(actors, 1.0)
    claim_id = actors.add_claim(findings.CLEAN)
    describe(actors, claim_id, 1.0)
    path = f"/v1/claims/{claim_id}/context"
    before = client.get(path, headers=actors.as_agent).get_json()
    assert (before["similar"], before["similar_hidden"]) == ([], True)
    judge(actors, claim_id)
    after = client.get(path, headers=actors.as_agent).get_json()
    assert (keys(after["similar"]), after["similar_hidden"]) == ([str(judged)], False)


def claim_picture(runtime: Runtime, name: str) -> uuid.UUID:
    samples = read_samples(Path("datasets/rendered"))
    [sample] = [sample for sample in samples if sample.photo.stem == name]
    return uuid.UUID(claim_sample(runtime, sample)["id"])


def test_the_model_finds_the_same_meal_before_others(
    client: FlaskClient, actors: Actors, describing: Runtime
) -> None:
    actors.stop_draws()
    judged = {}
    for name in ("salad_portion_35", "bento_mould", "salad_glass"):
        judged[name] = claim_picture(describing, name)
        if actors.show(judged[name])["status"] == "pre_approved":
            appeal_claim(actors.runtime, actors.shop, str(judged[name]), "")
        judge(actors, judged[name])
    found = look(client, actors, claim_picture(describing, "salad_portion_60"))
    assert found
    assert found[0]["claim_id"] == str(judged["salad_portion_35"])


def test_a_command_describes_photos_anew_after_a_release(
    client: FlaskClient, actors: Actors, describing: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    actors.stop_draws()
    claim_id, blurred = actors.add_claim(findings.CLEAN), actors.add_claim(findings.BLURRED)
    old, lost = add_judged(actors, 1.0, model="1" * 64), add_judged(actors, 1.0)
    erased = add_judged(actors, 1.0)
    with describing.transaction() as session:
        describing.photos.remove(session.get_one(Claim, lost).photos[0].sha256)
        gone = session.get_one(Claim, erased)
        gone.erased_at, gone.photos[0].embedding = utc_now(), None
    serve_with(monkeypatch, describing)
    ran = CliRunner().invoke(main, ["embed"])
    assert ran.exit_code == 0, ran.output
    assert ran.output.splitlines()[-1] == "2 photos described; 1 could not be read."
    model = describing.scoring.scorer().sha256
    with describing.transaction() as session:
        photos = {key: session.get_one(Claim, key).photos[0] for key in (claim_id, old)}
        assert {photo.embedding_model for photo in photos.values()} == {model}
        assert session.get_one(Claim, blurred).photos[0].embedding is None
        assert session.get_one(Claim, erased).photos[0].embedding is None
        vector = describing.scoring.scorer().describe(describing.photos.get(photos[old].sha256))
        assert vector is not None
        assert photos[old].embedding == pack_embedding(vector)
    again = CliRunner().invoke(main, ["embed"])
    assert again.output.splitlines()[-1] == "0 photos described; 1 could not be read."


def serve_with(monkeypatch: pytest.MonkeyPatch, runtime: Runtime) -> None:
    """Lets commands run on that runtime."""
    from contextlib import nullcontext

    monkeypatch.setattr("serve.runtime.open_runtime", lambda _settings: nullcontext(runtime))
