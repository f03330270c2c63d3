"""The decision: a pure function of the case and the policy.

It approves or passes on; it never declines. Same case, same policy, same decision.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from serve.policy.evidence import CaseFile
from serve.policy.findings import UNKNOWN, Findings, collect_findings
from serve.policy.rules import Policy

PRE_APPROVED, NEEDS_PHOTO, NEEDS_AGENT = "pre_approved", "needs_photo", "needs_agent"
PROCEDURE = 2
"""Counts the versions of this room: a decision names the one that it was made by."""

_ONLY_MONEY = ("no_risk_certificate", "below_certificate", "customer_cap")


@dataclass(frozen=True)
class Decision:
    """What came out.

    Attributes:
        outcome: pre_approved, needs_photo or needs_agent.
        reasons: code, zh and en of each, the decisive one first.
        problem: the problem that decided; None when none did.
        severity: its grade: none, minor, moderate, severe or unknown.
        percent: share of the price that the policy gives for it.
        proposed_fen: that share of the price, within what is left of it.
        amount_fen: what is granted now: `proposed_fen` when pre-approved, else 0.
        extras: codes of what comes on top; empty unless pre-approved.
        food_safety: an agent takes it up within the food-safety clock.
        eligible: the grade carries a pre-approval; only the amount or a cap may stand against it.
        confidence: how strongly the photos speak for the problem, in [0, 1].
        audit: an agent checks this pre-approval afterwards.
        audit_propensity: the probability that an agent sees this case.
        blind: the agent sees it without the machine's finding.
        blind_propensity: the probability that an agent judges this case without that finding.
        procedure: the version of the code that decided.
    """

    outcome: str
    reasons: tuple[dict[str, str], ...]
    problem: str | None = None
    severity: str = UNKNOWN
    percent: int = 0
    proposed_fen: int = 0
    amount_fen: int = 0
    extras: tuple[str, ...] = field(default=())
    food_safety: bool = False
    audit: bool = False
    audit_propensity: float = 0.0
    blind: bool = False
    blind_propensity: float = 0.0
    eligible: bool = False
    confidence: float = 0.0
    procedure: int = PROCEDURE

    def to_dict(self) -> dict[str, Any]:
        """Returns the JSON object that is stored and answered."""
        return {**asdict(self), "extras": list(self.extras), "reasons": list(self.reasons)}


def decide(case: CaseFile, policy: Policy) -> Decision:
    """Decides a case under a policy."""
    findings = collect_findings(case, policy)
    decision = _judge(case, policy, findings)
    return _draw_agents(_explain(decision, case, policy, findings), case, policy)


def compute_amount_fen(price_fen: int, percent: int) -> int:
    """Returns the share of a price, rounded up to a whole fen in the customer's favour."""
    return -(-price_fen * percent // 100)


def _judge(case: CaseFile, policy: Policy, findings: Findings) -> Decision:
    if case.assessment_failed:
        return _pass_on(policy, "assessment_failed")
    if case.reason == "delivery":
        return _judge_delivery(case, policy, findings)
    if case.reason == "other":
        return _pass_on(policy, "reason_other")
    if not findings.usable:
        return _ask_for_photo(policy, findings)
    severity = findings.severities[case.reason]
    doubt = _find_doubt(case, findings, policy)
    if doubt:
        return replace(_pass_on(policy, doubt), problem=case.reason, severity=severity)
    return _compensate(case, policy, findings, case.reason, severity)


def _find_doubt(case: CaseFile, findings: Findings, policy: Policy) -> str | None:
    """Returns why the photos do not carry the problem that the customer picked."""
    severity = findings.severities[case.reason]
    if case.reason in findings.disagreeing:
        return "photos_disagree"
    # What may be glass in the food is for an agent, whatever else the claim is about.
    if UNKNOWN in (severity, findings.severities["foreign_object"]):
        return "grade_unknown"
    if severity == "none":
        others = [found for found in findings.severities.values() if found not in ("none", UNKNOWN)]
        return "reason_disagrees" if others else "problem_not_seen"
    # A problem is paid under its own reason alone: one reason is claimed once per order, so a
    # problem paid under another reason could be paid twice.
    shares = {p: _share_of(p, found, case, policy) for p, found in findings.severities.items()}
    return "reason_disagrees" if max(shares.values()) > shares[case.reason] else None


def _share_of(problem: str, severity: str, case: CaseFile, policy: Policy) -> int:
    rule = policy.compensation(problem, severity, case.shop, case.product)
    return -1 if rule is None else rule.percent


def _judge_delivery(case: CaseFile, policy: Policy, findings: Findings) -> Decision:
    late_s = case.order.late_s
    if late_s is None:
        return _pass_on(policy, "delivery_times_unknown")
    if late_s <= policy.table.delivery.moderate_late_s:
        return _pass_on(policy, "delivery_not_late")
    decision = _compensate(case, policy, findings, "delivery", "moderate")
    late = policy.explain("delivery_late", minutes=late_s // 60)
    return replace(decision, reasons=(*decision.reasons, late))


def _compensate(
    case: CaseFile, policy: Policy, findings: Findings, problem: str, severity: str
) -> Decision:
    rule = policy.compensation(problem, severity, case.shop, case.product)
    if rule is None:
        return replace(_pass_on(policy, "no_rule"), problem=problem, severity=severity)
    reasons = [_explain_rule(policy, problem, severity, rule.percent)]
    wanted_fen = compute_amount_fen(case.order.price_fen, rule.percent)
    if rule.max_fen is not None and wanted_fen > rule.max_fen:
        wanted_fen = rule.max_fen
        reasons.append(policy.explain("capped_by_policy", yuan=f"{wanted_fen / 100:.2f}"))
    proposed_fen = min(wanted_fen, case.order.remaining_fen)
    if proposed_fen < wanted_fen:
        reasons.append(policy.explain("capped_at_price"))
    proposal = Decision(
        outcome=PRE_APPROVED,
        reasons=tuple(reasons),
        problem=problem,
        severity=severity,
        percent=rule.percent,
        proposed_fen=proposed_fen,
        # The order's facts tell of a late delivery; nothing about it is estimated.
        confidence=findings.confidence.get(problem, 1.0),
    )
    obstacle = _find_obstacle(case, policy, findings, proposal, wanted_fen)
    if obstacle:
        reasons.insert(0, policy.explain(obstacle))
        eligible = obstacle in _ONLY_MONEY
        return replace(proposal, outcome=NEEDS_AGENT, reasons=tuple(reasons), eligible=eligible)
    return replace(proposal, amount_fen=proposed_fen, extras=rule.extras, eligible=True)


def _find_obstacle(
    case: CaseFile, policy: Policy, findings: Findings, proposal: Decision, wanted_fen: int
) -> str | None:
    """Returns why the machine may not grant the proposal by itself.

    The limit is for the order, with what it had before and before the cap at its price: a sum
    that calls for an agent calls for one in parts as well.
    """
    channel = policy.table.zero_material
    if proposal.proposed_fen == 0:
        return "price_already_refunded"
    if case.reused:
        return "photo_used_before"
    limit_fen = policy.table.limit_fen(case.shop, case.product)
    if case.order.refunded_fen + wanted_fen >= limit_fen:
        obstacle = _find_uncertified(case, findings, proposal)
        if obstacle:
            return obstacle
    over_count = case.customer.claims + 1 > channel.max_claims
    over_sum = case.customer.amount_fen + proposal.proposed_fen > channel.max_amount_fen
    return "customer_cap" if over_count or over_sum else None


def _find_uncertified(case: CaseFile, findings: Findings, proposal: Decision) -> str | None:
    """Returns why the risk certificate does not cover the proposal.

    Cases of food safety are never judged blind, so that no certificate speaks of them.
    """
    threshold = (case.certificate or {}).get("thresholds", {}).get(proposal.problem)
    if threshold is None or findings.food_safety or case.urgent:
        return "no_risk_certificate"
    return "below_certificate" if proposal.confidence < threshold else None


def _explain_rule(policy: Policy, problem: str, severity: str, percent: int) -> dict[str, str]:
    wording = policy.table.wording
    return policy.explain(
        "compensation_applies",
        percent=percent,
        problem=wording.problems[problem],
        severity=wording.severities[severity],
    )


def _pass_on(policy: Policy, code: str) -> Decision:
    return Decision(outcome=NEEDS_AGENT, reasons=(policy.explain(code),))


def _ask_for_photo(policy: Policy, findings: Findings) -> Decision:
    known = policy.table.wording.reasons
    codes = [f"photo_{problem}" for problem in findings.photo_problems]
    codes = [code for code in codes if code in known] or ["photo_unusable"]
    return Decision(outcome=NEEDS_PHOTO, reasons=tuple(policy.explain(code) for code in codes))


def _explain(decision: Decision, case: CaseFile, policy: Policy, findings: Findings) -> Decision:
    """Adds food safety and what the photos show to the reasons."""
    reasons = decision.reasons
    if case.reused and all(reason["code"] != "photo_used_before" for reason in reasons):
        reasons = (*reasons, policy.explain("photo_used_before"))
    if case.urgent:
        reasons = (*reasons, policy.explain("urgent_words"))
    if findings.food_safety:
        reasons = (*reasons, policy.explain("food_safety"))
    if findings.usable:
        reasons = (*reasons, *findings.grade_reasons)
    return replace(decision, reasons=reasons, food_safety=findings.food_safety or case.urgent)


def _draw_agents(decision: Decision, case: CaseFile, policy: Policy) -> Decision:
    """Draws audit and blindness from the case alone, so that a replay draws the same.

    What concerns a person's safety is never shown blind.
    """
    rules = policy.table.audit
    if decision.food_safety:
        return replace(decision, audit_propensity=1.0)
    if decision.outcome == NEEDS_PHOTO:
        return decision
    if decision.outcome == NEEDS_AGENT:
        blind = case.draw("blind") < rules.blind_propensity
        return replace(
            decision, audit_propensity=1.0, blind=blind, blind_propensity=rules.blind_propensity
        )
    audit = case.draw("audit") < rules.propensity
    return replace(
        decision,
        audit=audit,
        blind=audit,
        audit_propensity=rules.propensity,
        blind_propensity=rules.propensity,
    )
