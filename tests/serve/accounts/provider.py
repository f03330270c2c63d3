"""A real OpenID Connect provider on this machine, which can lie in every way a provider must not.

It lets everybody in as whom `person` says, without a question.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT_ID, CLIENT_SECRET = "freshclaim", "secret/of+the client"

Claims = dict[str, Any]


@dataclass
class Provider:
    """What it answers.

    Attributes:
        issuer: its address.
        person: claims of whoever signs in.
        amend: changes the claims of an ID token before it is signed.
        sign: makes the ID token of the claims.
        status: of every answer; other than 200 it is out of order.
        pause: runs before every answer.
        document: changes of the discovery document.
        strange_keys: of the key set, before the one that signs.
        asked: paths that were asked for.
    """

    issuer: str = ""
    person: Claims = field(default_factory=lambda: {"sub": "u-1", "name": "Zhao Min"})
    amend: Callable[[Claims], object] = lambda claims: None
    sign: Callable[[Claims], str] = lambda claims: sign_with(KEY, claims)
    status: int = 200
    pause: Callable[[], object] = lambda: None
    document: dict[str, Any] = field(default_factory=dict)
    strange_keys: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def describe(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            **self.document,
        }

    def authorize(self, query: dict[str, str]) -> str:
        """Returns where the browser goes back to."""
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        assert "openid" in query["scope"].split()
        code = secrets.token_urlsafe(8)
        self._codes[code] = query
        back = {"code": code, "state": query["state"], "iss": self.issuer}
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def redeem(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Returns the status and body for a code, which counts once."""
        wanted = base64.b64encode(f"{CLIENT_ID}:secret%2Fof%2Bthe+client".encode()).decode()
        if authorization != f"Basic {wanted}":
            return 401, {"error": "invalid_client"}
        query = self._codes.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            query is None
            or query["redirect_uri"] != form["redirect_uri"]
            or query["code_challenge"] != challenge
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": query["nonce"],
            **self.person,
        }
        self.amend(claims)
        token = {"access_token": "at", "token_type": "Bearer", "id_token": self.sign(claims)}
        return 200, token


def make_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


KEY = make_key("first")
STRANGER = make_key("first")
"""Another key that calls itself the same."""


def sign_with(key: RSAKey, claims: Claims) -> str:
    return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)


def leave_unsigned(claims: Claims) -> str:
    def pack(part: Claims) -> str:
        return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()

    return f"{pack({'alg': 'none', 'typ': 'JWT', 'kid': 'first'})}.{pack(claims)}."


class Handler(BaseHTTPRequestHandler):
    """Answers for the server's provider."""

    server: Server

    def do_GET(self) -> None:
        url, provider = urlsplit(self.path), self.server.provider
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        provider.asked.append(url.path)
        provider.pause()
        if url.path == "/authorize":
            self.answer(303, {}, location=provider.authorize(query))
        elif url.path == "/jwks":
            known: dict[str, Any] = KeySet([KEY]).as_dict(private=False)  # type: ignore[assignment]
            keys = [*provider.strange_keys, *known["keys"]]
            self.answer(provider.status, {"keys": keys})
        else:
            assert url.path == "/.well-known/openid-configuration"
            self.answer(provider.status, provider.describe())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self.server.provider.asked.append(self.path)
        self.answer(*self.server.provider.redeem(form, self.headers.get("authorization", "")))

    def answer(self, status: int, body: object, location: str = "") -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        if location:
            self.send_header("location", location)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    def __init__(self, provider: Provider) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.provider = provider

    def handle_error(self, *_: object) -> None:
        """A client that gave up waiting is part of the tests."""


@contextmanager
def run_provider() -> Iterator[Provider]:
    """Yields a provider that listens."""
    provider = Provider()
    server = Server(provider)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
