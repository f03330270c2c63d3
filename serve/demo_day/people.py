"""Who plays in the demo's day."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from serve.accounts.service import Caller
from serve.demo import AGENT_NAME, LEAD_NAME, PARTNER_NAME, SHOP_NAME, ensure_account

_SECOND_AGENT = f"{AGENT_NAME} 2"

ACCOUNTS = (
    *(("shop", SHOP_NAME), ("shop", PARTNER_NAME)),
    *(("agent", AGENT_NAME), ("agent", _SECOND_AGENT), ("lead", LEAD_NAME)),
)
"""Role and name of everybody who plays, or has claims, in a demo."""


@dataclass(frozen=True)
class Cast:
    """Shops by name, and the people who decide.

    Attributes:
        shops: the accounts' ids.
        polling: names of shops that have no endpoint for webhooks.
        agents: who take turns.
        lead: who answers appeals.
    """

    shops: Mapping[str, uuid.UUID]
    polling: frozenset[str]
    agents: Sequence[Caller]
    lead: Caller


def gather_cast(session: Session) -> Cast:
    """Returns everybody, made where they are missing."""
    names = (SHOP_NAME, PARTNER_NAME)
    people = [("agent", AGENT_NAME), ("agent", _SECOND_AGENT), ("lead", LEAD_NAME)]
    *agents, lead = (
        Caller(role, account_id=ensure_account(session, role, name).id) for role, name in people
    )
    return Cast(
        shops={name: ensure_account(session, "shop", name).id for name in names},
        polling=frozenset([SHOP_NAME]),
        agents=agents,
        lead=lead,
    )
