"""Every table of the service, gathered for migrations and for tests."""

from serve.accounts.models import Account, ApiKey
from serve.agents.models import Verdict
from serve.claims.models import Claim, ClaimPhoto, DecisionRecord, IdempotencyRecord
from serve.database import Base
from serve.ledger.models import LedgerEvent, Refund
from serve.orders.models import Order
from serve.policy.models import PolicyText

__all__ = [
    "Account",
    "ApiKey",
    "Base",
    "Claim",
    "ClaimPhoto",
    "DecisionRecord",
    "IdempotencyRecord",
    "LedgerEvent",
    "Order",
    "PolicyText",
    "Refund",
    "Verdict",
]
