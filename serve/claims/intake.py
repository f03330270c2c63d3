"""Accepting a claim in one transaction: checked first, then its photos, then their rows.

What is refused stores nothing. A crash before the commit leaves at most photos that nothing names,
which are swept; a crash after it leaves a claim whose job is in the queue. Nothing that was
answered with an id is ever lost.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from model.canonical import hash_canonical
from model.errors import Conflict, Forbidden, InvalidInput, TooLarge
from serve.accounts.service import Caller
from serve.assessments.uploads import Upload, store_uploads
from serve.claims.idempotency import find_record, keep_record
from serve.claims.models import Claim, ClaimPhoto, IdempotencyRecord
from serve.claims.progress import RECEIVED
from serve.claims.schemas import MAX_PHOTOS, MAX_PHOTOS_IN_ALL
from serve.claims.service import load_claim, make_salt, refuse_erased
from serve.jobs.queue import ASSESS_CLAIM
from serve.ledger.service import Entry, append_event
from serve.orders.service import digest_order, find_order, get_order
from serve.policy.service import policy_in_force
from serve.runtime import Runtime
from serve.times import after, utc_now

if TYPE_CHECKING:
    from serve.orders.models import Order
    from serve.policy.rules import Policy

JOB_DELAY_S = 5
"""The request assesses at once; the job is for when it could not finish."""


@dataclass(frozen=True)
class Submission:
    """A claim as it came in, checked; `received_at` is when its request began, by default now."""

    order_id: str | None
    reason: str
    description: str
    uploads: Sequence[Upload]
    idempotency_key: str | None = None
    received_at: datetime | None = None

    def body_sha256(self) -> str:
        """Returns the hash of everything that makes the submission what it is."""
        photos = [upload.sha256 for upload in self.uploads]
        return hash_canonical([self.order_id, self.reason, self.description, photos])


@dataclass(frozen=True)
class Accepted:
    """An accepted claim; `replayed` is the record of an earlier identical request."""

    claim_id: uuid.UUID
    replayed: IdempotencyRecord | None = None


def accept_claim(runtime: Runtime, caller: Caller, submission: Submission) -> Accepted:
    """Stores a claim durably and enqueues its assessment.

    Raises:
        InvalidInput: the number of photos does not fit the reason, or the key came with another
            body before.
        NotFound: there is no such order.
        Conflict: the order has a claim for this reason already.
        Unavailable: photos cannot be stored now.
    """
    _check_count(submission)
    with runtime.transaction() as session:
        order = _resolve_order(session, caller, submission.order_id)
        record = find_record(session, caller, submission.idempotency_key, submission.body_sha256())
        if record is not None:
            return Accepted(record.claim_id, record)
        return _write_claim(session, runtime, caller, submission, order)


def add_photos(
    runtime: Runtime, caller: Caller, claim_id: str, uploads: Sequence[Upload]
) -> uuid.UUID:
    """Adds photos to a claim that waits for one, or for an agent, and returns its id.

    Raises:
        Conflict: the claim is decided, or erased.
        TooLarge: it would have too many photos.
        Unavailable: photos cannot be stored now.
    """
    with runtime.transaction() as session:
        claim = load_claim(session, caller, claim_id, lock=True)
        refuse_erased(claim)
        if claim.status not in (RECEIVED, "needs_photo", "needs_agent"):
            raise Conflict(
                "Photos can be added while a claim waits for a photo or an agent",
                f"a claim with the status {claim.status}",
                "Appeal to have an agent look again",
                code="claim_decided",
            )
        known = {photo.sha256 for photo in claim.photos}
        fresh = [upload for upload in uploads if upload.sha256 not in known]
        if len(known) + len(fresh) > MAX_PHOTOS_IN_ALL:
            raise TooLarge(
                f"A claim has at most {MAX_PHOTOS_IN_ALL} photos in all",
                f"{len(known)} photos that it has and {len(fresh)} new ones",
                "Send fewer photos",
                code="too_many_photos",
            )
        store_uploads(session, runtime, fresh)
        _write_photos(session, claim.id, fresh, first_position=len(known))
        if claim.status == "needs_photo":
            claim.status = RECEIVED
        hashes = [upload.sha256 for upload in fresh]
        runtime.jobs.defer(session, ASSESS_CLAIM, delay_s=JOB_DELAY_S, claim_id=str(claim.id))
        append_event(
            session, Entry(claim.id, "photos_added", caller.name, payload={"photos": hashes})
        )
        return claim.id


def _check_count(submission: Submission) -> None:
    count = len(submission.uploads)
    if count > MAX_PHOTOS:
        raise TooLarge(
            f"A claim comes with at most {MAX_PHOTOS} photos",
            f"{count} photos",
            "Send the photos that show the problem best",
            code="too_many_photos",
        )
    if count == 0 and submission.reason != "delivery":
        raise InvalidInput(
            "A claim comes with a photo, except for a late delivery",
            "no photo",
            f"Send one to {MAX_PHOTOS} files in the form field photo",
            code="photo_missing",
        )


def _resolve_order(session: Session, caller: Caller, order_id: str | None) -> Order:
    order = _find_own_order(session, caller, order_id)
    # The claim repeats the order's customer, who is not erased from either meanwhile.
    session.refresh(order, with_for_update={"read": True, "key_share": True})
    return order


def _find_own_order(session: Session, caller: Caller, order_id: str | None) -> Order:
    if caller.order_pk is not None:
        order = get_order(session, caller.order_pk)
        if order_id not in (None, order.order_id):
            raise Forbidden(
                "A claim link is valid for its own order only",
                f"order_id {order_id}",
                "Leave order_id out, or use the link of that order",
                code="other_order",
            )
        return order
    if caller.account_id is None or order_id is None:
        raise InvalidInput(
            "A shop's claim names the order that it is about",
            "no order_id",
            "Send order_id as you registered it",
            code="no_order_id",
        )
    return find_order(session, caller.account_id, order_id)


def _write_claim(
    session: Session, runtime: Runtime, caller: Caller, submission: Submission, order: Order
) -> Accepted:
    policy = policy_in_force(session, submission.received_at)
    claim = _insert_claim(session, submission, order, policy)
    if claim is None:
        return _find_twin(session, caller, submission, order)
    claim_id = claim.id
    store_uploads(session, runtime, submission.uploads)
    claim.acknowledged_at = utc_now()
    _write_photos(session, claim_id, submission.uploads)
    if submission.idempotency_key:
        keep_record(session, caller, submission.idempotency_key, submission.body_sha256(), claim_id)
    runtime.jobs.defer(session, ASSESS_CLAIM, delay_s=JOB_DELAY_S, claim_id=str(claim_id))
    payload = {
        "order_id": order.order_id,
        "reason": submission.reason,
        "photos": [upload.sha256 for upload in submission.uploads],
        "customer_sha256": claim.seal(claim.customer_id),
        "description_sha256": claim.seal(claim.description),
        "policy_sha256": policy.sha256,
        "order_sha256": digest_order(order),
    }
    append_event(session, Entry(claim_id, "received", caller.name, payload=payload))
    return Accepted(claim_id)


def _insert_claim(
    session: Session, submission: Submission, order: Order, policy: Policy
) -> Claim | None:
    """Inserts the claim unless its order has one for the reason; waits for a twin in flight."""
    clocks, now = policy.table.clocks, utc_now()
    received_at = submission.received_at or now
    return session.scalar(
        insert(Claim)
        .values(
            id=uuid.uuid4(),
            salt=make_salt(),
            order_id=order.id,
            shop_id=order.shop_id,
            customer_id=order.customer_id,
            batch=order.batch,
            reason=submission.reason,
            description=submission.description,
            status=RECEIVED,
            policy_sha256=policy.sha256,
            received_at=received_at,
            acknowledged_at=now,
            acknowledge_due_at=after(received_at, clocks.acknowledged_s),
            answer_due_at=after(received_at, clocks.first_answer_s),
            resolve_due_at=after(received_at, clocks.resolved_s),
            follow_up_s=clocks.follow_up_s,
        )
        .on_conflict_do_nothing(index_elements=["order_id", "reason"])
        .returning(Claim)
    )


def _find_twin(session: Session, caller: Caller, submission: Submission, order: Order) -> Accepted:
    record = find_record(session, caller, submission.idempotency_key, submission.body_sha256())
    if record is not None:
        return Accepted(record.claim_id, record)
    existing = session.scalar(
        select(Claim.id).where(Claim.order_id == order.id, Claim.reason == submission.reason)
    )
    raise Conflict(
        "An order has one claim per reason",
        f"a second claim for {submission.reason}; the first is {existing}",
        "Add photos to the first claim, or appeal its answer",
        code="claim_exists",
    )


def _write_photos(
    session: Session, claim_id: uuid.UUID, uploads: Sequence[Upload], first_position: int = 0
) -> None:
    for position, upload in enumerate(uploads, first_position):
        session.add(
            ClaimPhoto(
                claim_id=claim_id,
                position=position,
                sha256=upload.sha256,
                name=upload.name,
                added_at=utc_now(),
                taken_at=upload.taken_at,
            )
        )
    session.flush()
