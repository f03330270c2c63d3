"""Writes what agents judged blind beside what the machine had decided: audits.csv of an export."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from serve.agents.models import Verdict
from serve.claims.service import get_claim
from serve.policy.audited import models_of, saw_the_same, thin_draw
from serve.policy.digest import digest_rules
from serve.policy.service import load_policy
from serve.times import to_iso

if TYPE_CHECKING:
    from serve.claims.models import DecisionRecord

AUDIT_COLUMNS = (
    *("claim", "problem", "machine_severity", "confidence", "eligible", "food_safety"),
    *("proposed_fen", "blind_propensity", "preapproved_propensity", "passed_on_propensity"),
    *("thin_draw", "model_version", "model_sha256", "policy_sha256", "rules_sha256"),
    *("decided_at", "decision", "severity", "amount_fen", "labelled_by", "judged_at"),
)
_AUDITS = "audits.csv"
_BATCH = 500


def write_audits(session: Session, folder: Path) -> int:
    """Writes a row for every claim whose first verdict was given blind; returns their number.

    A verdict after an appeal, or on photos that the machine did not decide by, is none on what the
    machine made of the claim. Forgets what the session holds, as there may be years of audits.
    """
    part = folder / f".{_AUDITS}.part"
    first = select(Verdict.id).where(Verdict.round == 1, Verdict.blind).order_by(Verdict.id)
    first = first.execution_options(yield_per=_BATCH)
    count = 0
    with part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, AUDIT_COLUMNS, lineterminator="\n")
        writer.writeheader()
        for verdict_id in session.scalars(first):
            verdict = session.get_one(Verdict, verdict_id)
            claim = get_claim(session, verdict.claim_id)
            decided = claim.decisions[-1]
            if saw_the_same(claim, decided, verdict):
                writer.writerow(_row(session, decided, verdict))
                count += 1
            session.expunge_all()
    os.replace(part, folder / _AUDITS)
    return count


def _row(session: Session, decided: DecisionRecord, verdict: Verdict) -> dict[str, Any]:
    outcome = decided.outcome
    policy = load_policy(session, decided.policy_sha256)
    rates = policy.table.audit
    # A threshold of one model speaks of no claim that two of them judged.
    single = len(models_of(decided)) == 1
    return {
        "claim": str(decided.claim_id),
        "problem": outcome["problem"] or "",
        "machine_severity": outcome["severity"],
        # Decisions of the first procedure did not tell these: they prove nothing.
        "confidence": outcome.get("confidence", ""),
        "eligible": int(outcome.get("eligible", False)),
        "food_safety": int(outcome["food_safety"]),
        "proposed_fen": outcome["proposed_fen"],
        "blind_propensity": outcome.get("blind_propensity", ""),
        "preapproved_propensity": rates.propensity,
        "passed_on_propensity": rates.blind_propensity,
        "thin_draw": thin_draw(decided),
        "model_version": decided.model_version if single else "",
        "model_sha256": decided.model_sha256 if single else "",
        "policy_sha256": decided.policy_sha256,
        "rules_sha256": digest_rules(policy, outcome.get("procedure", 1)),
        "decided_at": to_iso(decided.decided_at),
        "decision": verdict.decision,
        "severity": verdict.severity,
        "amount_fen": verdict.amount_fen,
        "labelled_by": str(verdict.agent_id),
        "judged_at": to_iso(verdict.at),
    }
