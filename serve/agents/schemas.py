from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from serve.assessments.schemas import Kind, Severity
from serve.fields import Line, Whole
from serve.orders.schemas import MAX_PRICE_FEN


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class BoxIn(_In):
    """Where a foreign object is, in pixels of the upright original."""

    kind: Kind
    box_px: Annotated[
        tuple[
            Annotated[Whole, Field(ge=0)],
            Annotated[Whole, Field(ge=0)],
            Annotated[Whole, Field(gt=0)],
            Annotated[Whole, Field(gt=0)],
        ],
        Field(description="x0, y0, x1, y1"),
    ]


class LabelIn(_In):
    """What one photo shows, by an agent's eye. Null means: cannot be told from this photo."""

    photo: Annotated[
        str | None,
        StringConstraints(pattern=r"^[0-9a-f]{64}$"),
        Field(description="sha256; may be left out where the claim has one photo"),
    ] = None
    spoilage: bool | None = None
    spoilage_severity: Severity | None = None
    foreign_objects: Annotated[
        list[Kind] | None, Field(max_length=20, description="kinds seen; [] means none")
    ] = None
    boxes: Annotated[list[BoxIn], Field(max_length=50)] = []


class VerdictIn(_In):
    """An agent's verdict.

    `amount_fen` is the claim's whole compensation: what was granted before is part of it.
    """

    decision: Literal["approve", "decline", "close"]
    severity: Severity
    amount_fen: Annotated[Whole, Field(ge=0, le=MAX_PRICE_FEN)] | None = None
    labels: Annotated[list[LabelIn], Field(max_length=10)] = []
    note: Line = ""
    undoable: Annotated[
        bool, Field(description="true: given after 60 seconds, unless undone by then")
    ] = False

    @model_validator(mode="after")
    def _check_amount(self) -> Self:
        if (self.decision == "approve") != (self.amount_fen is not None):
            raise ValueError("amount_fen is sent with the decision approve, and only with it")
        return self


class HoldOut(BaseModel):
    held_until: datetime
