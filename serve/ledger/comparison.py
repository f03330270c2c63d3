"""Compares what the tables hold of a claim with what the ledger has written of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from model.canonical import dump_canonical, hash_canonical
from serve.ledger.models import LedgerEvent, Refund
from serve.ledger.refunds import describe_refund, message_subject
from serve.ledger.standing import derive_standing
from serve.ledger.standing import told as _told
from serve.orders.service import digest_order
from serve.times import to_iso
from serve.webhooks.service import REFUND_INSTRUCTED

if TYPE_CHECKING:
    from serve.agents.models import PendingVerdict, Verdict
    from serve.claims.models import Claim
    from serve.orders.models import Order
    from serve.webhooks.models import Message

CLOSED = "closed"
PAID = ("paid", "refund_released")
"""What says that a refund is paid; the second is how ledgers from before 2026-11-24 say it."""

_LONGEST = 80


@dataclass(frozen=True)
class ClaimFile:
    """All rows and events of one claim.

    `messages` are those of its refunds, by subject; `policy_version` is that of its policy;
    `pending` is a verdict that is entered and not given yet.
    """

    claim: Claim
    order: Order | None
    verdicts: Sequence[Verdict]
    refunds: Sequence[Refund]
    events: Sequence[LedgerEvent]
    messages: Mapping[str, Message]
    policy_version: str | None
    pending: PendingVerdict | None = None

    def of(self, *kinds: str) -> list[LedgerEvent]:
        """Returns the events of these kinds, oldest first."""
        return [event for event in self.events if event.kind in kinds]


def hash_said(note: object, labels: object) -> str:
    """Returns the hash of what a verdict says beside decision, grade and amount."""
    return hash_canonical([note, labels])


def compare_claim(file: ClaimFile) -> Iterator[str]:
    """Yields what differs between a claim's rows and its events, in words."""
    yield from _compare_received(file)
    yield from _compare_order(file)
    yield from _compare_standing(file)
    yield from _compare_photos(file)
    yield from _compare_decisions(file)
    yield from _compare_verdicts(file)
    yield from _compare_refunds(file)
    yield from _compare_money(file)


def _compare_received(file: ClaimFile) -> Iterator[str]:
    claim, received = file.claim, file.of("received")
    if len(received) != 1:
        yield f"the ledger has received it {len(received)} times"
        return
    rows = {
        "order_id": file.order.order_id if file.order else None,
        "reason": claim.reason,
        "policy_sha256": claim.policy_sha256,
        "order_sha256": digest_order(file.order) if file.order else None,
    }
    if claim.erased_at is None:
        rows["customer_sha256"] = claim.seal(claim.customer_id)
        rows["description_sha256"] = claim.seal(claim.description)
    yield from _differences("claim", rows, _told(received[0]))
    yield from _compare_appeal(file)
    erased = len(file.of("erased"))
    yield from _difference("times erased", int(claim.erased_at is not None), erased)


def _compare_appeal(file: ClaimFile) -> Iterator[str]:
    """Of an erased appeal nobody can tell any more what it said, but that there was one."""
    appeal, told = file.claim.appeal, file.of("appealed")
    yield from _difference("appeals", int(appeal is not None), len(told))
    if appeal is not None and told and file.claim.erased_at is None:
        yield from _differences("appeal", {"text_sha256": file.claim.seal(appeal)}, _told(told[0]))


def _compare_order(file: ClaimFile) -> Iterator[str]:
    """What a claim repeats of its order is the order's: that never changes."""
    for name in ("shop_id", "customer_id", "batch"):
        own, order = getattr(file.claim, name), getattr(file.order, name, None)
        if file.order and own != order:
            yield f"{name} is {own}, its order says {order}"


def _compare_standing(file: ClaimFile) -> Iterator[str]:
    claim = file.claim
    standing = derive_standing(file.events, {d.id: d.outcome for d in claim.decisions})
    if claim.status not in standing.statuses:
        yield f"status is {claim.status}, the ledger says {' or '.join(sorted(standing.statuses))}"
    elif (claim.closed_at is not None) != (claim.status == CLOSED):
        yield f"status is {claim.status}, closed_at is {to_iso(claim.closed_at)}"
    for name, value in standing.flags.items():
        yield from _difference(name, getattr(claim, name), value)


