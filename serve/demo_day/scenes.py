"""How a claim of the demo's day goes on, whatever the machine makes of it."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import FileStorage

from model.metadata import remove_location
from serve.accounts.service import Caller
from serve.agents.schemas import VerdictIn
from serve.agents.service import give_verdict
from serve.assessments.uploads import Upload, check_uploads
from serve.claims.assessing import assess_claim
from serve.claims.clocks import escalate_clocks
from serve.claims.feedback import give_feedback
from serve.claims.followup import settle_refund
from serve.claims.intake import Submission, accept_claim, add_photos
from serve.claims.service import appeal_claim, load_claim
from serve.demo_day.people import Cast
from serve.demo_day.pictures import Pictures
from serve.demo_day.plot import DELIVERY, MEALS, Case
from serve.demo_day.stage import Scene, Stage
from serve.ledger.refunds import refunds_of
from serve.orders.schemas import ColdChainReading, OrderIn
from serve.orders.service import attach_packing_photo, register_order
from serve.privacy.service import OVERLAY, VIEW, log_access
from serve.times import utc_now

if TYPE_CHECKING:
    from serve.claims.models import Claim

_EATEN_MIN, _RIDE_MIN, _LATE_MIN = 25, 30, 48
_COLD_CELSIUS = 8.0
_NOTES = {
    "approve": "照片清楚，按规则赔付",
    "decline": "照片中未见所述问题",
}


def minutes(count: float) -> timedelta:
    """Returns so many minutes."""
    return timedelta(minutes=count)


def name_order(day: str, number: int) -> str:
    """Returns the shop's number of an order."""
    return f"D{day}-{number:02}"


