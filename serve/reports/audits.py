"""How many of the machine's pre-approvals are wrong, by what agents say who did not see them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from model.certificate import is_wrong
from model.risk import bound_share, is_kept
from serve.agents.records import verdicts_by_claim
from serve.claims.facts import load_judged
from serve.policy.audited import saw_the_same, thin_draw
from serve.policy.decision import PRE_APPROVED
from serve.policy.service import load_policy
from serve.reports.answers import share_of
from serve.reports.cohort import Scope, narrow, verdict_of_round

if TYPE_CHECKING:
    from serve.agents.models import Verdict
    from serve.claims.models import DecisionRecord

CONFIDENCE = 0.95
_BATCH = 500


@dataclass(frozen=True)
class WrongPreApprovals:
    """What audits say of the pre-approvals of a period, those of food safety left aside.

    Attributes:
        audited: judged blind, each with the same chance: what the share and its interval rest on.
        wrong: those among them which the agent did not confirm.
        thinned_out: judged blind, but left out since others had a smaller chance to be.
        unaudited: pre-approvals under policies that audit none: nothing is said of these.
    """

    audited: int
    wrong: int
    thinned_out: int
    unaudited: int

    @property
    def share(self) -> float | None:
        return share_of(self.wrong, self.audited)

    @property
    def interval(self) -> tuple[float, float] | None:
        """The exact interval of the true share at `CONFIDENCE`; None where nothing was audited."""
        return bound_share(self.wrong, self.audited, CONFIDENCE) if self.audited else None


def measure_wrong(session: Session, scope: Scope) -> WrongPreApprovals:
    """Judges the audited pre-approvals among the claims of a report.

    The chance to be audited is that of the claim's policy. The least one of all policies of the
    period counts, whether or not a claim with it was drawn: see docs/certificate.md.
    """
    rates = _read_rates(session, scope)
    least = min((rate for rate in rates.values() if rate > 0), default=0.0)
    never = [sha256 for sha256, rate in rates.items() if rate == 0]
    audited = wrong = thinned_out = 0
    for decided, verdict in _read_audits(session, scope):
        propensity = decided.outcome["blind_propensity"]
        if propensity > least and not is_kept(thin_draw(decided), propensity, least):
            thinned_out += 1
            continue
        audited += 1
        wrong += _is_wrong(decided, verdict)
    return WrongPreApprovals(audited, wrong, thinned_out, _count_under(session, scope, never))


def _read_rates(session: Session, scope: Scope) -> dict[str, float]:
    """Returns the chance of an audit by policy, of all policies that the period's claims have."""
    policies = narrow(scope).with_only_columns(narrow(scope).selected_columns.policy_sha256)
    found = session.scalars(policies.distinct())
    return {
        sha256: load_policy(session, sha256).table.audit.propensity
        for sha256 in found.all()
        if sha256 is not None
    }


def _read_audits(session: Session, scope: Scope) -> Iterator[tuple[DecisionRecord, Verdict]]:
    """Yields blind first verdicts on pre-approvals, with the decision each is held against."""
    facts, first = narrow(scope).subquery(), verdict_of_round(1)
    query = (
        select(facts.c.id)
        .join(first, first.c.claim_id == facts.c.id)
        .where(first.c.blind, facts.c.pre_approved, ~facts.c.held_back)
        .order_by(facts.c.id)
    )
    claim_ids = session.scalars(query).all()
    for start in range(0, len(claim_ids), _BATCH):
        yield from _pair(session, claim_ids[start : start + _BATCH])
        session.expunge_all()


def _pair(
    session: Session, claim_ids: Collection[uuid.UUID]
) -> Iterator[tuple[DecisionRecord, Verdict]]:
    verdicts = verdicts_by_claim(session, list(claim_ids))
    for claim in load_judged(session, claim_ids):
        decided, verdict = claim.decisions[-1], verdicts[claim.id][0]
        outcome = decided.outcome
        drawn = outcome["outcome"] == PRE_APPROVED and not outcome["food_safety"]
        if drawn and outcome.get("blind_propensity") and saw_the_same(claim, decided, verdict):
            yield decided, verdict


def _is_wrong(decided: DecisionRecord, verdict: Verdict) -> bool:
    outcome = decided.outcome
    return is_wrong(
        outcome["severity"],
        outcome["proposed_fen"],
        verdict.decision,
        verdict.severity,
        verdict.amount_fen,
    )


def _count_under(session: Session, scope: Scope, policies: Collection[str]) -> int:
    if not policies:
        return 0
    facts = narrow(scope).subquery()
    query = select(func.count(facts.c.id)).where(
        facts.c.pre_approved,
        facts.c.decided,
        ~facts.c.held_back,
        ~facts.c.food_safety,
        facts.c.policy_sha256.in_(policies),
    )
    return int(session.scalar(query) or 0)
