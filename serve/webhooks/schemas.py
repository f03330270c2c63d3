from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field


class FailureOut(BaseModel):
    """The waiting message that was tried most often in vain."""

    type: Annotated[str, Field(description="of the message, such as refund.instructed")]
    attempts: int
    error: Annotated[str | None, Field(description="of the last attempt: HTTP 500, ConnectError")]


class EndpointOut(BaseModel):
    """Where the shop takes webhooks. The secret was shown when it was made, and never again."""

    url: str
    since: Annotated[datetime, Field(description="when the shop first had an endpoint")]
    waiting: Annotated[int, Field(description="messages that were not acknowledged yet")]
    failing: FailureOut | None


class TrialOut(BaseModel):
    """What the endpoint made of a signed ping."""

    message_id: Annotated[str, Field(description="the ping's webhook-id")]
    url: str
    acknowledged: Annotated[bool, Field(description="answered with 2xx in time")]
    status: Annotated[int | None, Field(description="the receiver's HTTP status")]
    error: Annotated[
        str | None, Field(description="why there is no status: ConnectError, TimeoutError")
    ]
    took_ms: int
