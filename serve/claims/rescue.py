"""Claims that nobody decided in time: tried once more, then given to an agent."""

from __future__ import annotations

import logging
import uuid

from serve.claims.assessing import assess_claim
from serve.claims.clocks import find_unanswered
from serve.runtime import Runtime

log = logging.getLogger(__name__)


def rescue_unanswered(runtime: Runtime) -> int:
    """Decides what should have been answered by now; returns how many claims that were."""
    found = find_unanswered(runtime)
    for claim_id in found:
        try:
            _decide_somehow(runtime, claim_id)
        except Exception:
            log.exception("claim %s is still not answered", claim_id)
    return len(found)


def _decide_somehow(runtime: Runtime, claim_id: uuid.UUID) -> None:
    try:
        assess_claim(runtime, claim_id)
    except Exception:
        log.exception("claim %s could not be assessed in time: an agent looks", claim_id)
        assess_claim(runtime, claim_id, give_up=True)
