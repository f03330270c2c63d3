"""Who opens a claim link, and for which order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.errors import Forbidden, NotFound, Unauthenticated
from serve.accounts.access import CUSTOMER
from serve.accounts.service import Caller
from serve.claims.service import list_claims
from serve.orders.service import open_link
from serve.runtime import current_runtime

if TYPE_CHECKING:
    from serve.orders.models import Order


@dataclass(frozen=True)
class Visit:
    """A customer with the link of an order.

    Attributes:
        token: what the link carries; it authorises everything on the order's pages.
        caller: the customer.
        order: what was ordered.
        claims: ids of the claims made on it, by reason, in the order made.
    """

    token: str
    caller: Caller
    order: Order
    claims: dict[str, str]


def open_visit(token: str) -> Visit:
    """Returns who comes with a token.

    Raises:
        NotFound: the token was not signed here.
        Forbidden: the link is older than it may be.
    """
    runtime = current_runtime()
    try:
        order_pk = runtime.links.read(token)
        with runtime.transaction() as session:
            order = open_link(session, order_pk, runtime.settings.claim_link_days)
            claims = {claim.reason: str(claim.id) for claim in list_claims(session, order_pk)}
    except Unauthenticated as error:
        # A page asks for no credentials: a wrong link leads nowhere, an old one nowhere any more.
        kind = Forbidden if error.code == "link_expired" else NotFound
        raise kind(error.rule, error.received, error.remedy, code=error.code) from error
    return Visit(token, Caller(CUSTOMER, order_pk=order_pk), order, claims)
