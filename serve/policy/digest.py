"""The rules that a certificate speaks of, as one digest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from model.canonical import dump_canonical, hash_canonical
from serve.policy.decision import PROCEDURE

if TYPE_CHECKING:
    from serve.policy.rules import Policy
    from serve.policy.table import Compensations


def digest_rules(policy: Policy, procedure: int = PROCEDURE) -> str:
    """Returns the digest of all that decides which claims are pre-approved, and for how much.

    The amounts belong to it: whether a problem is there to be paid under the claim's reason depends
    on what the others would be paid, and one who is paid too much is paid wrongly. What comes on
    top, limits, caps of a customer, clocks and words do not.
    """
    table = policy.table
    overrides = [
        {"shop": override.shop, "product": override.product, "compensation": paid}
        for override in table.overrides
        if (paid := _list_amounts(override.compensation))
    ]
    rules = {
        "grades": table.grades,
        "delivery": table.delivery.model_dump(),
        "compensation": _list_amounts(table.compensation),
        # Their order in the file decides nothing.
        "overrides": sorted(overrides, key=dump_canonical),
    }
    return hash_canonical({**rules, "procedure": procedure})


def _list_amounts(compensations: Compensations) -> dict[str, Any]:
    return {
        problem: {grade: [entry.percent, entry.max_fen] for grade, entry in grades.items()}
        for problem, grades in compensations.items()
        if grades
    }
