"""The demo shop: what a first start shows."""

from __future__ import annotations

import json
import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from model.errors import Unauthenticated
from serve.accounts.keys import identify_key, issue_key, revoke_keys
from serve.accounts.links import write_private
from serve.accounts.passwords import set_password
from serve.accounts.service import create_account, find_account
from serve.claims.service import list_claims
from serve.orders.facts import select_orders
from serve.orders.schemas import OrderIn
from serve.orders.service import register_order
from serve.runtime import Runtime
from serve.times import utc_now

if TYPE_CHECKING:
    from serve.accounts.models import Account
    from serve.orders.models import Order

SHOP_NAME, AGENT_NAME, LEAD_NAME = "Demo shop", "Demo agent", "Demo lead"
PARTNER_NAME = "Demo canteen"
"""A shop that takes webhooks; it comes with the day of `python -m serve demo`."""

KEY_FILE = "demo.json"
PRODUCT = "凯撒沙拉 Caesar salad"
PRICE_FEN = 3280
_PASSWORD_BYTES = 12
_ORDER, _FRESH = "demo-", timedelta(hours=12)
_KEPT = ("shop_key", "agent_key", "agent_password", "lead_password")


@dataclass(frozen=True)
class Demo:
    """What a person needs to try the service."""

    shop_key: str
    agent_key: str
    agent_password: str
    claim_link: str
    lead_password: str
    agent_name: str = AGENT_NAME
    lead_name: str = LEAD_NAME


def prepare_demo(runtime: Runtime) -> Demo:
    """Makes the demo shop, agent and lead where they are missing, and an order to claim on.

    The two keys and the passwords stay readable in the data folder, for its owner alone, so that
    they outlive a restart; the database holds only their hashes, as of all of them.
    """
    path = runtime.settings.data_dir / KEY_FILE
    with runtime.transaction() as session:
        keys = _read_keys(session, path)
        if keys is None:
            keys = {
                "shop_key": _renew_key(session, "shop", SHOP_NAME),
                "agent_key": _renew_key(session, "agent", AGENT_NAME),
                "agent_password": _renew_password(session, "agent", AGENT_NAME),
                "lead_password": _renew_password(session, "lead", LEAD_NAME),
            }
            path.unlink(missing_ok=True)
            write_private(path, json.dumps(keys, indent=1) + "\n")
        order_pk = _find_free_order(session)
        if order_pk is None:
            order_pk = add_demo_order(session, f"{_ORDER}{uuid.uuid4().hex[:8]}").id
    link = f"{runtime.settings.base_url}/c/{runtime.links.sign(order_pk)}"
    return Demo(**keys, claim_link=link)


def add_demo_order(session: Session, order_id: str, product: str = PRODUCT) -> Order:
    """Registers an order of the demo shop, delivered a short while ago."""
    now = utc_now()
    facts = OrderIn(
        order_id=order_id,
        customer_id=f"customer-of-{order_id}",
        product=product,
        price_fen=PRICE_FEN,
        label_weight_g=350,
        batch=f"B{now:%Y%m%d}",
        promised_at=now - timedelta(minutes=20),
        delivered_at=now - timedelta(minutes=25),
    )
    order, _ = register_order(session, demo_shop(session).id, facts)
    return order


def _find_free_order(session: Session) -> uuid.UUID | None:
    """Returns the newest order that a start has made in the last hours and nobody claimed on."""
    orders = select_orders()
    c = orders.selected_columns
    since = utc_now() - _FRESH
    mine = orders.where(c.shop_id == demo_shop(session).id, c.order_id.startswith(_ORDER))
    found = session.execute(mine.where(c.at > since).order_by(c.at.desc())).all()
    return next((row.id for row in found if not list_claims(session, row.id)), None)


def demo_shop(session: Session) -> Account:
    return ensure_account(session, "shop", SHOP_NAME)


def ensure_account(session: Session, role: str, name: str) -> Account:
    """Returns the account of that role and name, made where it is missing."""
    return find_account(session, role, name) or create_account(session, role, name)


def _read_keys(session: Session, path: Path) -> dict[str, str] | None:
    """Returns the kept keys and passwords while both keys are valid."""
    try:
        kept = json.loads(path.read_text())
        keys = {name: str(kept[name]) for name in _KEPT}
        for name in ("shop_key", "agent_key"):
            identify_key(session, keys[name])
    except (OSError, ValueError, KeyError, Unauthenticated):
        return None
    return keys


def _renew_key(session: Session, role: str, name: str) -> str:
    account = ensure_account(session, role, name)
    revoke_keys(session, account)
    return issue_key(session, account)


def _renew_password(session: Session, role: str, name: str) -> str:
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    set_password(session, ensure_account(session, role, name), password)
    return password
