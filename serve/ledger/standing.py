"""Where a claim stands by what its events say, as far as they determine it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from serve.ledger.models import LedgerEvent

FLAGS = ("food_safety", "audit", "blind")
"""What a decision says of its claim beside the outcome."""

_FOR_LEAD = "for_lead"
_RECEIVED, _NEEDS_PHOTO, _NEEDS_AGENT = "received", "needs_photo", "needs_agent"


@dataclass
class Standing:
    """Where a claim stands.

    Attributes:
        statuses: what its status can be; a claim whose better photo never came is passed on to an
            agent without an event of its own.
        flags: `FLAGS` and `for_lead`; one that no event determines is not there.
    """

    statuses: set[str]
    flags: dict[str, bool]


def derive_standing(
    events: Iterable[LedgerEvent], outcomes: Mapping[int, Mapping[str, Any]]
) -> Standing:
    """Follows a claim's events, oldest first.

    Args:
        events: of the claim.
        outcomes: of its decisions by id; the ledger has only the hash of each.
    """
    standing = Standing({_RECEIVED}, dict.fromkeys((*FLAGS, _FOR_LEAD), False))
    for event in events:
        _follow(standing, event, outcomes)
    return standing


def told(event: LedgerEvent) -> Mapping[str, Any]:
    """Returns an event's details; an edited one may hold anything."""
    payload: Any = event.payload
    return payload if isinstance(payload, dict) else {}


def _follow(
    standing: Standing, event: LedgerEvent, outcomes: Mapping[int, Mapping[str, Any]]
) -> None:
    details, statuses = told(event), standing.statuses
    match event.kind:
        case "decided":
            statuses = {str(details.get("outcome"))}
            if _NEEDS_PHOTO in statuses:
                statuses.add(_NEEDS_AGENT)
            outcome = outcomes.get(details.get("decision_id", 0), {})
            found = {name: outcome[name] for name in FLAGS if name in outcome}
            standing.flags = {_FOR_LEAD: standing.flags[_FOR_LEAD], **found}
        case "photos_added":
            statuses = {_RECEIVED if s == _NEEDS_PHOTO else s for s in statuses}
        case "appealed":
            statuses = {_NEEDS_AGENT}
        case "verdict":
            statuses = {"closed" if details.get("decision") == "close" else "resolved"}
        case "closed":
            statuses = {"closed"}
        case "food_safety_raised":
            standing.flags["food_safety"] = True
    if event.kind in ("appealed", "verdict", "food_safety_raised"):
        # Whoever judges next may know what the machine has said.
        standing.flags.pop("blind", None)
    standing.statuses = statuses
    if event.kind in ("handed_over", "appealed", "verdict"):
        standing.flags[_FOR_LEAD] = event.kind == "handed_over"
