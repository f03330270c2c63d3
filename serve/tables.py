"""Every table of the service, gathered for migrations and for tests."""

from serve.accounts.models import Account, ApiKey, LoginFailures, SignIn
from serve.agents.models import CaseHold, PendingVerdict, Verdict
from serve.alerts.models import Alert
from serve.batches.models import Recall
from serve.claims.models import (
    Claim,
    ClaimPhoto,
    DecisionRecord,
    Feedback,
    IdempotencyRecord,
    MissedClock,
)
from serve.database import Base
from serve.ledger.models import LedgerEvent, Refund
from serve.orders.models import Order
from serve.policy.models import CertificateAudit, CertificateRecord, PolicyText
from serve.privacy.models import PhotoAccess
from serve.webhooks.models import Endpoint, Message

__all__ = [
    "Account",
    "Alert",
    "ApiKey",
    "Base",
    "CaseHold",
    "CertificateAudit",
    "CertificateRecord",
    "Claim",
    "ClaimPhoto",
    "DecisionRecord",
    "Endpoint",
    "Feedback",
    "IdempotencyRecord",
    "LedgerEvent",
    "LoginFailures",
    "Message",
    "MissedClock",
    "Order",
    "PendingVerdict",
    "PhotoAccess",
    "PolicyText",
    "Recall",
    "Refund",
    "SignIn",
    "Verdict",
]
