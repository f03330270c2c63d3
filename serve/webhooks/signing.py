"""Signatures of webhooks, as https://www.standardwebhooks.com lays them down."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

SECRET_PREFIX = "whsec_"  # noqa: S105 - what secrets begin with, not one of them
_SECRET_BYTES = 32


def make_secret() -> str:
    """Returns a new secret: the prefix and 256 random bits in base64."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Returns the three headers that let a receiver check a message.

    Args:
        secret: as `make_secret` gave it.
        message_id: the same at every attempt; by it a receiver knows what it has had.
        timestamp: of this attempt, seconds since 1970; receivers refuse old ones.
        body: the bytes sent.
    """
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
    }
