"""What the page of alerts shows of each, gathered for a whole page at once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from serve.accounts.directory import read_id
from serve.accounts.service import names_of_accounts
from serve.alerts.facts import list_subjects
from serve.batches.recalls import RECALL
from serve.batches.watch import BATCH_CLUSTER, FOOD_SAFETY_CASE
from serve.claims.clocks import FOOD_SAFETY_LATE
from serve.claims.records import claims_by_id
from serve.console.alert_details import Words, word_details
from serve.orders.service import orders_by_id
from serve.webhooks.delivery import WEBHOOK_FAILING

if TYPE_CHECKING:
    from serve.alerts.models import Alert
    from serve.claims.models import Claim
    from serve.orders.models import Order

ABOUT_NO_CLAIM = (BATCH_CLUSTER, RECALL, WEBHOOK_FAILING)
"""Kinds that are about a shop or a batch of it."""

_URGENT = (FOOD_SAFETY_CASE, FOOD_SAFETY_LATE, RECALL, BATCH_CLUSTER)
_CLAIMS_NAMED = 5


@dataclass(frozen=True)
class Around:
    """What belongs to the alerts of a page."""

    claims: Mapping[uuid.UUID, Claim]
    orders: Mapping[uuid.UUID, Order]
    accounts: Mapping[uuid.UUID, str]
    words: Words


def describe_alerts(
    session: Session,
    alerts: Sequence[Alert],
    texts: Mapping[str, str],
    problems: Mapping[str, str],
) -> list[dict[str, Any]]:
    """Returns what a page of alerts shows: each by name what it is about, and what was done.

    Args:
        session: to read with.
        alerts: of the page.
        texts: of the console, in the reader's language.
        problems: that customers choose from, by code, in the reader's language.
    """
    named = {key for alert in alerts for key in _claims_of(alert)[:_CLAIMS_NAMED]}
    claims = claims_by_id(session, named)
    people = [_person_of(alert.closed_by) for alert in alerts]
    people += [read_id(str(alert.details.get("agent_id"))) for alert in alerts]
    shops = [alert.shop_id for alert in alerts] + [claim.shop_id for claim in claims.values()]
    accounts = names_of_accounts(session, [key for key in (*people, *shops) if key])
    around = Around(
        claims=claims,
        orders=orders_by_id(session, [claim.order_id for claim in claims.values()]),
        accounts=accounts,
        words=Words(texts, problems, {str(key): name for key, name in accounts.items()}),
    )
    return [_describe(alert, around) for alert in alerts]


def name_subjects(
    session: Session, kinds: Sequence[str], shop_id: uuid.UUID | None
) -> dict[str, list[dict[str, Any]]]:
    """Returns by kind the shops and batches that its oldest open alerts are about.

    Args:
        session: to read with.
        kinds: only those of `ABOUT_NO_CLAIM` are answered.
        shop_id: only alerts that concern this shop; all if None.
    """
    found = {
        kind: list_subjects(session, kind, shop_id) for kind in kinds if kind in ABOUT_NO_CLAIM
    }
    shops = {subject.shop_id for subjects in found.values() for subject in subjects}
    names = names_of_accounts(session, list(shops))
    return {
        kind: [
            {"shop_id": str(one.shop_id), "shop": names[one.shop_id], "batch": one.batch}
            for one in subjects
        ]
        for kind, subjects in found.items()
    }


def _describe(alert: Alert, around: Around) -> dict[str, Any]:
    keys = _claims_of(alert)
    claims = [around.claims[key] for key in keys[:_CLAIMS_NAMED] if key in around.claims]
    shop_id = alert.shop_id or (claims[0].shop_id if claims else None)
    batch = alert.details.get("batch") or (claims[0].batch if claims else None)
    return {
        "id": alert.id,
        "kind": around.words.texts.get(f"alert_{alert.kind}", alert.kind),
        "urgent": alert.kind in _URGENT,
        "shop_id": shop_id and str(shop_id),
        "shop": around.accounts.get(shop_id, "") if shop_id else "",
        "batch": batch,
        "claims": [_describe_claim(claim, around) for claim in claims],
        "claims_left": len(keys) - len(claims),
        "details": [line for line in word_details(alert, around.words) if line],
        "recall_id": alert.details.get("recall_id"),
        "raised_at": alert.raised_at,
        "closed_at": alert.closed_at,
        "closed_by": _name_closer(alert, around),
        "note": alert.note,
    }


def _describe_claim(claim: Claim, around: Around) -> dict[str, Any]:
    order = around.orders[claim.order_id]
    return {
        "id": str(claim.id),
        "reason": claim.reason,
        "product": order.product,
        "order_id": order.order_id,
    }


def _claims_of(alert: Alert) -> list[uuid.UUID]:
    if alert.claim_id is not None:
        return [alert.claim_id]
    keys = [read_id(str(key)) for key in alert.details.get("claim_ids", ())]
    return [key for key in keys if key is not None]


def _person_of(actor: str | None) -> uuid.UUID | None:
    return read_id((actor or "").partition(":")[2])


def _name_closer(alert: Alert, around: Around) -> str:
    """Returns the name of who closed an alert; none where its cause went away."""
    person = _person_of(alert.closed_by)
    return around.accounts.get(person, alert.closed_by or "") if person else ""
