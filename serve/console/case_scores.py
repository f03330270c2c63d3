"""What the model measured on a photo, as bars with the policy's limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from model.reasons import CODES, reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from serve.policy.rules import Policy


@dataclass(frozen=True)
class Bar:
    """One number between 0 and 1.

    Attributes:
        name: what was measured.
        text: the number, with its interval where it has one.
        value: the number.
        low: lower end of the interval; the value where it has none.
        high: upper end.
        limits: where the policy's grades begin.
    """

    name: str
    text: str
    value: float
    low: float
    high: float
    limits: tuple[float, ...] = ()


def list_bars(assessment: Mapping[str, Any], *, policy: Policy, t: Mapping[str, str]) -> list[Bar]:
    """Returns the scores of a usable photo, those that decide first."""
    grades = policy.table.grades
    return [
        *_spoilage_bars(assessment["spoilage"] or {}, grades["spoilage"], t),
        *_foreign_bars(assessment["foreign_object"] or {}, grades["foreign_object"], t),
        *_portion_bars(assessment["portion"] or {}, grades["portion"], t),
    ]


def word_photo_problems(problems: Iterable[str], *, language: str) -> str:
    """Returns why a photo is unusable, in words."""
    codes = [f"photo_{problem}" for problem in problems]
    found = [reason(code) for code in codes if code in CODES]
    return ", ".join(one.text_en if language == "en" else one.text_zh for one in found)


def word_limits(limits: Iterable[float]) -> str:
    """Returns the limits of a bar for those who do not see its ticks."""
    return " · ".join(f"{100 * limit:.0f}%" for limit in limits)


def _spoilage_bars(
    found: Mapping[str, Any], rules: Mapping[str, Any], t: Mapping[str, str]
) -> list[Bar]:
    if not found:
        return []
    sure = (rules["unsure_from"], rules["min_probability"])
    area = (rules["moderate_area_fraction"], rules["severe_area_fraction"])
    bars = [
        _bar(t["case_score_area"], found["area_fraction"], found["interval"], area),
        _bar(t["case_score_spoilage"], found["probability"], None, sure),
    ]
    if "mould_probability" in found:
        bars.append(_bar(t["case_score_mould"], found["mould_probability"], None, sure))
    return bars


def _foreign_bars(
    found: Mapping[str, Any], rules: Mapping[str, Any], t: Mapping[str, str]
) -> list[Bar]:
    if not found:
        return []
    sure = (rules["unsure_from"], rules["min_probability"])
    return [_bar(t["case_score_foreign"], found["probability"], None, sure)]


def _portion_bars(
    found: Mapping[str, Any], rules: Mapping[str, Any], t: Mapping[str, str]
) -> list[Bar]:
    if found.get("shortfall_fraction") is None:
        return []
    basis = {
        "packing_photo": t["case_basis_packing_photo"],
        "product_record": t["case_basis_product_record"],
        "container": t["case_basis_container"],
    }.get(found["basis"], "")
    limits = (rules["moderate_shortfall_fraction"], rules["severe_shortfall_fraction"])
    name = f"{t['case_score_portion']} · {basis}" if basis else t["case_score_portion"]
    return [_bar(name, found["shortfall_fraction"], found["interval"], limits)]


def _bar(name: str, value: float, interval: list[float] | None, limits: tuple[float, ...]) -> Bar:
    low, high = interval or (value, value)
    text = f"{100 * value:.0f}%"
    if interval:
        text += f" ({100 * low:.0f}–{100 * high:.0f}%)"
    return Bar(name, text, _inside(value), _inside(low), _inside(high), limits)


def _inside(value: float) -> float:
    """A bar ends at 0 and 1; a shortfall's interval may reach below nothing missing."""
    return min(1.0, max(0.0, value))
