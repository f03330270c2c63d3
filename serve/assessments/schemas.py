"""The assessment object of the command line, as the API publishes it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from apiflask.fields import UploadFile
from pydantic import BaseModel, ConfigDict, Field

Probability = Annotated[float, Field(ge=0, le=1)]
Kind = Literal["insect", "hair", "plastic", "metal", "glass", "paper", "stone", "other"]
Severity = Literal["none", "minor", "moderate", "severe", "unknown"]


class _Open(BaseModel):
    # The model may say more about a photo than this contract fixes; nothing it says is dropped.
    model_config = ConfigDict(extra="allow")


class SceneOut(_Open):
    label: Literal["salad", "bento", "other_food", "not_food"]
    probability: Probability


class SpoilageOut(_Open):
    probability: Probability
    area_fraction: Probability
    interval: Annotated[list[float], Field(min_length=2, max_length=2)]


class ObjectOut(_Open):
    kind: Kind
    probability: Probability
    box_px: Annotated[
        list[int],
        Field(min_length=4, max_length=4, description="x0, y0, x1, y1 in the upright original"),
    ]


class ForeignObjectOut(_Open):
    probability: Probability
    objects: list[ObjectOut]


class PortionOut(_Open):
    shortfall_fraction: Probability | None
    interval: list[float] | None
    basis: Literal["packing_photo", "product_record", "container"] | None


class ModelOut(_Open):
    version: str
    sha256: str


class AssessmentOut(_Open):
    """What one photo was found to show."""

    photo: str
    sha256: str
    width_px: int
    height_px: int
    usable: bool
    problems: list[str]
    scene: SceneOut | None
    spoilage: SpoilageOut | None
    foreign_object: ForeignObjectOut | None
    portion: PortionOut
    severity: Severity
    reasons: list[str]
    model: ModelOut


class AssessmentForm(BaseModel):
    """A photo, and optionally the packing photo to compare its portion with."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    photo: UploadFile
    packing_photo: UploadFile | None = None


Stored = dict[str, Any]
