"""What the console shows of recalls."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from flask import url_for
from sqlalchemy.orm import Session

from serve.accounts.directory import read_id
from serve.accounts.service import Caller, name_of_account, names_of_accounts
from serve.batches.recalls import find_recall, list_recalls, present_recall
from serve.claims.service import get_claim
from serve.console.rendering import address_of
from serve.fields import LONGEST_LINE
from serve.orders.service import count_batch, get_order
from serve.webhooks.service import find_endpoint

if TYPE_CHECKING:
    from serve.batches.models import Recall
    from serve.claims.models import Claim

PAGE_LENGTH = 20


def describe_batch_of(session: Session, claim: Claim) -> dict[str, Any] | None:
    """Returns the batch of a claim's order and its recall, or None where the order names none."""
    if claim.batch is None:
        return None
    recall = find_recall(session, claim.shop_id, claim.batch)
    return {
        "name": claim.batch,
        "shop": name_of_account(session, claim.shop_id),
        "orders": count_batch(session, claim.shop_id, claim.batch),
        "claims_address": _claims_address(claim.shop_id, claim.batch),
        "reachable": find_endpoint(session, claim.shop_id) is not None,
        "longest_reason": LONGEST_LINE,
        "recall": recall and describe_recall(session, recall),
    }


def describe_recall(session: Session, recall: Recall) -> dict[str, Any]:
    """Returns a recall as the API presents it, with the person's name, the product and links."""
    person = read_id(recall.started_by.partition(":")[2])
    names = names_of_accounts(session, [person]) if person else {}
    return {
        **present_recall(session, recall),
        "started": recall.started_at,
        "by": names.get(person, recall.started_by) if person else recall.started_by,
        "product": _product_of(session, recall),
        "list_address": url_for("batches.get_recall_list", recall_id=recall.id),
        "claims_address": _claims_address(recall.shop_id, recall.batch),
    }


def describe_page(session: Session, reader: Caller, page: int) -> tuple[list[dict[str, Any]], int]:
    """Returns a page of the recalls, the latest first, and how many there are in all."""
    offset = (page - 1) * PAGE_LENGTH
    recalls, total = list_recalls(session, reader, limit=PAGE_LENGTH, offset=offset)
    return [describe_recall(session, recall) for recall in recalls], total


def _product_of(session: Session, recall: Recall) -> str | None:
    """Returns what the order of the claim was of; other orders of the batch may be of others."""
    if recall.claim_id is None:
        return None
    return get_order(session, get_claim(session, recall.claim_id).order_id).product


def _claims_address(shop_id: uuid.UUID, batch: str) -> str:
    return address_of("console_queue.show_queue", show="all", batch=batch, shop_id=str(shop_id))
