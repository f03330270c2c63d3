"""Erasing what earlier versions wrote of a customer's words into alerts."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from serve.alerts.models import Alert

_WORDS = "urgent_words"


def erase_words(session: Session, claim_ids: Collection[uuid.UUID]) -> None:
    """Takes the words of harm out of the alerts about these claims."""
    for alert in session.scalars(select(Alert).where(Alert.claim_id.in_(claim_ids))):
        if _WORDS in alert.details:
            alert.details = {key: told for key, told in alert.details.items() if key != _WORDS}
