"""The amount that the policy gives for each problem and grade, and why it is that much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from serve.pages.rendering import choose_language, format_yuan, say
from serve.policy.decision import compute_amount_fen
from serve.policy.table import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from serve.policy.rules import Policy
    from serve.policy.table import Compensation


def propose_amounts(
    claim: Mapping[str, Any], policy: Policy, target: tuple[str, str], t: Mapping[str, str]
) -> dict[str, dict[str, dict[str, Any]]]:
    """Returns, by problem and grade, `fen` and `why`; what the policy does not give is left out.

    Args:
        claim: as an agent sees it.
        policy: that the claim is judged by.
        target: shop and product, which may have rules of their own.
        t: texts in the visitor's language.
    """
    proposals: dict[str, dict[str, dict[str, Any]]] = {}
    for problem in policy.table.compensations(*target):
        for severity in SEVERITIES:
            rule = policy.compensation(problem, severity, *target)
            if rule is not None:
                why = _Reasoning(claim, rule, t)
                why.word_rule(policy, problem, severity)
                proposals.setdefault(problem, {})[severity] = why.propose()
    return proposals


def word_limit(claim: Mapping[str, Any], t: Mapping[str, str]) -> str:
    """Returns the most that this agent may grant on the claim, in words."""
    available_fen, authority_fen = claim["available_fen"], claim["authority_fen"]
    if authority_fen is not None and authority_fen < available_fen:
        return t["case_limits_authority"].format(amount=format_yuan(authority_fen))
    return t["case_limits_price"].format(amount=format_yuan(available_fen))


class _Reasoning:
    """How one amount comes about, step by step."""

    def __init__(self, claim: Mapping[str, Any], rule: Compensation, t: Mapping[str, str]) -> None:
        self._claim, self._rule, self._t = claim, rule, t
        self._fen = compute_amount_fen(claim["price_fen"], rule.percent)
        self._steps: list[str] = []

    def word_rule(self, policy: Policy, problem: str, severity: str) -> None:
        wording, language = policy.table.wording, choose_language()
        self._steps.append(
            self._t["case_why_rule"].format(
                problem=say(language, wording.problems[problem]),
                severity=say(language, wording.severities[severity]),
                percent=self._rule.percent,
                amount=format_yuan(self._fen),
            )
        )

    def propose(self) -> dict[str, Any]:
        self._cap("case_why_max", self._rule.max_fen)
        self._cap("case_why_left", self._claim["available_fen"])
        granted_fen = self._claim["amount_fen"]
        if granted_fen > self._fen:
            # What was granted before is part of the amount, and stays the customer's.
            self._fen = granted_fen
            self._steps.append(self._t["case_why_granted"].format(amount=format_yuan(granted_fen)))
        separator = "; " if choose_language() == "en" else "；"
        return {"fen": self._fen, "why": separator.join(self._steps)}

    def _cap(self, name: str, most_fen: int | None) -> None:
        if most_fen is not None and most_fen < self._fen:
            self._fen = most_fen
            self._steps.append(self._t[name].format(amount=format_yuan(most_fen)))