@dataclass
class Life:
    """One claim's way through the day.

    Attributes:
        stage: where it is played.
        cast: who answers.
        pictures: what is photographed.
        case: the plot.
        number: of the case, which tells its pictures and agents from others'.
        day: names the day, so that another one has other orders and customers.
        begun: called when the claim has come in.
    """

    stage: Stage
    cast: Cast
    pictures: Pictures
    case: Case
    number: int
    day: str
    begun: Callable[[], None]
    _customer: Caller = field(init=False)
    _claim_id: uuid.UUID = field(init=False)
    _picture: str = field(init=False)

    def live(self) -> Scene:
        """Orders, eats, claims; is answered, appeals, and says how that was."""
        yield self._order()
        self._claim()
        self.begun()
        yield from self._be_assessed()
        if self._read().status == "needs_photo" and self.case.better:
            yield utc_now() + minutes(6)
            self._send_better()
            yield utc_now() + timedelta(seconds=2)
            self._assess()
        yield from self._be_answered(self.cast.agents[self.number % len(self.cast.agents)])
        if self.case.appeal:
            yield utc_now() + minutes(30)
            text = self.case.appeal.words
            appeal_claim(self.stage.runtime, self._customer, str(self._claim_id), text)
            yield from self._be_answered(self.cast.lead, again=True)
        yield utc_now() + minutes(20 + 7 * (self.number % 9))
        if self.case.score and self._read().status in ("resolved", "closed", "pre_approved"):
            name, score = str(self._claim_id), self.case.score
            give_feedback(self.stage.runtime, self._customer, name, score, "")

    def _order(self) -> datetime:
        """Registers the order, an hour or more before the claim; returns when that comes in."""
        runtime, case, now = self.stage.runtime, self.case, utc_now()
        meal, is_late = MEALS[case.meal], case.picture == DELIVERY
        promised = now + minutes(_RIDE_MIN)
        delivered = promised + minutes(_LATE_MIN + self.number % 20 if is_late else -4)
        facts = OrderIn(
            order_id=name_order(self.day, self.number),
            customer_id=f"c-{self.day}-{case.customer}",
            product=meal.name,
            price_fen=meal.price_fen,
            label_weight_g=meal.weight_g,
            batch=case.batch or f"{case.meal}-{now:%m%d}-{now.hour // 2 * 2:02}",
            promised_at=promised,
            delivered_at=delivered,
            cold_chain=_measure(case.celsius, now, delivered),
        )
        packing = None if is_late else self.pictures.packing_of(case.picture)
        with runtime.transaction() as session:
            order, _ = register_order(session, self.cast.shops[case.shop], facts)
            if packing:
                kept = runtime.photos.put(remove_location(packing))
                attach_packing_photo(session, order, kept)
        self._customer = Caller("customer", order_pk=order.id)
        return max(delivered, promised) + minutes(_EATEN_MIN)

    def _claim(self) -> None:
        self._picture, reason = self.case.picture, DELIVERY
        uploads: Sequence[Upload] = ()
        if self._picture != DELIVERY:
            reason, uploads = self.pictures.reason_of(self._picture), self._photograph()
        submission = Submission(None, reason, self.case.words, uploads)
        self._claim_id = accept_claim(self.stage.runtime, self._customer, submission).claim_id

    def _photograph(self) -> Sequence[Upload]:
        data = self.pictures.take(self._picture, utc_now() - minutes(2), self.number)
        file = FileStorage(io.BytesIO(data), filename=f"IMG_{4000 + self.number}.jpg")
        return check_uploads([file], self.stage.runtime.scoring)

    def _send_better(self) -> None:
        self._picture = self.case.better
        uploads = self._photograph()
        add_photos(self.stage.runtime, self._customer, str(self._claim_id), uploads)

    def _be_assessed(self) -> Scene:
        if self.case.unanswered:
            yield utc_now() + minutes(4)
            escalate_clocks(self.stage.runtime)
            yield utc_now() + minutes(1)
        yield utc_now() + timedelta(seconds=2)
        self._assess()
        yield utc_now() + timedelta(seconds=5)
        self._settle()

    def _assess(self) -> None:
        self.stage.repeat(
            lambda: assess_claim(self.stage.runtime, self._claim_id), self._is_drawn_as_wanted
        )

    def _is_drawn_as_wanted(self) -> bool:
        claim, wanted = self._read(), self.case.draw
        return not wanted or (claim.audit if wanted == "audit" else claim.blind)

    def _be_answered(self, agent: Caller, *, again: bool = False) -> Scene:
        """Waits for a verdict where one is needed."""
        if self._read().agent_due_at is None:
            return
        yield utc_now() + minutes(self.case.answer_min)
        self._look(agent)
        verdict = self._judge(again=again)
        give_verdict(self.stage.runtime, agent, str(self._claim_id), verdict)
        yield utc_now() + timedelta(seconds=5)
        self._settle()

    def _look(self, agent: Caller) -> None:
        """Opens the photos, as one has to before a verdict."""
        with self.stage.runtime.transaction() as session:
            claim = load_claim(session, agent, str(self._claim_id))
            for photo in claim.photos:
                for purpose in (VIEW,) if claim.blind else (VIEW, OVERLAY):
                    log_access(session, agent, claim.id, photo.sha256, purpose)

    def _judge(self, *, again: bool) -> VerdictIn:
        price_fen, case = MEALS[self.case.meal].price_fen, self.case
        if case.picture == DELIVERY:
            fraction = 0.2 if case.wrong else 0.5
            return _approve("minor" if case.wrong else "moderate", int(price_fen * fraction), [])
        truth = self.pictures.judge(self._picture, self.number)
        labels = [{**truth.label, "photo": self._read_photos()[-1]}]
        if again and case.appeal and case.appeal.granted:
            return _approve("minor", price_fen // 5, labels)
        if truth.severity == "none":
            values = {"decision": "decline", "severity": "none", "note": _NOTES["decline"]}
            return VerdictIn.model_validate({**values, "labels": labels})
        return _approve(truth.severity, int(price_fen * truth.fraction), labels)

    def _settle(self) -> None:
        """Pays what is owed, as the worker does: at once to a shop that polls."""
        if self.case.shop in self.cast.polling:
            with self.stage.runtime.transaction() as session:
                owed = [r.id for r in refunds_of(session, self._claim_id) if not r.released_at]
            for refund_id in owed:
                settle_refund(self.stage.runtime, refund_id)

    def _read(self) -> Claim:
        with self.stage.runtime.transaction() as session:
            return load_claim(session, self._customer, str(self._claim_id))

    def _read_photos(self) -> list[str]:
        with self.stage.runtime.transaction() as session:
            claim = load_claim(session, self._customer, str(self._claim_id))
            return [photo.sha256 for photo in claim.photos]


def _approve(severity: str, amount_fen: int, labels: list[dict[str, Any]]) -> VerdictIn:
    values = {"decision": "approve", "severity": severity, "amount_fen": amount_fen}
    return VerdictIn.model_validate({**values, "note": _NOTES["approve"], "labels": labels})


def _measure(celsius: float, packed: datetime, delivered: datetime) -> list[ColdChainReading]:
    """Returns the courier's readings, from the kitchen's fridge to what the box came to."""
    ride, start = delivered - packed, min(celsius, _COLD_CELSIUS / 2)
    return [
        ColdChainReading(at=packed + ride * n / 4, celsius=start + (celsius - start) * n / 4)
        for n in range(5)
    ]
