"""Browsers that a person has signed in with before, known by a signed cookie.

It lets nobody in. It only tells a login of that person's from guesses at their name, see
`serve.accounts.throttle`.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid

from itsdangerous import BadSignature, URLSafeTimedSerializer

from serve.accounts.links import read_secret
from serve.settings import Settings

LASTS_S = 180 * 86400
_NAME_BYTES = 16


def sign_device(settings: Settings, account_id: uuid.UUID, name: str | None = None) -> str:
    """Returns the cookie of a person's browser, which gets a name where it has none yet."""
    name = name or secrets.token_hex(_NAME_BYTES)
    return _serializer(settings).dumps([str(account_id), name])


def read_device(settings: Settings, cookie: str, account_id: uuid.UUID | None) -> str | None:
    """Returns the name of the browser if the cookie is one that this person was given."""
    try:
        owner, name = _serializer(settings).loads(cookie, max_age=LASTS_S)
    except BadSignature:
        return None
    return str(name) if account_id and owner == str(account_id) else None


def _serializer(settings: Settings) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        read_secret(settings),
        salt=b"freshclaim device",
        signer_kwargs={"digest_method": hashlib.sha256},
    )
