"""Submitting a claim or another photo, and seeing what became of it."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from serve.accounts.service import Caller
from serve.assessments.uploads import Upload
from serve.claims.assessing import assess_claim
from serve.claims.intake import Submission, accept_claim, add_photos
from serve.claims.presentation import present_claim
from serve.claims.service import load_claim
from serve.runtime import Runtime

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """What a submission is answered with; `replayed` when an identical one came before."""

    claim: dict[str, Any]
    replayed: bool


def submit_claim(runtime: Runtime, caller: Caller, submission: Submission) -> Answer:
    """Accepts a claim, judges it at once, and returns it; see `accept_claim` for what it raises.

    An identical submission under the same idempotency key gets the first one's answer.
    """
    accepted = accept_claim(runtime, caller, submission)
    record = accepted.replayed
    if record is not None and record.answer is not None:
        return Answer(record.answer, replayed=True)
    _try_to_assess(runtime, accepted.claim_id)
    claim = show_claim(runtime, caller, str(accepted.claim_id))
    return Answer(claim, replayed=record is not None)


def submit_photos(
    runtime: Runtime, caller: Caller, claim_id: str, uploads: Sequence[Upload]
) -> dict[str, Any]:
    """Adds photos to a claim, judges it anew if it waits for them, and returns it."""
    _try_to_assess(runtime, add_photos(runtime, caller, claim_id, uploads))
    return show_claim(runtime, caller, claim_id)


def show_claim(runtime: Runtime, caller: Caller, claim_id: str) -> dict[str, Any]:
    """Returns a claim as the caller may see it."""
    with runtime.transaction() as session:
        claim = load_claim(session, caller, claim_id)
        return present_claim(session, runtime, claim, for_agent=caller.decides, reader=caller)


def _try_to_assess(runtime: Runtime, claim_id: uuid.UUID) -> None:
    """Judges a claim now if that works; accepted it stays anyway, and its job tries again."""
    try:
        assess_claim(runtime, claim_id)
    except Exception:
        log.exception("claim %s waits for its job", claim_id)
