"""Claim links: a signed token that stands for one order."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import uuid
from pathlib import Path

from itsdangerous import BadSignature, Signer

from model.errors import Unauthenticated
from serve.settings import Settings

_SALT = b"freshclaim claim link"


class LinkSigner:
    """Makes and checks claim-link tokens; the same order always gets the same token."""

    def __init__(self, secret: str) -> None:
        self._signer = Signer(secret.encode(), salt=_SALT, digest_method=hashlib.sha256)

    def sign(self, order_pk: uuid.UUID) -> str:
        """Returns the token of an order."""
        name = base64.urlsafe_b64encode(order_pk.bytes).rstrip(b"=")
        return self._signer.sign(name).decode()

    def read(self, token: str) -> uuid.UUID:
        """Returns the order that a token stands for.

        Raises:
            Unauthenticated: the token was not signed here.
        """
        try:
            name = self._signer.unsign(token.encode())
            return uuid.UUID(bytes=base64.urlsafe_b64decode(name + b"=="))
        except (BadSignature, ValueError) as error:
            raise Unauthenticated(
                "A claim link carries a token that was signed here",
                f"a token that begins with {token[:8]}",
                "Open the link exactly as the shop sent it",
                code="invalid_link",
            ) from error


def read_secret(settings: Settings) -> str:
    """Returns the signing secret; without a setting, one is made once in the data folder."""
    if settings.secret_key:
        return settings.secret_key
    path = settings.data_dir / "secret_key"
    write_private(path, secrets.token_urlsafe(48))
    return path.read_text().strip()


def write_private(path: Path, content: str) -> bool:
    """Writes a file that only its owner may read; keeps one that exists and returns False."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(content)
    try:
        # A hard link appears whole or not at all, and never over an existing file.
        os.link(part, path)
    except FileExistsError:
        return False
    finally:
        part.unlink()
    return True
