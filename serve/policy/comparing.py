"""What changes from one policy to another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from serve.policy.rules import Policy

ABSENT = "-"


@dataclass(frozen=True)
class Change:
    """One entry that differs: where, and what it says in each policy; `ABSENT` where missing."""

    entry: str
    before: str
    after: str


def compare_policies(before: Policy, after: Policy) -> list[Change]:
    """Returns every entry that differs, in the order of the policy file; words come last."""
    old, new = (dict(_flatten("", _tabulate(policy))) for policy in (before, after))
    entries = [*old, *(entry for entry in new if entry not in old)]
    return [
        Change(entry, old.get(entry, ABSENT), new.get(entry, ABSENT))
        for entry in entries
        if old.get(entry) != new.get(entry)
    ]


def _tabulate(policy: Policy) -> dict[str, Any]:
    """Returns the policy's content; an override is named by whom it is for, not by its place."""
    table = policy.table.model_dump(mode="json", exclude_unset=True)
    overrides = table.pop("overrides", ())
    words = table.pop("wording")
    named = {_name_override(override): override for override in overrides}
    return {**table, **({"overrides": named} if named else {}), "wording": words}


def _name_override(override: Mapping[str, Any]) -> str:
    whom = [override.get("product"), override.get("shop")]
    return "[" + " of ".join(name for name in whom if name) + "]"


def _flatten(path: str, value: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - JSON
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _flatten(f"{path}.{key}" if path else str(key), inner)
    elif isinstance(value, list):
        yield path, ", ".join(map(str, value))
    else:
        yield path, str(value)
