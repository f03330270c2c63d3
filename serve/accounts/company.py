"""Signing in with a company account: there and back, and into a session like any other."""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from itsdangerous import BadSignature, URLSafeTimedSerializer

from model.errors import Forbidden, NotFound, Unauthenticated
from serve.accounts.company_people import admit
from serve.accounts.links import read_secret
from serve.accounts.sign_ins import delete_expired, end_sign_in, start_sign_in
from serve.accounts.throttle import count_company_sign_in, forgive_attempt, take_attempt

if TYPE_CHECKING:
    from serve.accounts.oidc import Errand, Issuer
    from serve.runtime import Runtime
    from serve.settings import Settings

log = logging.getLogger(__name__)

ERRAND_S = 600
"""How long a person may take at the issuer."""


def begin_sign_in(runtime: Runtime, going_on: str) -> tuple[str, str]:
    """Returns the issuer's address for a browser, and what the browser's cookie holds meanwhile.

    Args:
        runtime: the parts to work with.
        going_on: the page to show afterwards.

    Raises:
        NotFound: there are no company accounts here.
        Unavailable: the issuer does not answer.
    """
    address, errand = _issuer(runtime).begin(going_on)
    return address, _serializer(runtime.settings).dumps(asdict(errand))


def finish_sign_in(
    runtime: Runtime, held: str, answer: Mapping[str, str], address: str, old_token: str
) -> tuple[str, str]:
    """Returns the token of a new session, and the page to go on to.

    Args:
        runtime: the parts to work with.
        held: what the browser's cookie holds since `begin_sign_in`.
        answer: the issuer's, as the browser brings it.
        address: where the request came from.
        old_token: of the browser's session so far, which ends.

    Raises:
        Unauthenticated: the answer belongs to no sign-in of this browser, or the issuer does not
            vouch for it.
        Forbidden: nothing says that the person may come in, or their account is disabled.
        NotFound: there are no company accounts here.
        TooManyLogins: too many from there failed before.
        Unavailable: the issuer does not answer.
    """
    issuer, settings = _issuer(runtime), runtime.settings
    errand = _read_errand(settings, held, answer)
    counted = count_company_sign_in(address)
    with runtime.transaction() as session:
        taken = take_attempt(session, counted)
    claims = issuer.finish(errand, answer.get("code", ""))
    with runtime.transaction() as session:
        forgive_attempt(session, counted, taken)
        account = admit(session, settings, claims)
        if account is not None:
            if old_token:
                end_sign_in(session, old_token)
            delete_expired(session)
            log.info("%s %s signed in by OIDC from %s", account.role, account.id, address)
            return start_sign_in(session, account, settings), errand.next
    # Outside of the transaction: their earlier sessions have ended with it.
    log.warning("a company account without a role is refused, from %s", address)
    raise Forbidden(
        f"A company account comes in by its role in the claim {settings.oidc_role_claim}",
        "no role of this service",
        "Ask whoever keeps the company's accounts for a role",
        code="oidc_no_role",
    )


def _issuer(runtime: Runtime) -> Issuer:
    if runtime.issuer is None:
        raise NotFound(
            "People sign in with a company account where there are any",
            "no FRESHCLAIM_OIDC_ISSUER",
            "Sign in with name and password",
            code="not_found",
        )
    return runtime.issuer


def _read_errand(settings: Settings, held: str, answer: Mapping[str, str]) -> Errand:
    from serve.accounts.oidc import Errand, refuse

    try:
        fields: dict[str, Any] = _serializer(settings).loads(held, max_age=ERRAND_S)
    except BadSignature as error:
        raise _expired() from error
    errand = Errand(**fields)
    if not hmac.compare_digest(errand.state.encode(), answer.get("state", "").encode()):
        raise _expired()
    # RFC 9207: an answer that another issuer gave, in an attack that mixes two up.
    if answer.get("iss", settings.oidc_issuer) != settings.oidc_issuer:
        raise refuse("the answer of another issuer")
    if "error" in answer or not answer.get("code"):
        log.warning("a sign-in is refused by the issuer: %.60s", answer.get("error", "no code"))
        raise refuse("a refusal of the issuer")
    return errand


def _expired() -> Unauthenticated:
    return Unauthenticated(
        "The issuer's answer comes back to the browser that asked, once, within ten minutes",
        "one that nobody waits for",
        "Sign in again",
        code="oidc_expired",
    )


def _serializer(settings: Settings) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        read_secret(settings),
        salt=b"freshclaim company sign-in",
        signer_kwargs={"digest_method": hashlib.sha256},
    )
