"""Claims whose figures are known by hand: two days in Shanghai, four claims."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import time_machine

from serve.agents.schemas import VerdictIn
from serve.agents.service import give_verdict
from serve.claims.assessing import assess_claim
from serve.claims.clocks import escalate_clocks
from serve.claims.feedback import give_feedback
from serve.claims.followup import settle_refund
from serve.claims.service import appeal_claim
from serve.ledger.refunds import refunds_of
from serve.reports.periods import Period
from serve.reports.service import Summary, summarise
from tests.serve import findings
from tests.serve.actors import Actors

START = datetime(2026, 12, 8, 2, tzinfo=UTC)
"""Ten in the morning of a Tuesday in Shanghai."""

PRICE_FEN = 3000
DECLINE = VerdictIn(decision="decline", severity="none")


def approve(amount_fen: int, severity: Any = "moderate") -> VerdictIn:  # noqa: ANN401
    return VerdictIn(decision="approve", severity=severity, amount_fen=amount_fen)


@contextmanager
def at(seconds: float = 0, *, days: float = 0, start: datetime = START) -> Iterator[None]:
    """Stops the clock so long after the beginning of the story."""
    with time_machine.travel(start + timedelta(days=days, seconds=seconds), tick=False):
        yield


def claim(
    actors: Actors,
    found: dict[str, Any],
    *,
    days: float = 0,
    answer_s: float = 60,
    start: datetime = START,
    **facts: object,
) -> uuid.UUID:
    """Makes a claim that is received on a day of the story and answered so much later."""
    with at(days=days, start=start):
        claim_id = actors.add_claim(found, decide=False, **{"price_fen": PRICE_FEN, **facts})  # type: ignore[arg-type]
    with at(answer_s, days=days, start=start):
        assess_claim(actors.runtime, claim_id)
        settle(actors, claim_id)
    return claim_id


def settle(actors: Actors, claim_id: uuid.UUID) -> None:
    """Pays what is instructed."""
    with actors.runtime.transaction() as session:
        refunds = [refund.id for refund in refunds_of(session, claim_id)]
    for refund_id in refunds:
        settle_refund(actors.runtime, refund_id)


def judge(actors: Actors, claim_id: uuid.UUID, verdict: VerdictIn) -> None:
    give_verdict(actors.runtime, actors.agent, str(claim_id), verdict)
    settle(actors, claim_id)


def rate(actors: Actors, claim_id: uuid.UUID, score: int) -> None:
    give_feedback(actors.runtime, actors.shop, str(claim_id), score, "")


def tell(actors: Actors) -> dict[str, uuid.UUID]:
    """Lives through the story; nothing in it is drawn for an audit or judged blind."""
    with at(days=-1):
        actors.stop_draws()
    alone = claim(actors, findings.MODERATE_SPOILAGE, batch="B1")
    rate_after(actors, alone, 5)
    graded = claim(actors, findings.CLEAN, answer_s=120, batch="B1")
    with at(3600):
        judge(actors, graded, approve(500, "minor"))
    rate_after(actors, graded, 2)
    late = claim(actors, findings.CLEAN, days=1, answer_s=240, product="鸡腿便当")
    with at(2 * 3600 + 60, days=1):
        escalate_clocks(actors.runtime)
    with at(3 * 3600, days=1):
        judge(actors, late, DECLINE)
    appealed = claim(actors, findings.MODERATE_SPOILAGE)
    with at(3600):
        appeal_claim(actors.runtime, actors.shop, str(appealed), "look again")
    with at(7200):
        judge(actors, appealed, approve(PRICE_FEN, "severe"))
    return {"alone": alone, "graded": graded, "late": late, "appealed": appealed}


def rate_after(actors: Actors, claim_id: uuid.UUID, score: int) -> None:
    with at(7200):
        rate(actors, claim_id, score)


def report(actors: Actors, first: date, last: date | None = None, **of: Any) -> Summary:  # noqa: ANN401
    """Computes a report as of two days after the beginning."""
    with at(days=2):
        period = Period(first, last or first, actors.runtime.settings.zone)
        return summarise(actors.runtime, period, **of)


TUESDAY, WEDNESDAY = date(2026, 12, 8), date(2026, 12, 9)