def _compare_photos(file: ClaimFile) -> Iterator[str]:
    """Photos came with the claim or were added; what was found on each is in the ledger, too."""
    told = [photo for e in file.of("received", "photos_added") for photo in _items(e, "photos")]
    yield from _difference("the photos", [photo.sha256 for photo in file.claim.photos], told)
    found = {
        item.get("photo"): item.get("evidence_sha256")
        for event in file.of("assessed")
        for item in _items(event, "photos")
        if isinstance(item, dict)
    }
    for photo in file.claim.photos:
        if photo.sha256 in found and found.pop(photo.sha256) != photo.evidence_sha256:
            yield f"photo {photo.sha256[:12]}: the assessment is not the one in the ledger"
    for sha256 in found:
        yield f"photo {str(sha256)[:12]}: was assessed and is gone"


def _compare_decisions(file: ClaimFile) -> Iterator[str]:
    told = {_told(event).get("decision_id"): event for event in file.of("decided")}
    for record in file.claim.decisions:
        event = told.pop(record.id, None)
        if event is None:
            yield f"decision {record.id}: the ledger has no such decision"
            continue
        rows = {
            "outcome": record.outcome.get("outcome"),
            "inputs_sha256": record.inputs_sha256,
            "outcome_sha256": record.outcome_sha256,
            "policy": {"version": record.policy_version, "sha256": record.policy_sha256},
            "model": {"version": record.model_version, "sha256": record.model_sha256},
            "decided_at": to_iso(record.decided_at),
        }
        yield from _differences(f"decision {record.id}", rows, _told(event))
        amount_fen = record.outcome.get("amount_fen")
        yield from _difference(f"decision {record.id}: amount", amount_fen, event.amount_fen)
    for decision_id in told:
        yield f"decision {decision_id}: is in the ledger and is gone"


def _compare_verdicts(file: ClaimFile) -> Iterator[str]:
    told = file.of("verdict")
    if len(told) != len(file.verdicts):
        yield f"{len(file.verdicts)} verdicts, the ledger has {len(told)}"
    for verdict, event in zip(file.verdicts, told, strict=False):
        rows = {
            "decision": verdict.decision,
            "severity": verdict.severity,
            "labels": verdict.labels,
            "blind": verdict.blind,
            "note": verdict.note,
        }
        what = f"verdict {verdict.round}"
        yield from _differences(what, rows, _told(event))
        yield from _difference(f"{what}: amount", verdict.amount_fen, event.amount_fen)
        agent_id = event.actor.partition(":")[2]
        yield from _difference(f"{what}: agent", str(verdict.agent_id), agent_id)
    yield from _compare_entered(file)


def _compare_entered(file: ClaimFile) -> Iterator[str]:
    """A verdict that is entered waits as it was entered, and is given so or not at all.

    It grants nothing while it waits: no money is compared with it.
    """
    entered: LedgerEvent | None = None
    for event in file.of("verdict_entered", "verdict_undone", "verdict_not_given", "verdict"):
        if entered is not None and event.kind == "verdict":
            yield from _compare_given(entered, event)
        entered = event if event.kind == "verdict_entered" else None
    waits = file.pending is not None
    yield from _difference("a verdict that is not given yet", waits, entered is not None)
    if file.pending is not None and entered is not None:
        rows = {"entered_sha256": file.pending.content_sha256}
        yield from _differences("verdict that is not given yet", rows, _told(entered))


def _compare_given(entered: LedgerEvent, given: LedgerEvent) -> Iterator[str]:
    rows = {name: _told(given).get(name) for name in ("decision", "severity")}
    rows["said_sha256"] = hash_said(_told(given).get("note"), _told(given).get("labels"))
    if _told(entered).get("amount_fen") is not None:
        rows["amount_fen"] = given.amount_fen
    yield from _differences("verdict that was entered", rows, _told(entered))
    # In whatever role: that may change before it is given.
    agents = [event.actor.partition(":")[2] for event in (given, entered)]
    yield from _difference("verdict that was entered: agent", *agents)


