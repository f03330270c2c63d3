"""Where a claim stands, in plain words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from serve.pages.rendering import Worded, format_time, format_yuan
from serve.pages.texts import texts_in
from serve.policy.table import Vocabulary
from serve.times import to_iso, utc_now

_APPEALABLE = ("pre_approved", "needs_photo", "resolved", "closed")
_VERDICT_REASONS = {
    "approve": "agent_approved",
    "decline": "agent_declined",
    "close": "agent_closed",
}
_STEPS = ("received", "verified", "resolved", "closed")
_QUICK_POLL_S, _SLOW_POLL_S = 2, 20


@dataclass(frozen=True)
class Standing:
    """What the top of a claim's page says.

    Attributes:
        tone: good, ask or wait; decides colour and picture.
        headline: the answer in one line.
        details: what follows from it.
        reasons: why, in both languages; an agent's verdict stands above the machine's reasons.
        extras: what comes on top of the money, worded by the policy.
        wants_photo: the customer is asked for another photo.
        takes_photo: photos can be added.
        may_appeal: a human can be asked for.
        amount: what the headline says in money, empty where there is none.
        poll_s: seconds after which the page looks again; 0 when nothing more will come.
    """

    tone: str
    headline: str
    details: tuple[str, ...]
    reasons: tuple[Worded | Mapping[str, str], ...]
    extras: tuple[Mapping[str, str], ...]
    wants_photo: bool
    takes_photo: bool
    may_appeal: bool
    amount: str
    poll_s: int


def describe(claim: Mapping[str, Any], wording: Vocabulary, language: str) -> Standing:
    """Returns where a claim stands.

    Args:
        claim: in the shape of `serve.claims.schemas.ClaimOut`.
        wording: the policy's.
        language: one of `serve.pages.texts.LANGUAGES`.
    """
    status = claim["status"]
    tone, headline, details = _WORDS[status](claim, _Words(language))
    extras = {extra["code"]: extra for refund in claim["refunds"] for extra in refund["extras"]}
    return Standing(
        tone=tone,
        headline=headline,
        details=tuple(detail for detail in details if detail),
        reasons=_list_reasons(claim, wording),
        extras=tuple(extras.values()),
        wants_photo=status == "needs_photo",
        takes_photo=status in ("needs_photo", "needs_agent"),
        may_appeal=status in _APPEALABLE and claim["appeal"] is None,
        amount=format_yuan(claim["amount_fen"]) if claim["amount_fen"] else "",
        poll_s=_poll_s(status),
    )


def _list_reasons(
    claim: Mapping[str, Any], wording: Vocabulary
) -> tuple[Worded | Mapping[str, str], ...]:
    if claim["verdict"] and claim["status"] != "needs_agent":
        return (wording.reasons[_VERDICT_REASONS[claim["verdict"]["decision"]]],)
    reasons = claim["decision"]["reasons"] if claim["decision"] else ()
    return tuple({reason["zh"]: reason for reason in reasons}.values())


class _Words:
    """Texts, times and amounts of one language."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._texts = texts_in(language)

    def text(self, name: str, **values: str) -> str:
        return self._texts[name].format(**values)

    def time(self, moment: str) -> str:
        return format_time(self._language, moment)


_Said = tuple[str, str, tuple[str, ...]]


def _say_received(claim: Mapping[str, Any], words: _Words) -> _Said:
    due = _step(claim, "decided")["due"]
    detail = words.text("received_detail", due=words.time(due))
    if is_past(due):
        detail = words.text("received_late")
    headline = "received_headline" if claim["photos"] else "received_no_photo"
    return "wait", words.text(headline), (detail,)


def _say_pre_approved(claim: Mapping[str, Any], words: _Words) -> _Said:
    headline = words.text("approved_headline", amount=format_yuan(claim["amount_fen"]))
    return "good", headline, (_say_payment(claim, words), _say_safety(claim, words))


def _say_needs_photo(_claim: Mapping[str, Any], words: _Words) -> _Said:
    return "ask", words.text("photo_headline"), (words.text("photo_detail"),)


