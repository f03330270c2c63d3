from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from apiflask.fields import UploadFile
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from serve.assessments.schemas import AssessmentOut, ModelOut
from serve.fields import Line, Name, Whole

MAX_PHOTOS = 5
MAX_PHOTOS_IN_ALL = 10

Reason = Literal["spoilage", "foreign_object", "portion", "delivery", "other"]
Status = Literal["received", "pre_approved", "needs_photo", "needs_agent", "resolved", "closed"]


class _Form(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)


def _read_blank_as_none(value: object) -> object:
    """A browser sends a field that was left alone as an empty one."""
    return None if isinstance(value, str) and not value.strip() else value


class ClaimForm(_Form):
    """A claim. The holder of a claim link may leave `order_id` out, or empty."""

    order_id: Annotated[Name | None, BeforeValidator(_read_blank_as_none)] = None
    reason: Reason
    description: Line = ""
    photo: Annotated[
        list[UploadFile] | None,
        Field(description="one to five photos; none is needed for a late delivery"),
    ] = None


class PhotosForm(_Form):
    photo: list[UploadFile]


class AppealIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: Line = ""


class FeedbackIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    score: Annotated[Whole, Field(ge=1, le=5, description="5 is very satisfied")]
    comment: Line = ""


class KeyHeader(BaseModel):
    idempotency_key: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=200,
            pattern=r"^[\x21-\x7e]+$",
            description="the same key with the same body gets the same answer",
        ),
    ] = None


class Text(BaseModel):
    code: str
    zh: str
    en: str


class PolicyRef(BaseModel):
    version: str
    sha256: str


class DecisionOut(BaseModel):
    outcome: Literal["pre_approved", "needs_photo", "needs_agent"]
    problem: str | None
    severity: str
    percent: int
    amount_fen: int
    extras: list[Text]
    reasons: list[Text]
    policy: PolicyRef
    model: ModelOut | None
    decided_at: datetime
    proposed_fen: Annotated[int | None, Field(description="for agents")] = None
    audit_propensity: Annotated[float | None, Field(description="for agents")] = None


class PhotoOut(BaseModel):
    sha256: str
    name: str
    added_at: datetime
    url: str
    overlay_url: Annotated[str | None, Field(description="the evidence drawn on the photo")]
    marks: Annotated[
        list[Literal["spoiled", "mould", "object", "container"]],
        Field(description="what is marked on the overlay"),
    ]
    assessment: AssessmentOut | None


class RefundOut(BaseModel):
    """An instruction to pay; `released_at` is when it became final."""

    kind: Literal["decision", "verdict", "appeal"]
    amount_fen: int
    extras: list[Text]
    created_at: datetime
    released_at: datetime | None


class Step(BaseModel):
    step: Literal["received", "assessed", "decided", "verified", "resolved", "closed"]
    at: datetime | None
    due: datetime
    overdue: Annotated[bool, Field(description="due has passed and it is not done")] = False


class VerdictOut(BaseModel):
    decision: str
    severity: str
    amount_fen: int
    note: str
    at: datetime
    labels: list[dict[str, Any]] | None = None


class FeedbackOut(BaseModel):
    """How satisfied the customer is; it can be changed until `changeable_until`."""

    score: Annotated[int, Field(ge=1, le=5)]
    comment: str
    at: datetime
    changeable_until: datetime


class HeldBy(BaseModel):
    """Who has the case open; nobody else decides it meanwhile."""

    name: str
    held_until: datetime
    mine: bool


class PendingOut(BaseModel):
    """A verdict that is entered and not given yet; of a blind case only its agent sees more."""

    agent: str
    due_at: datetime
    decision: str | None
    severity: str | None
    amount_fen: int | None
    mine: bool


class ClaimOut(BaseModel):
    id: str
    order_id: str
    reason: Reason
    description: str
    status: Status
    amount_fen: Annotated[int, Field(description="granted so far, in fen")]
    price_fen: int
    food_safety: bool
    received_at: datetime
    decision: DecisionOut | None
    photos: list[PhotoOut]
    refunds: list[RefundOut]
    verdict: VerdictOut | None
    appeal: str | None
    progress: list[Step]
    feedback: FeedbackOut | None = None
    may_rate: Annotated[bool, Field(description="whether a score can be given or changed now")] = (
        False
    )
    audit: Annotated[bool | None, Field(description="for agents")] = None
    blind: Annotated[bool | None, Field(description="for agents")] = None
    for_lead: Annotated[
        bool | None, Field(description="for agents: handed over; a lead or an admin decides")
    ] = None
    agent_due_at: Annotated[datetime | None, Field(description="for agents")] = None
    overdue: Annotated[
        list[Literal["first_answer", "food_safety", "verified", "resolved"]] | None,
        Field(description="for agents: clocks that ran out and are not done"),
    ] = None
    escalated_at: Annotated[datetime | None, Field(description="for agents")] = None
    shop_id: Annotated[str | None, Field(description="for agents")] = None
    batch: Annotated[str | None, Field(description="for agents: the shop's name of it")] = None
    batch_claims: Annotated[
        int | None, Field(description="for agents: other claims on the batch, at most 1000")
    ] = None
    held_by: Annotated[HeldBy | None, Field(description="for agents")] = None
    pending_verdict: Annotated[PendingOut | None, Field(description="for agents")] = None
    available_fen: Annotated[
        int | None,
        Field(description="for agents: what is left of the price, this claim's part included"),
    ] = None
    authority_fen: Annotated[
        int | None,
        Field(description="for agents: the most you may grant in all; null: all that is left"),
    ] = None


class PictureQuery(BaseModel):
    """How large to show a photo."""

    width: Annotated[int | None, Field(ge=32, le=320, description="of a thumbnail, in pixels")] = (
        None
    )


class QueueQuery(BaseModel):
    """Which claims to list."""

    status: Status | None = None
    waiting: Annotated[
        bool | None, Field(description="true: only claims that an agent has to look at")
    ] = None
    food_safety: Annotated[
        bool | None, Field(description="true: only food safety, words of harm included")
    ] = None
    overdue: Annotated[
        bool | None, Field(description="true: only claims with a clock that ran out undone")
    ] = None
    reason: Annotated[Reason | None, Field(description="what the customer picked")] = None
    for_lead: Annotated[
        bool | None, Field(description="true: only claims that were handed over to a lead")
    ] = None
    judged_by: Annotated[
        UUID | None, Field(description="only claims that this person gave a verdict on")
    ] = None
    batch: Annotated[Name | None, Field(description="only claims on batches of this name")] = None
    shop_id: Annotated[UUID | None, Field(description="only claims of this shop")] = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class QueueOut(BaseModel):
    claims: list[ClaimOut]
    total: int
    limit: int
    offset: int
