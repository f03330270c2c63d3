"""Who may call a route: reads the credentials of a request and guards views."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import g, request

from model.errors import Forbidden, Unauthenticated
from serve.accounts.cookies import read_cookie, resume_visit
from serve.accounts.keys import KEY_PREFIX, identify_key
from serve.accounts.service import PEOPLE, Caller
from serve.orders.service import open_link
from serve.runtime import current_runtime

P = ParamSpec("P")
R = TypeVar("R")

SHOP, AGENT, LEAD, ADMIN, CUSTOMER = "shop", "agent", "lead", "admin", "customer"
_OF_ROLE = {
    SHOP: "a shop",
    AGENT: "an agent",
    LEAD: "a lead",
    ADMIN: "an admin",
    CUSTOMER: "a claim link",
}


def require_role(*roles: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Guards a view: only callers of these roles come in. Place it above input checks.

    A lead may do what an agent may, an admin what a lead may.
    """
    admitted = _widen(roles)

    def guard(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            g.caller = identify_caller(by_cookie=not admitted.isdisjoint(PEOPLE))
            if g.caller.role not in admitted:
                raise Forbidden(
                    f"This route is open to {_join(roles)}",
                    f"credentials of {_OF_ROLE[g.caller.role]}",
                    f"Use credentials of {_join(roles, 'or')}",
                    code="wrong_role",
                )
            return view(*args, **kwargs)

        return guarded

    return guard


def _widen(roles: tuple[str, ...]) -> frozenset[str]:
    """Returns the roles, and of people also those above."""
    lowest = min([PEOPLE.index(role) for role in roles if role in PEOPLE], default=len(PEOPLE))
    return frozenset(roles) | frozenset(PEOPLE[lowest:])


def _join(roles: tuple[str, ...], word: str = "and") -> str:
    return f" {word} ".join(_OF_ROLE[role] for role in roles)


def current_caller() -> Caller:
    """Returns who sent the request that a guarded view handles."""
    return cast(Caller, g.caller)


def identify_caller(*, by_cookie: bool = False) -> Caller:
    """Returns who sent the current request.

    Args:
        by_cookie: whether a signed-in person's cookie counts, where there is no other credential.

    Raises:
        Unauthenticated: there are no credentials, or they are not valid.
        Forbidden: a request by cookie that changes something lacks what shows that it was meant.
    """
    credential = _read_credential()
    runtime = current_runtime()
    if credential is None:
        if by_cookie and read_cookie():
            return resume_visit().caller
        raise Unauthenticated(
            "A request carries an API key or a claim-link token",
            "neither",
            "Send the header Authorization: Bearer, followed by the key or token",
            code="no_credentials",
        )
    if credential.startswith(KEY_PREFIX):
        with runtime.transaction() as session:
            return identify_key(session, credential)
    order_pk = runtime.links.read(credential)
    with runtime.transaction() as session:
        open_link(session, order_pk, runtime.settings.claim_link_days)
    return Caller(CUSTOMER, order_pk=order_pk)


def _read_credential() -> str | None:
    scheme, _, credential = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and credential.strip():
        return credential.strip()
    # Only claim links travel outside the header: a key in an address would end up in logs.
    token = request.args.get("token") or request.form.get("token") or ""
    if token and not token.startswith(KEY_PREFIX):
        return token
    return None
