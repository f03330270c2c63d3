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
from serve.policy.certificates import digest_rules
from serve.policy.service import load_policy
from serve.times import to_iso

if TYPE_CHECKING:
    from serve.claims.models import DecisionRecord

AUDIT_COLUMNS = (
    *("claim", "problem", "machine_severity", "confidence", "eligible", "food_safety"),
    *("blind_propensity", "model_version", "model_sha256", "policy_sha256", "rules_sha256"),
    *("decided_at", "decision", "severity", "labelled_by", "judged_at"),
)
_AUDITS = "audits.csv"


def write_audits(session: Session, folder: Path) -> int:
    """Writes a row for every claim whose first verdict was given blind; returns their number.

    A verdict after an appeal knows more than the machine did, so that only the first one counts.
    """
    part = folder / f".{_AUDITS}.part"
    first = select(Verdict).where(Verdict.round == 1, Verdict.blind).order_by(Verdict.id)
    count = 0
    with part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, AUDIT_COLUMNS, lineterminator="\n")
        writer.writeheader()
        for verdict in session.scalars(first).all():
            decided = get_claim(session, verdict.claim_id).decisions[-1]
            writer.writerow(_row(session, decided, verdict))
            count += 1
    os.replace(part, folder / _AUDITS)
    return count


def _row(session: Session, decided: DecisionRecord, verdict: Verdict) -> dict[str, Any]:
    outcome = decided.outcome
    policy = load_policy(session, decided.policy_sha256)
    return {
        "claim": str(decided.claim_id),
        "problem": outcome["problem"] or "",
        "machine_severity": outcome["severity"],
        # Decisions of the first procedure did not tell these: they prove nothing.
        "confidence": outcome.get("confidence", ""),
        "eligible": int(outcome.get("eligible", False)),
        "food_safety": int(outcome["food_safety"]),
        "blind_propensity": outcome.get("blind_propensity", ""),
        "model_version": decided.model_version,
        "model_sha256": decided.model_sha256,
        "policy_sha256": decided.policy_sha256,
        "rules_sha256": digest_rules(policy, outcome.get("procedure", 1)),
        "decided_at": to_iso(decided.decided_at),
        "decision": verdict.decision,
        "severity": verdict.severity,
        "labelled_by": str(verdict.agent_id),
        "judged_at": to_iso(verdict.at),
    }
