"""The policy in force as sentences for customers; every number comes from the policy itself."""

from __future__ import annotations

from dataclasses import dataclass

from serve.pages.rendering import format_yuan, say
from serve.pages.texts import texts_in
from serve.policy.rules import Policy
from serve.policy.table import grades_in_order


@dataclass(frozen=True)
class Row:
    """One grade of a problem: what is seen, and what it gives."""

    severity: str
    evidence: str
    gives: str


@dataclass(frozen=True)
class Chapter:
    """A problem and its grades, the most severe first."""

    problem: str
    rows: tuple[Row, ...]


def word_policy(policy: Policy, language: str) -> list[Chapter]:
    """Returns what the policy gives for what."""
    wording = policy.table.wording
    return [
        Chapter(
            problem=say(language, wording.problems[problem]),
            rows=tuple(
                Row(
                    severity=say(language, wording.severities[severity]),
                    evidence=_word_evidence(policy, problem, severity, language),
                    gives=_word_gift(policy, problem, severity, language),
                )
                for severity in reversed(grades_in_order(grades))
            ),
        )
        for problem, grades in policy.table.compensation.items()
    ]


def word_rules(policy: Policy, language: str) -> list[str]:
    """Returns how claims are handled."""
    texts, table = texts_in(language), policy.table
    amount = format_yuan(table.zero_material.limit_fen)
    return [
        texts["rule_small"].format(amount=amount),
        texts["rule_large"],
        texts["rule_never"],
        texts["rule_clocks"].format(
            answer=table.clocks.first_answer_s // 60,
            verified=format_hours(table.clocks.verified_s),
            resolved=format_hours(table.clocks.resolved_s),
            safety=table.clocks.food_safety_s // 60,
        ),
        *([texts["rule_overrides"]] if table.overrides else []),
    ]


def _word_evidence(policy: Policy, problem: str, severity: str, language: str) -> str:
    texts, grades = texts_in(language), policy.table.grades
    if problem == "delivery":
        return texts["delivery_evidence"].format(
            minutes=policy.table.delivery.moderate_late_s // 60
        )
    rules = grades[problem]
    if problem == "foreign_object":
        kinds = rules.get(f"{severity}_kinds", ())
        return texts["kinds_between"].join(texts.get(f"kind_{kind}", kind) for kind in kinds)
    if problem == "portion":
        percent = _percent(rules[f"{severity}_shortfall_fraction"])
        return texts["portion_evidence"].format(percent=percent)
    name = f"spoilage_{severity}"
    if severity == "severe" and not rules["mould_is_severe"]:
        name = "spoilage_severe_area"
    percent = _percent(rules.get(f"{severity}_area_fraction", 0))
    return texts[name].format(percent=percent)


def _word_gift(policy: Policy, problem: str, severity: str, language: str) -> str:
    texts, given = texts_in(language), policy.compensation(problem, severity)
    if given is None:
        return texts["policy_none"]
    full = given.percent == 100
    money = texts["pays_full" if full else "pays_part"].format(percent=given.percent)
    if given.max_fen is not None:
        money += texts["pays_at_most"].format(amount=format_yuan(given.max_fen))
    extras = [say(language, policy.table.wording.extras[code]) for code in given.extras]
    return " + ".join([money, *extras])


def _percent(fraction: float) -> str:
    """Writes 0.333333 as 33.3 and 0.1 as 10."""
    return f"{100 * fraction:.1f}".removesuffix(".0")


def format_hours(seconds: int) -> str:
    """Writes seconds as hours: 7200 is 2, 5400 is 1.5."""
    return f"{seconds / 3600:g}"
