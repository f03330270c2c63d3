from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from serve.claims.schemas import Reason, Status, Text


class SummaryOut(BaseModel):
    """Another claim, without the machine's finding where it is judged blind."""

    id: str
    reason: Reason
    status: Status
    severity: str | None
    food_safety: bool
    received_at: datetime


class OrderFactsOut(BaseModel):
    order_id: str
    product: str
    price_fen: int
    label_weight_g: int | None
    batch: str | None
    promised_at: datetime | None
    delivered_at: datetime | None
    late_s: Annotated[int | None, Field(description="0 where it came in time")]
    packing_photo_url: str | None


class ReadingOut(BaseModel):
    at: datetime
    celsius: float


class ColdChainOut(BaseModel):
    """Readings in order of time; between two the temperature is taken to change evenly."""

    readings: list[ReadingOut]
    highest_celsius: float | None
    limit_celsius: float
    above_limit_s: int


class SignalOut(Text):
    """A fact worth a look. It proves nothing, and what is absent least of all."""

    claims: Annotated[list[str], Field(description="ids of the other claims concerned")]


class CustomerOut(BaseModel):
    """The customer's other claims at this shop."""

    claims: int
    granted_fen: Annotated[int, Field(description="cases that are judged blind left out")]
    declined: int
    recent: list[SummaryOut]


class BatchHistoryOut(BaseModel):
    claims: Annotated[int, Field(description="other claims on the batch, at most 1000")]
    orders: int
    recent: list[SummaryOut]


class SimilarOut(BaseModel):
    """A judged claim with a photo that looks alike."""

    claim_id: str
    photo: Annotated[str, Field(description="sha256 of that claim's photo")]
    photo_url: str
    similarity: Annotated[float, Field(ge=-1, le=1, description="cosine of the embeddings")]
    reason: Reason
    severity: str
    decision: str
    amount_fen: int
    at: datetime


class ContextOut(BaseModel):
    order: OrderFactsOut
    cold_chain: ColdChainOut
    signals: list[SignalOut]
    customer: CustomerOut
    batch: BatchHistoryOut | None
    similar: list[SimilarOut]
    similar_hidden: Annotated[bool, Field(description="the case is judged blind")]
