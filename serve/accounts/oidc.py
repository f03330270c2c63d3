"""OpenID Connect: what goes to and fro between the service and who keeps the company's accounts.

The authorization code flow with PKCE, state and nonce (OpenID Connect Core 1.0, section 3.1;
RFC 7636; RFC 9207). Authlib holds ID tokens to its rules, joserfc checks their signatures.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote_plus

import httpx
from authlib.common.security import generate_token
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, import_key
from joserfc.jws import JWSRegistry

from model.errors import Unauthenticated, Unavailable
from serve.settings import Settings, is_safe_to_trust
from serve.times import utc_now

log = logging.getLogger(__name__)

WAIT_S = 5.0
"""For a connection, and for each packet of an answer."""

_DISCOVERY_KEPT = timedelta(minutes=5)
_CLOCK_SKEW_S = 60
_SECRET_LENGTH = 48

# Never `none`, and none whose secret the issuer shares with us: whoever holds it could sign.
_ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "Ed25519", "EdDSA"),
)

_Answer = dict[str, Any]


@dataclass(frozen=True)
class Errand:
    """What a browser takes along to the issuer and must bring back.

    Attributes:
        state: ties the answer to the browser that asked.
        nonce: ties the ID token to the question.
        verifier: ties the code to who asked for it (PKCE).
        next: the page to go on to.
    """

    state: str
    nonce: str
    verifier: str
    next: str


class Issuer:
    """Who keeps the company's accounts. Nothing is asked before somebody signs in.

    While it does not answer, those who sign in hold at most half of the threads: customers go on.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._places = threading.BoundedSemaphore(max(1, settings.threads // 2))
        self._found: tuple[datetime, _Answer] | None = None

    @property
    def redirect_uri(self) -> str:
        """Where the issuer sends browsers back to; registered with it."""
        return f"{self._settings.base_url}/console/oidc/callback"

    def begin(self, going_on: str) -> tuple[str, Errand]:
        """Returns the address to send a browser to, and what it takes along.

        Raises:
            Unavailable: the issuer does not answer, or too many are being asked for already.
        """
        state, nonce, verifier = (generate_token(_SECRET_LENGTH) for _ in range(3))
        errand = Errand(state, nonce, verifier, going_on)
        endpoint = self._discover()["authorization_endpoint"]
        address = prepare_grant_uri(
            endpoint,
            client_id=self._settings.oidc_client_id,
            response_type="code",
            redirect_uri=self.redirect_uri,
            scope=self._settings.oidc_scopes,
            state=errand.state,
            nonce=errand.nonce,
            code_challenge=create_s256_code_challenge(errand.verifier),
            code_challenge_method="S256",
        )
        return str(address), errand

    def finish(self, errand: Errand, code: str) -> _Answer:
        """Returns the claims of the ID token that the code stands for, checked.

        Raises:
            Unauthenticated: the issuer does not know the code, or the token is not for us, not for
                this sign-in, not signed by the issuer, or has run out.
            Unavailable: the issuer does not answer.
        """
        found = self._discover()
        with self._open() as client:
            token = self._redeem(client, found, errand, code)
            keys = _ask(client, "GET", found["jwks_uri"])
        return self._check(token, keys, errand)

    def _discover(self) -> _Answer:
        """Returns what the issuer says of itself, which is asked for every few minutes only."""
        kept = self._found
        if kept is not None and utc_now() - kept[0] < _DISCOVERY_KEPT:
            return kept[1]
        with self._open() as client:
            found = _discover(client, self._settings.oidc_issuer)
        self._found = (utc_now(), found)
        return found

    @contextmanager
    def _open(self) -> Iterator[httpx.Client]:
        if not self._places.acquire(blocking=False):
            raise Unavailable(
                "Sign-ins by company account leave threads to everybody else",
                "one more than may wait for the issuer",
                "Try again in a few seconds",
                code="busy",
            )
        try:
            with httpx.Client(timeout=WAIT_S) as client:
                yield client
        finally:
            self._places.release()

    def _redeem(self, client: httpx.Client, found: _Answer, errand: Errand, code: str) -> _Answer:
        us, secret = self._settings.oidc_client_id, self._settings.oidc_client_secret
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": errand.verifier,
        }
        ways = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if secret and "client_secret_basic" in ways:
            # RFC 6749, section 2.3.1: both are encoded before they are joined.
            by = httpx.BasicAuth(quote_plus(us), quote_plus(secret))
            return _ask(client, "POST", found["token_endpoint"], data=form, auth=by)
        form |= {"client_id": us} | ({"client_secret": secret} if secret else {})
        return _ask(client, "POST", found["token_endpoint"], data=form)

    def _check(self, token: _Answer, keys: _Answer, errand: Errand) -> _Answer:
        us, issuer = self._settings.oidc_client_id, self._settings.oidc_issuer
        registry = JWSRegistry(algorithms=_ALGORITHMS, strict_check_header=False)
        try:
            read = jwt.decode(
                str(token["id_token"]),
                _read_keys(keys),
                registry=registry,
            )
            claims = CodeIDToken(
                read.claims,
                read.header,
                {
                    "iss": {"essential": True, "value": issuer},
                    "sub": {"essential": True},
                    "aud": {"essential": True, "value": us},
                },
                {
                    "nonce": errand.nonce,
                    "client_id": us,
                    "access_token": token.get("access_token"),
                },
            )
            claims.validate(leeway=_CLOCK_SKEW_S)
        except (JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("an ID token is refused: %s", type(error).__name__)
            raise refuse(f"an ID token that breaks a rule ({type(error).__name__})") from error
        return dict(claims)


def _read_keys(said: _Answer) -> KeySet:
    """Returns the keys of the issuer's that can be used; one of a kind unknown here spoils none."""
    known = []
    for key in said["keys"]:
        try:
            known.append(import_key(key))
        except (JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("a key of the issuer is left out: %s", type(error).__name__)
    return KeySet(known)


def refuse(received: str) -> Unauthenticated:
    """Returns the error of a sign-in that the issuer does not vouch for."""
    return Unauthenticated(
        "A person signs in with an account that its issuer vouches for",
        received,
        "Sign in again",
        code="oidc_refused",
    )


def _discover(client: httpx.Client, issuer: str) -> _Answer:
    """Returns what the issuer says of itself (OpenID Connect Discovery 1.0, section 4)."""
    found = _ask(client, "GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != issuer:
        raise _down("the discovery document of another issuer")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not is_safe_to_trust(str(found.get(name))):
            raise _down(f"a discovery document without a safe {name}")
    return found


def _ask(client: httpx.Client, method: str, url: str, **more: Any) -> _Answer:  # noqa: ANN401
    """Returns the issuer's JSON object; a code that it refuses is no failure of its own."""
    try:
        answer = client.request(method, url, headers={"accept": "application/json"}, **more)
        said = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise _down(type(error).__name__) from error
    if answer.is_success and isinstance(said, dict):
        return said
    if method == "POST" and answer.is_client_error and isinstance(said, dict):
        log.warning("a sign-in is refused: %s", str(said.get("error"))[:60])
        raise refuse("a code that the issuer refuses")
    raise _down(f"HTTP {answer.status_code}")


def _down(received: str) -> Unavailable:
    log.error("the OpenID Connect issuer cannot be used: %s", received)
    return Unavailable(
        "People sign in with their company account while its issuer answers",
        received,
        "Try again in a minute; see FRESHCLAIM_OIDC_ISSUER in docs/settings.md",
        code="oidc_down",
    )
