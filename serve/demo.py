"""The demo shop: what a first start shows, and claims to look at."""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from model.errors import Unauthenticated
from serve.accounts.links import write_private
from serve.accounts.models import Account
from serve.accounts.service import (
    Caller,
    create_account,
    find_account,
    identify_key,
    issue_key,
    revoke_keys,
)
from serve.assessments.uploads import check_uploads
from serve.claims.assessing import assess_claim
from serve.claims.intake import Submission, accept_claim
from serve.orders.schemas import OrderIn
from serve.orders.service import register_order
from serve.runtime import Runtime
from serve.times import utc_now

SHOP_NAME, AGENT_NAME = "Demo shop", "Demo agent"
KEY_FILE = "demo.json"
PRICE_FEN = 3280


@dataclass(frozen=True)
class Demo:
    """What a person needs to try the service."""

    shop_key: str
    agent_key: str
    claim_link: str


def prepare_demo(runtime: Runtime) -> Demo:
    """Makes the demo shop and agent where they are missing, and an order to claim on.

    The two keys stay readable in the data folder, for its owner alone, so that they outlive a
    restart; the database holds only their hashes, as of all keys.
    """
    path = runtime.settings.data_dir / KEY_FILE
    with runtime.transaction() as session:
        keys = _read_keys(session, path)
        if keys is None:
            keys = {
                "shop_key": _renew_key(session, "shop", SHOP_NAME),
                "agent_key": _renew_key(session, "agent", AGENT_NAME),
            }
            path.unlink(missing_ok=True)
            write_private(path, json.dumps(keys, indent=1) + "\n")
        link = add_demo_order(runtime, session, f"demo-{uuid.uuid4().hex[:8]}")
    return Demo(**keys, claim_link=link)


def add_demo_order(runtime: Runtime, session: Session, order_id: str) -> str:
    """Registers an order of the demo shop, delivered a short while ago, and returns its link."""
    now = utc_now()
    facts = OrderIn(
        order_id=order_id,
        customer_id=f"customer-of-{order_id}",
        product="凯撒沙拉 Caesar salad",
        price_fen=PRICE_FEN,
        label_weight_g=350,
        batch=f"B{now:%Y%m%d}",
        promised_at=now - timedelta(minutes=20),
        delivered_at=now - timedelta(minutes=25),
    )
    order, _ = register_order(session, _demo_shop(session).id, facts)
    return f"{runtime.settings.base_url}/c/{runtime.links.sign(order.id)}"


def fill_demo(runtime: Runtime, samples: Path) -> Iterator[tuple[str, str, str]]:
    """Makes a claim from each sample picture.

    Args:
        runtime: the parts to work with.
        samples: a folder with manifest.csv (columns path and class at least).

    Yields:
        The picture, the reason claimed, and the claim's id.
    """
    with (samples / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with runtime.transaction() as session:
        shop = Caller("shop", account_id=_demo_shop(session).id)
    for row in rows:
        photo = samples / row["path"]
        order_id = f"sample-{uuid.uuid4().hex[:12]}"
        with runtime.transaction() as session:
            add_demo_order(runtime, session, order_id)
        file_storage = FileStorage(io.BytesIO(photo.read_bytes()), filename=photo.name)
        reason = _reason_for(" ".join(row.values()))
        uploads = check_uploads([file_storage], runtime.scoring)
        submission = Submission(order_id, reason, f"rendered sample {photo.name}", uploads)
        accepted = accept_claim(runtime, shop, submission)
        assess_claim(runtime, accepted.claim_id)
        yield photo.name, reason, str(accepted.claim_id)


def _reason_for(words: str) -> str:
    """Returns what a customer would pick for a sample, from its manifest row."""
    hints = {
        "portion": ("portion", "half", "short"),
        "foreign_object": (
            "foreign",
            "insect",
            "hair",
            "plastic",
            "metal",
            "glass",
            "paper",
            "stone",
        ),
    }
    for reason, marks in hints.items():
        if any(mark in words.lower() for mark in marks):
            return reason
    return "spoilage"


def _demo_shop(session: Session) -> Account:
    return find_account(session, "shop", SHOP_NAME) or create_account(session, "shop", SHOP_NAME)


def _read_keys(session: Session, path: Path) -> dict[str, str] | None:
    """Returns the kept keys while both are valid."""
    try:
        kept = json.loads(path.read_text())
        keys = {name: str(kept[name]) for name in ("shop_key", "agent_key")}
        for key in keys.values():
            identify_key(session, key)
    except (OSError, ValueError, KeyError, Unauthenticated):
        return None
    return keys


def _renew_key(session: Session, role: str, name: str) -> str:
    account = find_account(session, role, name) or create_account(session, role, name)
    revoke_keys(session, account)
    return issue_key(session, account)
