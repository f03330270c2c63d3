"""The tables of `policy.toml` as typed data, checked as a whole."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AliasChoices,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

SEVERITIES = ("none", "minor", "moderate", "severe")
PHOTO_PROBLEMS = ("spoilage", "foreign_object", "portion")
REASONS = (*PHOTO_PROBLEMS, "delivery", "other")
"""What a customer can pick. Delivery is judged by order facts, the others by photos."""

REASON_CODES = frozenset(
    {
        *("compensation_applies", "capped_at_price", "capped_by_policy", "price_already_refunded"),
        *("food_safety", "urgent_words", "photos_disagree", "grade_unknown", "reason_disagrees"),
        *("problem_not_seen", "no_rule", "reason_other", "delivery_late", "delivery_not_late"),
        *("delivery_times_unknown", "no_risk_certificate", "below_certificate", "customer_cap"),
        *("photo_used_before", "assessment_failed", "photo_unusable"),
        *(f"photo_{problem}" for problem in ("unreadable", "too_small", "too_dark")),
        *(f"photo_{problem}" for problem in ("too_bright", "blurred", "not_food")),
    }
)
"""Codes that decisions give: a policy has words for each."""

_PLACEHOLDERS = {"percent": 50, "problem": "", "severity": "", "minutes": 45, "yuan": "5.00"}

Severity = Literal["minor", "moderate", "severe"]
Problem = Literal["spoilage", "foreign_object", "portion", "delivery"]
Fraction = Annotated[float, Field(ge=0, le=1)]
_MOST_S, _MOST_FEN = 10 * 366 * 86400, 1_000_000_000
Seconds = Annotated[int, Field(gt=0, le=_MOST_S, strict=True)]
Fen = Annotated[int, Field(ge=0, le=_MOST_FEN, strict=True)]
Count = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]
Name = Annotated[str, Field(min_length=1)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Compensation(_Table):
    """Percent of the price paid, at most so much, and what comes on top."""

    percent: Annotated[int, Field(ge=1, le=100, strict=True)]
    max_fen: Annotated[int, Field(gt=0, le=_MOST_FEN, strict=True)] | None = None
    extras: tuple[str, ...] = ()


Compensations = dict[Problem, dict[Severity, Compensation]]


class Delivery(_Table):
    moderate_late_s: Seconds


class ZeroMaterial(_Table):
    limit_fen: Fen
    window_s: Seconds
    max_claims: Count
    max_amount_fen: Fen


class Override(_Table):
    """What a shop, a product, or one product of one shop has instead of the common entries."""

    shop: Name | None = None
    product: Name | None = None
    compensation: Compensations = {}
    limit_fen: Fen | None = None

    @model_validator(mode="after")
    def _check_target(self) -> Self:
        if self.shop is None and self.product is None:
            raise ValueError("an override names a shop, a product or both")
        return self


class Certificate(_Table):
    max_wrong_fraction: Annotated[float, Field(gt=0, lt=1)]
    confidence: Annotated[float, Field(gt=0, lt=1)]


class Audit(_Table):
    propensity: Fraction
    blind_propensity: Fraction


class Authority(_Table):
    """The most that an agent grants on a claim in all; leads and admins may grant any price.

    Texts from before there was such a limit have none.
    """

    agent_fen: Fen | None = None


class Urgent(_Table):
    """Words of a description that speak of harm to a person."""

    words: tuple[Name, ...] = ()

    def find(self, text: str) -> tuple[str, ...]:
        """Returns the words found, in the policy's order; Latin ones only as whole words."""
        plain = unicodedata.normalize("NFKC", text)
        return tuple(word for word in self.words if _pattern_of(word).search(plain))


class Batches(_Table):
    """Claims on so many orders of one batch within the window are told to shop and agents."""

    alert_orders: Annotated[
        int,
        Field(
            ge=2,
            le=1_000_000,
            strict=True,
            validation_alias=AliasChoices("alert_orders", "alert_claims"),
        ),
    ]
    """Texts from before it was orders that count say alert_claims."""
    window_s: Seconds


class Clocks(_Table):
    acknowledged_s: Seconds
    first_answer_s: Seconds
    food_safety_s: Seconds
    verified_s: Seconds
    resolved_s: Seconds
    follow_up_s: Seconds


class Wording(_Table):
    zh: Name
    en: Name

    @field_validator("zh", "en")
    @classmethod
    def _check_placeholders(cls, text: str) -> str:
        try:
            text.format(**_PLACEHOLDERS)
        except (KeyError, IndexError, ValueError) as error:
            raise ValueError(f"placeholders are {sorted(_PLACEHOLDERS)}, got {text!r}") from error
        return text


class Vocabulary(_Table):
    problems: dict[str, Wording]
    severities: dict[str, Wording]
    extras: dict[str, Wording]
    reasons: dict[str, Wording]


