from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from serve.fields import Moment, Name, Whole

MAX_PRICE_FEN = 100_000_00


class ColdChainReading(BaseModel):
    """One temperature on the way from kitchen to customer."""

    model_config = ConfigDict(extra="forbid")

    at: Moment
    celsius: Annotated[float, Field(ge=-60, le=100, allow_inf_nan=False)]


class OrderIn(BaseModel):
    """What a shop registers. Times carry a zone; money is whole fen."""

    model_config = ConfigDict(extra="forbid")

    order_id: Annotated[Name, Field(description="the shop's own number of the order")]
    customer_id: Annotated[
        Name, Field(description="the shop's own, pseudonymous name of the customer, for caps")
    ]
    product: Name
    price_fen: Annotated[Whole, Field(gt=0, le=MAX_PRICE_FEN, description="price paid")]
    label_weight_g: Annotated[Whole, Field(gt=0, le=100_000)] | None = None
    batch: Name | None = None
    promised_at: Moment | None = None
    delivered_at: Moment | None = None
    cold_chain: Annotated[list[ColdChainReading], Field(max_length=500)] = []


class OrderOut(BaseModel):
    order_id: str
    product: str
    price_fen: int
    created_at: datetime
    packing_photo: Annotated[str | None, Field(description="sha256 of the packing photo")]
    claim_token: Annotated[str, Field(description="valid for this order alone")]
    claim_link: Annotated[str, Field(description="page to send to the customer")]


class OrderClaimOut(BaseModel):
    """A claim on the order; GET /v1/claims/{id} tells all of it."""

    id: str
    reason: str
    status: str
    amount_fen: Annotated[int, Field(description="granted so far, in fen")]
    received_at: datetime


class OrderWithClaimsOut(OrderOut):
    claims: Annotated[list[OrderClaimOut], Field(description="oldest first")]
