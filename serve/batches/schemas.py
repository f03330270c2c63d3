from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from serve.claims.schemas import Reason, Status
from serve.fields import Line


class PageQuery(BaseModel):
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class RecallIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: Annotated[
        Line, StringConstraints(min_length=1), Field(description="why the batch is called back")
    ]


class BatchClaim(BaseModel):
    """A claim on an order of the batch, without the machine's finding where it is judged blind."""

    id: str
    reason: Reason
    status: Status
    severity: str | None
    food_safety: bool
    received_at: datetime


class BatchOrder(BaseModel):
    order_id: str
    customer_id: str
    product: str
    created_at: datetime
    delivered_at: datetime | None
    coldest_celsius: float | None
    warmest_celsius: float | None
    claims: list[BatchClaim]


class BatchOut(BaseModel):
    """The batch of a claim's order, and its other orders, the latest first."""

    shop_id: str
    shop: str
    batch: str
    product: str
    order_count: Annotated[int, Field(description="orders of the batch, this one included")]
    claim_count: Annotated[int, Field(description="claims on the batch, this one included")]
    recall_id: Annotated[str | None, Field(description="the batch is being called back")]
    coldest_celsius: Annotated[float | None, Field(description="of the claim's own order")]
    warmest_celsius: Annotated[float | None, Field(description="of the claim's own order")]
    orders: list[BatchOrder]
    limit: int
    offset: int


class RecallOut(BaseModel):
    id: str
    shop_id: str
    shop: str
    batch: str
    reason: str
    claim_id: Annotated[str | None, Field(description="the claim that it was started from")]
    started_by: str
    started_at: datetime
    order_count: int
    claim_count: int
    list_url: Annotated[str, Field(description="all orders of the batch, CSV")]


class RecallsOut(BaseModel):
    recalls: list[RecallOut]
    total: int
    limit: int
    offset: int
