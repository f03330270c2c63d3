"""What reports count of money; a report reads these columns and never the tables."""

from __future__ import annotations

from sqlalchemy import select

from serve.database import Rows
from serve.ledger.models import Refund


def select_refunds() -> Rows:
    """Returns the query for instructions to pay: claim_id, order_id, kind, amount_fen, at.

    The kind is what granted it: decision, verdict or appeal.
    """
    return select(
        Refund.claim_id,
        Refund.order_id,
        Refund.kind,
        Refund.amount_fen,
        Refund.created_at.label("at"),
    )
