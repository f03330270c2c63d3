"""Erasing customers from what shops were told."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from serve.webhooks.models import Message

_PERSON = "customer_id"


def erase_messages(session: Session, claim_ids: Sequence[str], word: str) -> None:
    """Puts a word in place of the customer in messages of claims that are over.

    One that still waits keeps it: the shop has to know whom the money is for.
    """
    told = select(Message).where(
        Message.data["claim_id"].as_string().in_(claim_ids),
        Message.delivered_at.is_not(None) | Message.withdrawn_at.is_not(None),
    )
    for message in session.scalars(told):
        if _PERSON in message.data:
            message.data = {**message.data, _PERSON: word}
