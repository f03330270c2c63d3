"""Watches what claims say of a batch: one case of food safety, or several claims in short time.

Both are told in the transaction that decides the claim, after its ledger event.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from serve.alerts.service import Notice, raise_alert
from serve.claims.batches import find_problems
from serve.times import utc_now

if TYPE_CHECKING:
    from serve.claims.models import Claim
    from serve.policy.table import Batches

FOOD_SAFETY_CASE, BATCH_CLUSTER = "food_safety", "batch_cluster"
_NAMED = 100


def watch_food_safety(
    session: Session, claim: Claim, codes: Sequence[str], urgent: Sequence[str]
) -> None:
    """Tells of a claim that concerns a person's safety: why it does, and its batch."""
    details = {"reasons": list(codes), "urgent_words": list(urgent), "batch": claim.batch}
    notice = Notice(FOOD_SAFETY_CASE, str(claim.id), details, claim.id, claim.shop_id)
    raise_alert(session, notice)


def watch_batch(session: Session, claim: Claim, rules: Batches | None) -> None:
    """Tells of a batch that has as many claims about the food as the policy names, or more."""
    if claim.batch is None or rules is None:
        return
    since = utc_now() - timedelta(seconds=rules.window_s)
    claims = find_problems(session, claim, since)
    if len(claims) < rules.alert_claims or claim not in claims:
        return
    details = {
        "batch": claim.batch,
        "claims": len(claims),
        "orders": len({found.order_id for found in claims}),
        "food_safety": sum(found.food_safety for found in claims),
        "reasons": dict(Counter(found.reason for found in claims)),
        "claim_ids": [str(found.id) for found in claims[:_NAMED]],
    }
    subject = f"{claim.shop_id}:{claim.batch}"
    raise_alert(session, Notice(BATCH_CLUSTER, subject, details, shop_id=claim.shop_id))
