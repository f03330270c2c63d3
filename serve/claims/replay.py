"""Replaying decisions: the same inputs under the same policy must give the same outcome."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from model.canonical import dump_canonical
from model.errors import NotFound
from serve.claims.assessing import score_photo
from serve.claims.models import Claim, DecisionRecord
from serve.ledger.service import events_of
from serve.policy.decision import PROCEDURE, decide
from serve.policy.evidence import CaseFile
from serve.policy.rules import Policy
from serve.policy.service import load_policy
from serve.runtime import Runtime

_GRADED = ("severity", "reasons")


@dataclass
class Replay:
    """One decision, recomputed.

    Attributes:
        decision_id: which one.
        differences: what is not as stored; empty means identical.
        notes: what could not be compared, and why.
    """

    decision_id: int
    differences: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def identical(self) -> bool:
        return not self.differences


def replay_claim(runtime: Runtime, claim_id: str, *, photos: bool = False) -> list[Replay]:
    """Recomputes every decision of a claim from what was stored with it.

    Args:
        runtime: the parts to work with.
        claim_id: which claim.
        photos: also score the stored photos again and compare the assessments.

    Raises:
        NotFound: there is no such claim.
    """
    with runtime.transaction() as session:
        try:
            claim = session.get(Claim, uuid.UUID(claim_id))
        except ValueError:
            claim = None
        if claim is None:
            raise NotFound(
                "A claim is replayed by the id that it was answered with",
                f"claim id {claim_id[:80]}",
                "Check the id, and that this is the database it is in",
                code="no_claim",
            )
        return [_replay(session, runtime, claim, record, photos) for record in claim.decisions]


def _replay(
    session: Session, runtime: Runtime, claim: Claim, record: DecisionRecord, photos: bool
) -> Replay:
    replay = Replay(record.id)
    _compare_ledger(session, claim, record, replay)
    policy = load_policy(session, record.policy_sha256)
    again = decide(CaseFile.from_dict(record.inputs), policy).to_dict()
    if record.outcome.get("procedure", 1) != PROCEDURE:
        replay.notes.append("decided by an earlier procedure, which told less of itself")
        again = {key: again[key] for key in record.outcome if key != "procedure"}
    _compare("outcome", record.outcome, again, replay)
    if photos and claim.erased_at is not None:
        replay.notes.append(f"the photos were erased on {claim.erased_at:%Y-%m-%d}")
    elif photos:
        _compare_photos(runtime, record, policy, replay)
    return replay


def _compare_ledger(session: Session, claim: Claim, record: DecisionRecord, replay: Replay) -> None:
    for event in events_of(session, claim.id):
        if event.kind == "decided" and event.payload["decision_id"] == record.id:
            kept = (event.payload["inputs_sha256"], event.payload["outcome_sha256"])
            if kept != (record.inputs_sha256, record.outcome_sha256):
                replay.differences.append("the stored decision is not the one in the ledger")
            return
    replay.differences.append("the ledger has no such decision")


def _compare_photos(
    runtime: Runtime, record: DecisionRecord, policy: Policy, replay: Replay
) -> None:
    scorer = runtime.scoring.scorer()
    if record.model_sha256 and scorer.sha256 != record.model_sha256:
        replay.notes.append(
            f"photos were scored by model {record.model_version}, now in force: {scorer.version}"
        )
        return
    inputs = record.inputs
    for stored, references in zip(inputs["assessments"], inputs["references"], strict=True):
        found = score_photo(runtime, stored["sha256"], stored["photo"], references, policy)
        again = found.to_dict()
        _compare(f"photo {stored['sha256'][:12]}", _measured(stored), _measured(again), replay)


def _measured(assessment: dict[str, Any]) -> dict[str, Any]:
    """What the model saw. The grade follows from it by the policy of that day, see the outcome."""
    return {key: value for key, value in assessment.items() if key not in _GRADED}


def _compare(what: str, stored: dict[str, Any], again: dict[str, Any], replay: Replay) -> None:
    for key in sorted(stored.keys() | again.keys()):
        before, after = stored.get(key), again.get(key)
        if dump_canonical(before) != dump_canonical(after):
            replay.differences.append(
                f"{what}: {key} was {dump_canonical(before)}, is {dump_canonical(after)}"
            )
