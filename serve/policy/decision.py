"""The decision: a pure function of the case and the policy.

It approves or passes on; it never declines. Same case, same policy, same decision.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from serve.canonical import draw_fraction
from serve.policy.evidence import CaseFile
from serve.policy.findings import UNKNOWN, Findings, collect_findings
from serve.policy.rules import Policy

PRE_APPROVED, NEEDS_PHOTO, NEEDS_AGENT = "pre_approved", "needs_photo", "needs_agent"


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
        audit: an agent checks this pre-approval afterwards.
        audit_propensity: the probability that an agent sees this case.
        blind: the agent sees it without the machine's finding.
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

    def to_dict(self) -> dict[str, Any]:
        """Returns the JSON object that is stored and answered."""
        return {**asdict(self), "extras": list(self.extras), "reasons": list(self.reasons)}


def decide(case: CaseFile, policy: Policy) -> Decision:
    """Decides a case under a policy."""
    findings = collect_findings(case, policy)
    decision = _judge(case, policy, findings)
    return _draw_agents(_explain(decision, policy, findings), case, policy)


def compute_amount_fen(price_fen: int, percent: int) -> int:
    """Returns the share of a price, rounded up to a whole fen in the customer's favour."""
    return -(-price_fen * percent // 100)


def _judge(case: CaseFile, policy: Policy, findings: Findings) -> Decision:
    if case.assessment_failed:
        return _pass_on(policy, "assessment_failed")
    if case.reason == "delivery":
        return _judge_delivery(case, policy)
    if case.reason == "other":
        return _pass_on(policy, "reason_other")
    if not findings.usable:
        return _ask_for_photo(policy, findings)
    severity = findings.severities[case.reason]
    doubt = _find_doubt(case.reason, findings, policy)
    if doubt:
        return replace(_pass_on(policy, doubt), problem=case.reason, severity=severity)
    return _compensate(case, policy, case.reason, severity)


def _find_doubt(reason: str, findings: Findings, policy: Policy) -> str | None:
    """Returns why the photos do not carry the problem that the customer picked."""
    severity = findings.severities[reason]
    if reason in findings.disagreeing:
        return "photos_disagree"
    # What may be glass in the food is for an agent, whatever else the claim is about.
    if UNKNOWN in (severity, findings.severities["foreign_object"]):
        return "grade_unknown"
    if severity == "none":
        others = [found for found in findings.severities.values() if found not in ("none", UNKNOWN)]
        return "reason_disagrees" if others else "problem_not_seen"
    # A problem is paid under its own reason alone: one reason is claimed once per order, so a
    # problem paid under another reason could be paid twice.
    shares = {p: _share_of(p, found, policy) for p, found in findings.severities.items()}
    return "reason_disagrees" if max(shares.values()) > shares[reason] else None


def _share_of(problem: str, severity: str, policy: Policy) -> int:
    rule = policy.compensation(problem, severity)
    return -1 if rule is None else rule.percent


def _judge_delivery(case: CaseFile, policy: Policy) -> Decision:
    late_s = case.order.late_s
    if late_s is None:
        return _pass_on(policy, "delivery_times_unknown")
    if late_s <= policy.table.delivery.moderate_late_s:
        return _pass_on(policy, "delivery_not_late")
    decision = _compensate(case, policy, "delivery", "moderate")
    late = policy.explain("delivery_late", minutes=late_s // 60)
    return replace(decision, reasons=(*decision.reasons, late))


def _compensate(case: CaseFile, policy: Policy, problem: str, severity: str) -> Decision:
    rule = policy.compensation(problem, severity)
    if rule is None:
        return replace(_pass_on(policy, "no_rule"), problem=problem, severity=severity)
    wanted_fen = compute_amount_fen(case.order.price_fen, rule.percent)
    proposal = Decision(
        outcome=PRE_APPROVED,
        reasons=(_explain_rule(policy, problem, severity, rule.percent),),
        problem=problem,
        severity=severity,
        percent=rule.percent,
        proposed_fen=min(wanted_fen, case.order.remaining_fen),
    )
    if proposal.proposed_fen < wanted_fen:
        capped = policy.explain("capped_at_price")
        proposal = replace(proposal, reasons=(*proposal.reasons, capped))
    obstacle = _find_obstacle(case, policy, wanted_fen, proposal.proposed_fen)
    if obstacle:
        reasons = (policy.explain(obstacle), *proposal.reasons)
        return replace(proposal, outcome=NEEDS_AGENT, reasons=reasons)
    return replace(proposal, amount_fen=proposal.proposed_fen, extras=rule.extras)


def _find_obstacle(case: CaseFile, policy: Policy, wanted_fen: int, amount_fen: int) -> str | None:
    """Returns why the machine may not grant this amount by itself.

    The limit is for the order, with what it had before and before the cap at its price: a sum
    that calls for an agent calls for one in parts as well.
    """
    channel = policy.table.zero_material
    if amount_fen == 0:
        return "price_already_refunded"
    if case.order.refunded_fen + wanted_fen >= channel.limit_fen:
        return "no_risk_certificate"
    over_count = case.customer.claims + 1 > channel.max_claims
    over_sum = case.customer.amount_fen + amount_fen > channel.max_amount_fen
    return "customer_cap" if over_count or over_sum else None


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


def _explain(decision: Decision, policy: Policy, findings: Findings) -> Decision:
    """Adds food safety and what the photos show to the reasons."""
    reasons = decision.reasons
    if findings.food_safety:
        reasons = (*reasons, policy.explain("food_safety"))
    if findings.usable:
        reasons = (*reasons, *findings.grade_reasons)
    return replace(decision, reasons=reasons, food_safety=findings.food_safety)


def _draw_agents(decision: Decision, case: CaseFile, policy: Policy) -> Decision:
    """Draws audit and blindness from the claim's id, so that a replay draws the same."""
    rules = policy.table.audit
    if decision.outcome == NEEDS_PHOTO:
        return decision
    if decision.food_safety or decision.outcome == NEEDS_AGENT:
        hidden = draw_fraction("blind", case.claim_id) < rules.blind_propensity
        blind = hidden and not decision.food_safety
        return replace(decision, audit_propensity=1.0, blind=blind)
    audit = draw_fraction("audit", case.claim_id) < rules.propensity
    return replace(decision, audit=audit, blind=audit, audit_propensity=rules.propensity)
