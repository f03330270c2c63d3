"""Which batches have been called back, for those who must keep what concerns them."""

from __future__ import annotations

import uuid

from sqlalchemy import Select, select

from serve.batches.models import Recall


def recalled_batches() -> Select[uuid.UUID, str]:
    """Returns the query of all recalled batches: shop and batch."""
    return select(Recall.shop_id, Recall.batch)
