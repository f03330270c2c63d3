"""What a blind verdict is held against: the machine's decision, as far as both judged the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serve.policy.evidence import CaseFile

if TYPE_CHECKING:
    from serve.agents.models import Verdict
    from serve.claims.models import Claim, DecisionRecord


def saw_the_same(claim: Claim, decided: DecisionRecord, verdict: Verdict) -> bool:
    """Says whether agent and machine judged the same photos.

    Photos can be added while a claim waits for an agent; the machine does not decide it again.
    """
    seen = {photo.sha256 for photo in claim.photos if photo.added_at <= verdict.at}
    return seen == {found["sha256"] for found in decided.inputs["assessments"]}


def models_of(decided: DecisionRecord) -> set[str]:
    """Returns the sha256 of the models that assessed the photos of the decision."""
    return {found["model"]["sha256"] for found in decided.inputs["assessments"]}


def thin_draw(decided: DecisionRecord) -> float:
    """Returns the draw, in [0, 1), by which a claim audited more often than others is thinned."""
    return CaseFile.from_dict(decided.inputs).draw("thin")