def _say_needs_agent(claim: Mapping[str, Any], words: _Words) -> _Said:
    due = _step(claim, "verified")["due"]
    appealed = words.text("appeal_taken") if claim["appeal"] is not None else ""
    # An appeal restarts the agent's clock, so a time that has passed says nothing.
    soon = (
        words.text("agent_soon")
        if is_past(due)
        else words.text("agent_detail", due=words.time(due))
    )
    granted = ""
    if claim["amount_fen"]:
        granted = words.text("agent_granted", amount=format_yuan(claim["amount_fen"]))
    advice = words.text("safety_advice") if claim["food_safety"] else ""
    return "wait", words.text("agent_headline"), (appealed, soon, granted, advice)


def _say_resolved(claim: Mapping[str, Any], words: _Words) -> _Said:
    closing = words.text("closing", due=words.time(_step(claim, "closed")["due"]))
    if not claim["amount_fen"]:
        return "ask", words.text("resolved_nothing"), (closing,)
    headline = words.text("resolved_headline", amount=format_yuan(claim["amount_fen"]))
    return "good", headline, (_say_payment(claim, words), closing)


def _say_closed(claim: Mapping[str, Any], words: _Words) -> _Said:
    if not claim["amount_fen"]:
        return "ask", words.text("closed_headline"), ()
    amount = format_yuan(claim["amount_fen"])
    return "good", words.text("closed_with_amount", amount=amount), (_say_payment(claim, words),)


_WORDS: Mapping[str, Callable[[Mapping[str, Any], _Words], _Said]] = {
    "received": _say_received,
    "pre_approved": _say_pre_approved,
    "needs_photo": _say_needs_photo,
    "needs_agent": _say_needs_agent,
    "resolved": _say_resolved,
    "closed": _say_closed,
}


def _say_payment(claim: Mapping[str, Any], words: _Words) -> str:
    released = [refund["released_at"] for refund in claim["refunds"]]
    if not released:
        return ""
    if None in released:
        due = _step(claim, "resolved")["due"]
        late = is_past(due) or claim["status"] == "closed"
        return (
            words.text("approved_paying_late")
            if late
            else words.text("approved_paying", due=words.time(due))
        )
    return words.text("approved_paid", time=words.time(max(released)))


def _say_safety(claim: Mapping[str, Any], words: _Words) -> str:
    step = _step(claim, "verified")
    if not claim["food_safety"] or step["at"]:
        return ""
    checked = words.text("food_safety_detail", due=words.time(step["due"]))
    return f"{checked} {words.text('safety_advice')}"


def find_notice(claim: Mapping[str, Any], asked: str) -> str:
    """Returns what a page opens with after a form was sent; addresses are kept, claims go on.

    Args:
        claim: in the shape of `serve.claims.schemas.ClaimOut`.
        asked: what the address asks for, which anyone may have written.
    """
    with_agent = claim["status"] == "needs_agent"
    fits = {
        "claimed": True,
        "asked": with_agent and claim["appeal"] is not None,
        "explained": with_agent and bool(claim["appeal"]),
        "rated": claim["feedback"] is not None,
    }
    return asked if fits.get(asked) else ""


def list_steps(claim: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Returns the steps that customers follow: what lies between is told at the top."""
    return [step for step in claim["progress"] if step["step"] in _STEPS]


def say_due(claim: Mapping[str, Any], due: str, language: str) -> str:
    """Returns when a step is to come; clocks rest while a claim waits for the customer."""
    words = _Words(language)
    if claim["status"] == "needs_photo":
        return words.text("due_after_photo")
    return words.text("due_soon") if is_past(due) else words.text("due_by", time=words.time(due))


def is_past(moment: str) -> bool:
    """Whether a UTC ISO 8601 time has come."""
    return moment <= (to_iso(utc_now()) or "")


def _step(claim: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return next(step for step in claim["progress"] if step["step"] == name)


def _poll_s(status: str) -> int:
    if status == "received":
        return _QUICK_POLL_S
    return 0 if status == "closed" else _SLOW_POLL_S
