"""Certificates for tests, of the model that `tests.serve.findings` speaks of."""

from __future__ import annotations

import uuid
from dataclasses import replace

from flask.testing import FlaskClient

from model.certificate import FORMAT, GRID, Certificate, Counts, Model, Promise, Source, prove
from serve.assessments.uploads import check_uploads
from serve.claims.intake import add_photos
from serve.claims.models import Claim
from serve.policy.certificates import load_certificate
from serve.policy.digest import digest_rules
from serve.policy.rules import Policy
from tests.serve import findings
from tests.serve.actors import Actors, draw_photo, upload

SPOILED = findings.MODERATE_SPOILAGE
DEAR_FEN = 20_000
"""A price of which half is above the limit of the zero-material channel."""

ALWAYS_BLIND = (
    ("blind_propensity = 0.10", "blind_propensity = 1.0"),
    ("propensity = 0.05", "propensity = 1.0"),
    ("max_claims = 3", "max_claims = 1000"),
    ("max_amount_fen = 12000", "max_amount_fen = 100000000"),
)


def make_certificate(
    policy: Policy,
    *,
    audited: int = 600,
    from_confidence: float = 0.70,
    problem: str = "spoilage",
    promise: Promise | None = None,
    model: str = findings.MODEL["sha256"],
    rows: int = 1000,
) -> Certificate:
    """Returns a certificate from so many clean audits; below `from_confidence` half are wrong."""
    promise = promise or Promise(0.02, 0.95)
    bad: Counts = (2 * audited, audited // 2)
    counts = [(audited, 0) if t >= from_confidence else bad for t in GRID[problem]]
    return Certificate(
        format=FORMAT,
        promise=promise,
        model=Model("test", model),
        rules_sha256=digest_rules(policy),
        problems={problem: prove(problem, counts, promise)},
        source=Source("c" * 64, rows, audited),
    )


def put_in_force(actors: Actors, certificate: Certificate | None = None) -> Certificate:
    """Loads a certificate, by default one for spoilage, under the policy in force."""
    policy = actors.policy
    certificate = certificate or make_certificate(policy)
    with actors.runtime.transaction() as session:
        return load_certificate(session, certificate.to_text(), policy, "operator")


def again(certificate: Certificate) -> Certificate:
    """Returns one of other bytes that says the same."""
    rows = certificate.source.rows + 1
    return replace(certificate, source=replace(certificate.source, rows=rows))


def judge(
    client: FlaskClient, actors: Actors, claim_id: uuid.UUID, *, confirm: bool = True
) -> None:
    """Gives an agent's verdict that confirms a moderate problem and the money, or declines."""
    verdict: dict[str, object] = {"decision": "decline", "severity": "none"}
    if confirm:
        with actors.runtime.transaction() as session:
            proposed_fen = session.get_one(Claim, claim_id).decisions[-1].outcome["proposed_fen"]
        verdict = {"decision": "approve", "severity": "moderate", "amount_fen": proposed_fen}
    answer = client.post(f"/v1/claims/{claim_id}/verdict", json=verdict, headers=actors.as_agent)
    assert answer.status_code == 200, answer.get_json()


def add_photo(actors: Actors, claim_id: uuid.UUID) -> None:
    """Sends one more photo of a claim that an agent has in hand."""
    uploads = check_uploads([upload(draw_photo(seed=claim_id.int % 2**32))], actors.runtime.scoring)
    add_photos(actors.runtime, actors.shop, str(claim_id), uploads)


def outcome_of(actors: Actors, claim_id: uuid.UUID) -> tuple[str, str]:
    """Returns the outcome of a claim's decision and its decisive reason."""
    decision = actors.show(claim_id)["decision"]
    return decision["outcome"], decision["reasons"][0]["code"]