def _compare_refunds(file: ClaimFile) -> Iterator[str]:
    instructed = {_told(e).get("refund_id"): e for e in file.of("refund_instructed")}
    paid = {_told(e).get("refund_id"): e for e in file.of(*PAID)}
    for refund in file.refunds:
        what = f"refund {refund.id}"
        event = instructed.pop(refund.id, None)
        if event is None:
            yield f"{what}: the ledger has not instructed it"
        else:
            rows = {
                "granted_by": refund.kind,
                "extras": refund.extras,
                "created_at": to_iso(refund.created_at),
            }
            yield from _differences(what, rows, _told(event))
            yield from _difference(f"{what}: amount", refund.amount_fen, event.amount_fen)
        yield from _difference(f"{what}: order", refund.order_id, file.claim.order_id)
        yield from _compare_payment(refund, paid.pop(refund.id, None))
        yield from _compare_message(file, refund)
    for refund_id in instructed:
        yield f"refund {refund_id}: was instructed and is gone"
    for refund_id in paid:
        yield f"refund {refund_id}: was paid and is gone"


def _compare_payment(refund: Refund, event: LedgerEvent | None) -> Iterator[str]:
    what = f"refund {refund.id}"
    if event is None or refund.released_at is None:
        yield from _difference(f"{what}: paid", refund.released_at is not None, event is not None)
        return
    yield from _difference(f"{what}: amount paid", refund.amount_fen, event.amount_fen)
    yield from _differences(what, {"paid_at": to_iso(refund.released_at)}, _told(event))


def _compare_message(file: ClaimFile, refund: Refund) -> Iterator[str]:
    """The shop is told to pay what was granted, and nothing is taken back that is not paid."""
    message = file.messages.get(message_subject(refund.id))
    what = f"message of refund {refund.id}"
    if message is None:
        # Refunds from before there were webhooks have none; their events say less, too.
        if any(
            "created_at" in _told(event) and _told(event).get("refund_id") == refund.id
            for event in file.of("refund_instructed")
        ):
            yield f"refund {refund.id}: its message is gone"
        return
    if file.order is None:
        return
    version = file.policy_version or message.data.get("policy_version")
    for name, value in describe_refund(refund, file.order, str(version)).items():
        yield from _difference(f"{what}: {name}", message.data.get(name), value)
    yield from _difference(f"{what}: kind", message.kind, REFUND_INSTRUCTED)
    yield from _difference(f"{what}: shop", str(message.shop_id), str(file.order.shop_id))
    settled = message.delivered_at is not None or message.withdrawn_at is not None
    yield from _difference(f"{what}: settled", settled, refund.released_at is not None)


def _compare_money(file: ClaimFile) -> Iterator[str]:
    """What a claim was granted in all is the most that a decision or a verdict gave it."""
    given = [event.amount_fen for event in file.of("decided", "verdict")]
    refunds_fen = sum(refund.amount_fen for refund in file.refunds)
    yield from _difference("the money granted", refunds_fen, max(given, default=0))
    events_fen = sum(event.amount_fen for event in file.of(*PAID))
    paid_fen = sum(r.amount_fen for r in file.refunds if r.released_at is not None)
    yield from _difference("the money paid", paid_fen, events_fen)
    machine_fen = max((event.amount_fen for event in file.of("decided")), default=0)
    yield from _difference("pre-approved", file.claim.pre_approved_fen, machine_fen)


def _items(event: LedgerEvent, name: str) -> list[Any]:
    items = _told(event).get(name)
    return items if isinstance(items, list) else []


def _differences(what: str, rows: Mapping[str, Any], told: Mapping[str, Any]) -> Iterator[str]:
    """Yields where rows differ from an event; older events told less than those of today."""
    for name, value in rows.items():
        if name in told:
            yield from _difference(f"{what}: {name}", value, told[name])


def _difference(what: str, row: object, told: object) -> Iterator[str]:
    if row != told:
        yield f"{what} is {_short(row)}, the ledger says {_short(told)}"


def _short(value: object) -> str:
    text = value if isinstance(value, str) else dump_canonical(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
