"""Claims in every state that a customer's page can show, made with the rendered sample pictures.

Tests look at them with axe-core, and `python -m tests.serve.screens` with a camera.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from serve.agents.schemas import VerdictIn
from serve.agents.service import give_verdict
from serve.assessments.uploads import check_uploads
from serve.claims.assessing import assess_claim
from serve.claims.feedback import give_feedback
from serve.claims.followup import settle_refund
from serve.claims.intake import Submission, accept_claim
from serve.claims.models import Claim
from serve.claims.service import appeal_claim
from serve.ledger.refunds import refunds_of
from serve.orders.models import Order
from tests.serve import findings
from tests.serve.actors import Actors, upload

SAMPLES = Path(__file__).resolve().parents[3] / "datasets" / "rendered" / "photos"


def claim_with(
    actors: Actors,
    order: Order,
    name: str,
    finding: dict[str, Any],
    *,
    marks: tuple[str, ...] = (),
    decide: bool = True,
    reason: str = "spoilage",
    description: str = "生菜发黑，有酸味",
) -> uuid.UUID:
    """Makes a claim with a sample picture, found to show what the finding says."""
    uploads = check_uploads(
        [upload((SAMPLES / f"{name}.jpg").read_bytes())], actors.runtime.scoring
    )
    submission = Submission(order.order_id, reason, description, uploads)
    claim_id = accept_claim(actors.runtime, actors.shop, submission).claim_id
    with actors.runtime.transaction() as session:
        claim = session.get_one(Claim, claim_id)
        claim.photos[0].assessment = {**finding, "sha256": claim.photos[0].sha256}
        claim.photos[0].marks = list(marks)
    if decide:
        assess_claim(actors.runtime, claim_id)
    return claim_id


def _form(actors: Actors, order: Order) -> None:
    """Nothing is claimed yet."""


def _waiting(actors: Actors, order: Order) -> None:
    claim_with(actors, order, "salad_mould", findings.SEVERE_SPOILAGE, decide=False)


def _approved(actors: Actors, order: Order) -> None:
    finding = findings.assessment(spoiled_fraction=0.2, mould=True)
    claim_with(actors, order, "salad_slimy_severe", finding, marks=("spoiled", "container"))


def _needs_photo(actors: Actors, order: Order) -> None:
    claim_with(actors, order, "bento_blurred", findings.BLURRED)


def _food_safety(actors: Actors, order: Order) -> None:
    claim_with(
        actors, order, "salad_insect", findings.INSECT, reason="foreign_object", marks=("object",)
    )


def _asked(actors: Actors, order: Order) -> None:
    claim_id = claim_with(actors, order, "salad_brown_minor", findings.MINOR_SPOILAGE)
    appeal_claim(actors.runtime, actors.shop, str(claim_id), "")


def _resolved(actors: Actors, order: Order) -> uuid.UUID:
    claim_id = claim_with(actors, order, "salad_mould", findings.CLEAN, marks=("container",))
    verdict = VerdictIn(
        decision="approve", severity="severe", amount_fen=3280, note="抱歉给您带来不便。"
    )
    give_verdict(actors.runtime, actors.agent, str(claim_id), verdict)
    with actors.runtime.transaction() as session:
        refunds = [refund.id for refund in refunds_of(session, claim_id)]
    for refund_id in refunds:
        settle_refund(actors.runtime, refund_id)
    return claim_id


def _closed(actors: Actors, order: Order) -> None:
    claim_id = _resolved(actors, order)
    give_feedback(actors.runtime, actors.shop, str(claim_id), 5, "处理很快")
    with actors.runtime.transaction() as session:
        claim = session.get_one(Claim, claim_id)
        claim.status, claim.closed_at = "closed", claim.resolved_at


STATES: dict[str, Callable[[Actors, Order], object]] = {
    "form": _form,
    "waiting": _waiting,
    "approved": _approved,
    "needs_photo": _needs_photo,
    "food_safety": _food_safety,
    "asked": _asked,
    "resolved": _resolved,
    "closed": _closed,
}
