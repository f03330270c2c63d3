"""Trying a policy on past claims: which decisions would have been others, and how much money.

Every claim's last decision is made anew, in the order of the real ones, from the inputs that were
stored with it. What follows from earlier decisions follows from the tried ones: what an order had
got already, and what a customer's caps have left. What agents decided stays as it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from serve.agents.records import verdicts_of
from serve.claims.models import Claim, DecisionRecord
from serve.policy.certificates import cover
from serve.policy.decision import Decision, decide
from serve.policy.evidence import CaseFile, CustomerHistory
from serve.policy.rules import Policy

_BATCH = 500


@dataclass(frozen=True)
class Trial:
    """One claim under both policies.

    Attributes:
        claim_id: which claim.
        decided_at: when it was decided in earnest.
        reason: what the customer picked.
        before: the decision's outcome as stored.
        after: the decision under the tried policy.
        agent: of a claim that changes, the last verdict's decision and amount in fen, if any.
    """

    claim_id: UUID
    decided_at: datetime
    reason: str
    before: dict[str, Any]
    after: Decision
    agent: tuple[str, int] | None = None

    @property
    def move(self) -> tuple[str, str]:
        """The outcome before and after."""
        return self.before["outcome"], self.after.outcome

    @property
    def changed(self) -> bool:
        """Whether outcome, money or extras are others; other words alone change nothing."""
        return self.move[0] != self.move[1] or self.difference_fen != 0 or self._other_extras

    @property
    def difference_fen(self) -> int:
        """What the machine would have paid more, negative for less."""
        return int(self.after.amount_fen - self.before["amount_fen"])

    @property
    def _other_extras(self) -> bool:
        return list(self.after.extras) != list(self.before["extras"])


@dataclass
class _Past:
    """What earlier decisions came to, in earnest and in the trial."""

    real_fen: dict[UUID, int] = field(default_factory=lambda: defaultdict(int))
    tried_fen: dict[UUID, int] = field(default_factory=lambda: defaultdict(int))
    grants: dict[tuple[UUID, str], list[tuple[datetime, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def restate(self, case: CaseFile, claim: Claim, at: datetime, window_s: int) -> CaseFile:
        """Returns the case as it would have been."""
        order_id = claim.order_id
        refunded = case.order.refunded_fen - self.real_fen[order_id] + self.tried_fen[order_id]
        since = at - timedelta(seconds=window_s)
        recent = [fen for when, fen in self.grants[_customer(claim)] if when > since]
        return replace(
            case,
            order=replace(case.order, refunded_fen=refunded),
            customer=CustomerHistory(len(recent), sum(recent)),
        )

    def add(self, claim: Claim, at: datetime, real_fen: int, tried_fen: int) -> None:
        self.real_fen[claim.order_id] += real_fen
        self.tried_fen[claim.order_id] += tried_fen
        if tried_fen:
            self.grants[_customer(claim)].append((at, tried_fen))


def try_policy(session: Session, policy: Policy) -> Iterator[Trial]:
    """Yields every decided claim under the policy, in the order of the decisions."""
    past = _Past()
    window_s = policy.table.zero_material.window_s
    last = select(func.max(DecisionRecord.id)).group_by(DecisionRecord.claim_id)
    query = (
        select(DecisionRecord.id, DecisionRecord.claim_id)
        .where(DecisionRecord.id.in_(last))
        .order_by(DecisionRecord.id)
        .execution_options(yield_per=_BATCH)
    )
    # Streamed are ids and no rows: these would be lost when the session forgets what it holds.
    for record_id, claim_id in session.execute(query):
        record, claim = session.get_one(DecisionRecord, record_id), session.get_one(Claim, claim_id)
        case = _see_anew(CaseFile.from_dict(record.inputs), session, claim, policy)
        case = past.restate(case, claim, record.decided_at, window_s)
        after = decide(case, policy)
        past.add(claim, record.decided_at, record.outcome["amount_fen"], after.amount_fen)
        trial = Trial(claim.id, record.decided_at, claim.reason, record.outcome, after)
        if trial.changed and (verdicts := verdicts_of(session, claim.id)):
            trial = replace(trial, agent=(verdicts[-1].decision, verdicts[-1].amount_fen))
        yield trial
        session.expunge_all()  # a year of claims is not held in memory


def _see_anew(case: CaseFile, session: Session, claim: Claim, policy: Policy) -> CaseFile:
    """Returns the case with what depends on the policy and is no photo's evidence."""
    models = {photo["model"]["sha256"] for photo in case.assessments}
    return replace(
        case,
        urgent=case.urgent
        if claim.erased_at
        else bool(policy.table.urgent.find(claim.description)),
        certificate=case.certificate
        and cover(session, policy, models, of_sha256=case.certificate["sha256"]),
    )


def _customer(claim: Claim) -> tuple[UUID, str]:
    return claim.shop_id, claim.customer_id
