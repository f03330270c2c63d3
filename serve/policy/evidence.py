"""Everything a decision looks at, as plain values that are stored and read back."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from model.canonical import draw_fraction
from serve.times import from_iso, to_iso


@dataclass(frozen=True)
class OrderFacts:
    """What the order says.

    Attributes:
        price_fen: price paid.
        refunded_fen: what was granted on this order before.
        promised_at: promised delivery; None when not known.
        delivered_at: actual delivery; None when not known.
    """

    price_fen: int
    refunded_fen: int = 0
    promised_at: datetime | None = None
    delivered_at: datetime | None = None

    @property
    def late_s(self) -> int | None:
        """Seconds after the promised time, negative when early; None when not known."""
        if self.promised_at is None or self.delivered_at is None:
            return None
        return int((self.delivered_at - self.promised_at).total_seconds())

    @property
    def remaining_fen(self) -> int:
        """What can still be refunded before the price paid is reached."""
        return max(0, self.price_fen - self.refunded_fen)


@dataclass(frozen=True)
class CustomerHistory:
    """Automatic compensations to this customer in the policy's rolling window."""

    claims: int = 0
    amount_fen: int = 0


@dataclass(frozen=True)
class CaseFile:
    """The inputs of a decision.

    Attributes:
        claim_id: which claim.
        reason: what the customer picked, one of `serve.policy.rules.REASONS`.
        order: facts of the order.
        customer: earlier automatic compensations.
        assessments: `Assessment.to_dict` of every photo, in the order sent.
        shop: name of the shop's account, by which a policy names it.
        product: what the shop calls the meal.
        urgent: the description has words that speak of harm to a person. Which ones is not kept:
            decisions stay when the description is erased.
        reused: hashes of photos that were sent for another order before.
        certificate: of the risk certificate in force for this model and policy, its `sha256` and
            by problem the `thresholds` of confidence; None where there is none.
        references: for every photo, the packing photos that its portion was compared with, by
            sha256: `packing` of the order, or else `record`, earlier ones of the product.
        assessment_failed: the photos could not be analysed although tried repeatedly.
        nonce: secret and random, one for a claim: decides its draws (audit, blind, thin), which an
            agent who knows the claim's id cannot foretell. Empty in old cases, drawn from the id.
    """

    claim_id: str
    reason: str
    order: OrderFacts
    customer: CustomerHistory = CustomerHistory()
    assessments: tuple[dict[str, Any], ...] = field(default=())
    references: tuple[dict[str, Any], ...] = field(default=())
    assessment_failed: bool = False
    shop: str | None = None
    product: str | None = None
    urgent: bool = False
    reused: tuple[str, ...] = ()
    certificate: dict[str, Any] | None = None
    nonce: str = ""

    def draw(self, purpose: str) -> float:
        """Returns a number in [0, 1), always the same for this case and purpose."""
        return draw_fraction(purpose, self.nonce or self.claim_id)

    def to_dict(self) -> dict[str, Any]:
        """Returns the JSON object that the decision is stored with."""
        order = asdict(self.order)
        order["promised_at"] = to_iso(self.order.promised_at)
        order["delivered_at"] = to_iso(self.order.delivered_at)
        return {
            "claim_id": self.claim_id,
            "reason": self.reason,
            "order": order,
            "customer": asdict(self.customer),
            "assessments": list(self.assessments),
            "references": list(self.references),
            "assessment_failed": self.assessment_failed,
            "shop": self.shop,
            "product": self.product,
            "urgent": self.urgent,
            "reused": list(self.reused),
            "certificate": self.certificate,
            "nonce": self.nonce,
        }

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> CaseFile:
        """Reads what `to_dict` wrote, today or before it knew of some of the inputs."""
        order = dict(stored["order"])
        order["promised_at"] = from_iso(order["promised_at"])
        order["delivered_at"] = from_iso(order["delivered_at"])
        return cls(
            claim_id=stored["claim_id"],
            reason=stored["reason"],
            order=OrderFacts(**order),
            customer=CustomerHistory(**stored["customer"]),
            assessments=tuple(stored["assessments"]),
            references=tuple(stored["references"]),
            assessment_failed=stored["assessment_failed"],
            shop=stored.get("shop"),
            product=stored.get("product"),
            urgent=bool(stored.get("urgent")),  # older decisions hold the words themselves
            reused=tuple(stored.get("reused", ())),
            certificate=stored.get("certificate"),
            nonce=stored.get("nonce", ""),
        )


def keep_nonce(earlier: Iterable[dict[str, Any]]) -> str:
    """Returns the nonce for a claim's next decision: a second draw would be a choice.

    Args:
        earlier: the inputs of the claim's decisions so far.
    """
    known = [inputs["nonce"] for inputs in earlier if inputs.get("nonce")]
    return known[0] if known else secrets.token_hex(16)
