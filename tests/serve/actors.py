"""What tests do over and over: register an order, make a claim, see what the ledger says."""

from __future__ import annotations

import io
import itertools
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import cv2
import numpy as np
from werkzeug.datastructures import FileStorage

from serve.accounts.keys import issue_key
from serve.accounts.service import Caller, create_account
from serve.assessments.uploads import check_uploads
from serve.claims.assessing import assess_claim
from serve.claims.intake import Submission, accept_claim
from serve.claims.models import Claim
from serve.claims.presentation import present_claim
from serve.ledger.service import events_of
from serve.orders.models import Order
from serve.orders.schemas import OrderIn
from serve.orders.service import register_order
from serve.policy.rules import Policy
from serve.policy.service import publish_policy
from serve.runtime import Runtime
from serve.times import to_iso, utc_now

PROMISED = datetime(2026, 11, 1, 12, tzinfo=UTC)


def draw_photo(seed: int = 0, width_px: int = 320, height_px: int = 240) -> bytes:
    """Returns a JPEG of a few kilobytes, coarse noise; every seed gives other bytes."""
    tiles = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), np.uint8)
    picture = cv2.resize(tiles, (width_px, height_px), interpolation=cv2.INTER_NEAREST)
    return bytes(cv2.imencode(".jpg", picture)[1])


def upload(data: bytes, name: str = "a.jpg") -> FileStorage:
    return FileStorage(io.BytesIO(data), filename=name)


@dataclass
class Actors:
    """A shop and an agent."""

    runtime: Runtime
    shop: Caller
    shop_key: str
    agent: Caller
    agent_key: str
    _seeds: Iterator[int] = field(default_factory=itertools.count)

    @property
    def as_shop(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.shop_key}"}

    @property
    def as_agent(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.agent_key}"}

    @property
    def policy(self) -> Policy:
        return self.runtime.policy()

    def amend_policy(self, *changes: tuple[str, str], text: str | None = None) -> Policy:
        """Publishes the policy in force from now on with changes: pairs of old and new text."""
        before = self.policy
        text = text or before.text
        for old, new in (
            (f'version = "{before.version}"', f'version = "amended-{uuid.uuid4().hex}"'),
            (
                next(line for line in text.splitlines() if line.startswith("effective_from")),
                f"effective_from = {to_iso(utc_now())}",
            ),
            *changes,
        ):
            assert old in text, old
            text = text.replace(old, new, 1)
        policy = Policy(text)
        with self.runtime.transaction() as session:
            publish_policy(session, policy)
        return policy

    def stop_draws(self) -> None:
        """Publishes a policy under which no claim is drawn for an audit, or to be judged blind."""
        self.amend_policy(
            ("blind_propensity = 0.10", "blind_propensity = 0.0"),
            ("\npropensity = 0.05", "\npropensity = 0.0"),
        )

    def add_shop_key(self) -> str:
        """Returns the key of another shop."""
        with self.runtime.transaction() as session:
            return issue_key(session, create_account(session, "shop", "another shop"))

    def add_order(self, *, late_min: int = 0, **facts: object) -> Order:
        """Registers an order of 3280 fen unless said otherwise."""
        values = {
            "order_id": f"order-{uuid.uuid4().hex[:10]}",
            "customer_id": f"customer-{uuid.uuid4().hex[:10]}",
            "product": "Caesar salad",
            "price_fen": 3280,
            "promised_at": PROMISED,
            "delivered_at": PROMISED + timedelta(minutes=late_min),
            **facts,
        }
        assert self.shop.account_id
        with self.runtime.transaction() as session:
            return register_order(session, self.shop.account_id, OrderIn(**values))[0]

    def token_of(self, order: Order) -> str:
        return self.runtime.links.sign(order.id)

    def add_claim(
        self,
        *assessments: dict[str, Any],
        reason: str = "spoilage",
        order: Order | None = None,
        decide: bool = True,
        late_min: int = 0,
        description: str = "",
        **facts: object,
    ) -> uuid.UUID:
        """Makes a claim whose photos are found to show what the assessments say.

        The whole way is taken but for the model: photos are stored, rows written, jobs enqueued.
        """
        order = order or self.add_order(late_min=late_min, **facts)
        # No photo twice: one that was sent for another order before calls an agent.
        files = [upload(draw_photo(next(self._seeds))) for _ in assessments]
        uploads = check_uploads(files, self.runtime.scoring)
        submission = Submission(order.order_id, reason, description, uploads)
        claim_id = accept_claim(self.runtime, self.shop, submission).claim_id
        with self.runtime.transaction() as session:
            claim = session.get_one(Claim, claim_id)
            for photo, assessment in zip(claim.photos, assessments, strict=True):
                photo.assessment = {**assessment, "sha256": photo.sha256}
        if decide:
            assess_claim(self.runtime, claim_id)
        return claim_id

    def show(self, claim_id: uuid.UUID, *, for_agent: bool = False) -> dict[str, Any]:
        with self.runtime.transaction() as session:
            claim = session.get_one(Claim, claim_id)
            return present_claim(session, self.runtime, claim, for_agent=for_agent)

    def ledger_kinds(self, claim_id: uuid.UUID) -> list[str]:
        with self.runtime.transaction() as session:
            return [event.kind for event in events_of(session, claim_id)]


def make_actors(runtime: Runtime) -> Actors:
    """Returns a shop and an agent, with their keys."""
    with runtime.transaction() as session:
        shop = create_account(session, "shop", "a shop")
        agent = create_account(session, "agent", "an agent")
        return Actors(
            runtime=runtime,
            shop=Caller("shop", account_id=shop.id),
            shop_key=issue_key(session, shop),
            agent=Caller("agent", account_id=agent.id),
            agent_key=issue_key(session, agent),
        )
