"""What helps whoever looks after an alert, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from serve.agents.service import VERDICT_NOT_GIVEN
from serve.batches.recalls import RECALL
from serve.batches.watch import BATCH_CLUSTER, FOOD_SAFETY_CASE
from serve.claims.clocks import CLOCK_MISSED, FOOD_SAFETY_LATE
from serve.console.recent_rows import word_why
from serve.console.rendering import format_day
from serve.policy.certificates import CERTIFICATE_FROZEN
from serve.privacy.sweep import PHOTOS_NOT_SWEPT
from serve.times import from_iso
from serve.webhooks.delivery import WEBHOOK_FAILING

if TYPE_CHECKING:
    from serve.alerts.models import Alert

_HARM = {"food_safety": "alerts_harm_photo", "urgent_words": "alerts_harm_words"}
_STORE = {
    "foreign_photo_store": "alerts_store_foreign",
    "unknown_photo_store": "alerts_store_unknown",
    "many_loose_photos": "alerts_store_many",
}
_NUMBER_LENGTH = 12


@dataclass(frozen=True)
class Words:
    """What details are worded with.

    Attributes:
        texts: of the console, in the reader's language.
        problems: that customers choose from, by code, in the reader's language.
        people: names of accounts, by the text of their id.
    """

    texts: Mapping[str, str]
    problems: Mapping[str, str]
    people: Mapping[str, str]


def word_details(alert: Alert, words: Words) -> list[str]:
    """Returns lines that tell more of an alert; its raw subject where its kind is not known."""
    word = _WORDERS.get(alert.kind)
    return word(alert, words) if word else [alert.subject]


def _word_safety(alert: Alert, words: Words) -> list[str]:
    codes = alert.details.get("reasons", ())
    return [words.texts[name] for code, name in _HARM.items() if code in codes]


def _word_clock(alert: Alert, words: Words) -> list[str]:
    clock = str(alert.details.get("clock", ""))
    name = words.texts.get(f"clock_{clock}", clock)
    due_at = format_day(from_iso(alert.details.get("due_at")))
    return [words.texts["alerts_clock"].format(clock=name, time=due_at)]


def _word_cluster(alert: Alert, words: Words) -> list[str]:
    told = alert.details
    counts = {name: told.get(name, 0) for name in ("claims", "orders", "food_safety")}
    reasons = [
        words.texts["alerts_problem"].format(problem=words.problems.get(code, code), count=count)
        for code, count in told.get("reasons", {}).items()
    ]
    return [words.texts["alerts_counts"].format(**counts), " · ".join(reasons)]


def _word_recall(alert: Alert, words: Words) -> list[str]:
    return [words.texts["alerts_recall_reason"].format(reason=alert.details.get("reason", ""))]


def _word_not_given(alert: Alert, words: Words) -> list[str]:
    name = words.people.get(str(alert.details.get("agent_id")), "")
    why = word_why(str(alert.details.get("code", "")), words.texts)
    return [words.texts["alerts_verdict_of"].format(name=name, why=why)]


def _word_certificate(alert: Alert, words: Words) -> list[str]:
    number, because = alert.subject[:_NUMBER_LENGTH], alert.details.get("because", "")
    return [words.texts["alerts_certificate"].format(number=number, because=because)]


def _word_store(alert: Alert, words: Words) -> list[str]:
    code = str(alert.details.get("reason", ""))
    why = words.texts[_STORE[code]] if code in _STORE else code
    return [words.texts["alerts_store"].format(why=why), str(alert.details.get("found", ""))]


def _word_webhook(alert: Alert, words: Words) -> list[str]:
    told = {name: alert.details.get(name, "") for name in ("attempts", "error")}
    message = alert.details.get("message", "")
    return [
        words.texts["alerts_webhook"].format(**told),
        words.texts["alerts_webhook_message"].format(message=message),
    ]


_WORDERS = {
    FOOD_SAFETY_CASE: _word_safety,
    FOOD_SAFETY_LATE: _word_clock,
    CLOCK_MISSED: _word_clock,
    BATCH_CLUSTER: _word_cluster,
    RECALL: _word_recall,
    VERDICT_NOT_GIVEN: _word_not_given,
    CERTIFICATE_FROZEN: _word_certificate,
    PHOTOS_NOT_SWEPT: _word_store,
    WEBHOOK_FAILING: _word_webhook,
}
