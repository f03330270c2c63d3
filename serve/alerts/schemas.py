from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from serve.fields import Line, Name


class AlertsQuery(BaseModel):
    """Which alerts to list."""

    open: Annotated[bool | None, Field(description="true: only those nobody closed")] = None
    kind: Name | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class AlertOut(BaseModel):
    """What a person has to know; one of a kind and subject is open at a time."""

    id: int
    kind: Annotated[
        str, Field(description="such as food_safety, food_safety_late, clock_missed, batch_cluster")
    ]
    subject: str
    details: dict[str, Any]
    claim_id: str | None
    shop_id: str | None
    raised_at: datetime
    closed_at: datetime | None
    closed_by: Annotated[str | None, Field(description="an agent, or what did away with the cause")]
    note: str | None


class AlertsOut(BaseModel):
    alerts: list[AlertOut]
    total: int
    limit: int
    offset: int


class CloseIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    note: Annotated[Line, Field(description="what was done about it")] = ""