class PolicyTable(_Table):
    """The content of `policy.toml`."""

    version: Name
    effective_from: AwareDatetime
    currency: Literal["CNY"]
    grades: dict[str, dict[str, Any]]
    delivery: Delivery
    compensation: Compensations
    zero_material: ZeroMaterial
    overrides: tuple[Override, ...] = ()
    certificate: Certificate
    audit: Audit
    authority: Authority = Authority()
    urgent: Urgent = Urgent()
    batches: Batches | None = None
    clocks: Clocks
    wording: Vocabulary

    @model_validator(mode="after")
    def _check_whole(self) -> Self:
        targets = [(override.shop, override.product) for override in self.overrides]
        if len(set(targets)) < len(targets):
            raise ValueError("a shop and product has one override")
        for shop, product in self._list_targets():
            whose = " of ".join(name for name in (product, shop) if name)
            for problem, grades in self.compensations(shop, product).items():
                _check_grades(f"{whose}: {problem}" if whose else problem, grades, self.wording)
        return self

    def compensations(
        self, shop: str | None = None, product: str | None = None
    ) -> Mapping[Problem, Mapping[Severity, Compensation]]:
        """Returns what holds for a product of a shop; the more specific entry wins."""
        merged = {problem: dict(grades) for problem, grades in self.compensation.items()}
        for override in self._matching(shop, product):
            for problem, grades in override.compensation.items():
                merged.setdefault(problem, {}).update(grades)
        return merged

    def limit_fen(self, shop: str | None = None, product: str | None = None) -> int:
        """Returns the amount from which automation needs a certificate."""
        limits = [self.zero_material.limit_fen]
        limits += [o.limit_fen for o in self._matching(shop, product) if o.limit_fen is not None]
        return limits[-1]

    def _matching(self, shop: str | None, product: str | None) -> list[Override]:
        """Returns the overrides that apply: a product's, then a shop's, then one of both."""
        fitting = [
            override
            for override in self.overrides
            if override.shop in (None, shop) and override.product in (None, product)
        ]
        return sorted(fitting, key=lambda o: (o.shop is not None, o.product is not None))

    def _list_targets(self) -> Iterator[tuple[str | None, str | None]]:
        shops = {None, *(override.shop for override in self.overrides)}
        products = {None, *(override.product for override in self.overrides)}
        return ((shop, product) for shop in shops for product in products)


_RISING = (
    ("spoilage", "unsure_from", "min_probability"),
    ("spoilage", "moderate_area_fraction", "severe_area_fraction"),
    ("foreign_object", "unsure_from", "min_probability"),
    ("portion", "moderate_shortfall_fraction", "severe_shortfall_fraction"),
)
"""Pairs of thresholds of which the second is not below the first."""


def find_gaps(table: PolicyTable) -> list[str]:
    """Returns what keeps a policy from being published: missing words, thresholds upside down.

    Texts of old policies are read without this check, so that they go on replaying.
    """
    wanted = {
        "problems": set(REASONS),
        "severities": {*SEVERITIES, "unknown"},
        "reasons": set(REASON_CODES),
    }
    gaps = [
        f"wording.{kind}: no words for {name}"
        for kind, names in wanted.items()
        for name in sorted(names - set(getattr(table.wording, kind)))
    ]
    for problem, low, high in _RISING:
        rules = table.grades[problem]
        numbers = all(isinstance(rules[name], int | float) for name in (low, high))
        if not numbers or not 0 <= rules[low] <= rules[high] <= 1:
            gaps.append(
                f"grades.{problem}: {low} is at most {high}, both in 0 to 1,"
                f" got {rules[low]} and {rules[high]}"
            )
    return gaps


def grades_in_order(grades: Mapping[Severity, Compensation]) -> list[Severity]:
    """Returns the grades that have an entry, mildest first."""
    return sorted(grades, key=SEVERITIES.index)


def _check_grades(where: str, grades: Mapping[Severity, Compensation], wording: Vocabulary) -> None:
    entries = [grades[grade] for grade in grades_in_order(grades)]
    percents = [entry.percent for entry in entries]
    caps = [float("inf") if entry.max_fen is None else entry.max_fen for entry in entries]
    if percents != sorted(percents) or caps != sorted(caps):
        raise ValueError(
            f"{where}: a more severe grade never pays less, got {percents} percent"
            + (f", at most {caps} fen" if min(caps) < float("inf") else "")
        )
    if missing := {extra for entry in entries for extra in entry.extras} - set(wording.extras):
        raise ValueError(f"{where}: no wording for extras {', '.join(sorted(missing))}")


def _pattern_of(word: str) -> re.Pattern[str]:
    # Not \b: to it a Chinese character beside a Latin word is one more letter of the word.
    before, after = (r"(?<![A-Za-z0-9])", r"(?![A-Za-z0-9])") if word.isascii() else ("", "")
    return re.compile(f"{before}{re.escape(word)}{after}", re.IGNORECASE)
