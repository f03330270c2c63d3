"""What the model is to reach, and how far it is from there: one table, read from the figures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_AUROC_SLACK = 0.01
"""The most that an AUROC may lie below its target where chance is allowed for."""

REAL, COMPOSITE, NETWORK = "real photos", "composites", "calibration split"
NOT_MEASURED = "not measured"


@dataclass(frozen=True)
class Target:
    """One figure that a release is to reach.

    Attributes:
        what: in words.
        data: REAL, COMPOSITE or NETWORK; the first two are never averaged together.
        figure: where it lies in the figures, keys joined by dots.
        counts: where the numbers of things behind it lie, with the word for each.
        least: the least that will do; None without a lower end.
        most: the most that will do; None without an upper end.
        unit: `share` is told in percent, `points` in points of a percentage, `auroc` and `error`
            with three digits, `times` as such.
    """

    what: str
    data: str
    figure: str
    counts: tuple[tuple[str, str], ...]
    least: float | None = None
    most: float | None = None
    unit: str = "share"


@dataclass(frozen=True)
class Verdict:
    """A target beside what was measured, in words; `reached` is None where nothing was."""

    what: str
    data: str
    target: str
    figure: str
    on: str
    reached: bool | None


_MEALS = ("real_photos.clean.photos", "clean meals")
_FOREIGN = ("composites.foreign_object.composites", "composites")
_SPOILED = ("composites.spoilage.composites", "composites")
_FOUND = "composites.foreign_object_found"
_FOUND_LEVEL = "found_at_5_percent_clean_flagged"


TARGETS: tuple[Target, ...] = (
    Target(
        "scene: not-food found with 2 % of food refused", REAL,
        "real_photos.scene.not_food_found_at_2_percent_food_refused",
        (("real_photos.scene.not_food_photos", "of not-food"),
         ("real_photos.scene.food_photos", "of food")),
        least=0.98,
    ),
    Target(
        "foreign object against clean photos, AUROC", COMPOSITE,
        "composites.foreign_object.auroc_against_clean", (_FOREIGN, _MEALS),
        least=0.97, unit="auroc",
    ),
    Target(
        "foreign object against food pasted alike, AUROC", COMPOSITE,
        "composites.foreign_object.auroc_against_controls",
        (_FOREIGN, ("composites.foreign_object.food_controls", "controls")),
        least=0.95, unit="auroc",
    ),
    Target(
        "foreign object found with 5 % of clean flagged, known kinds", COMPOSITE,
        f"{_FOUND}.known_kinds.{_FOUND_LEVEL}",
        ((f"{_FOUND}.known_kinds.composites", "composites"), _MEALS), least=0.9,
    ),
    Target(
        "foreign object found with 5 % of clean flagged, kinds never trained on", COMPOSITE,
        f"{_FOUND}.unseen_kinds.{_FOUND_LEVEL}",
        ((f"{_FOUND}.unseen_kinds.composites", "composites"), _MEALS), least=0.75,
    ),
    Target(
        "foreign object found with 5 % of clean flagged, hair", COMPOSITE,
        f"{_FOUND}.hair.{_FOUND_LEVEL}",
        ((f"{_FOUND}.hair.composites", "composites"), _MEALS), least=0.75,
    ),
    Target(
        "spoilage against clean photos, AUROC", COMPOSITE,
        "composites.spoilage.auroc_against_clean", (_SPOILED, _MEALS), least=0.97, unit="auroc",
    ),
    Target(
        "decay against fresh produce of other sources, AUROC", REAL,
        "real_photos.spoilage_of_all_sources.auroc",
        (("real_photos.spoilage_of_all_sources.photos", "decayed"),
         ("real_photos.spoilage_of_all_sources.groups", "groups")),
        least=0.92, unit="auroc",
    ),
    Target(
        "spoiled share of the food, mean error", COMPOSITE,
        "composites.spoilage.share_mean_error", (_SPOILED,), most=0.05, unit="points",
    ),
    Target(
        "spoiled share, 90 % interval covers, where found", COMPOSITE,
        "composites.spoilage.share_interval_covers_where_found",
        (("composites.spoilage.found", "composites found"),), least=0.88, most=0.92,
    ),
    Target(
        "clean meals graded moderate or worse", REAL,
        "real_photos.clean.graded_moderate_or_severe", (_MEALS,), most=0.03,
    ),
    Target(
        "portion, drawn containers: fuller told from emptier", COMPOSITE,
        "portion.drawn.order_right",
        (("portion.drawn.orders_told", "orders told"),
         ("portion.drawn.abstained", "pairs abstained from")),
        least=0.95,
    ),
    Target(
        "portion, drawn containers: 90 % interval covers", COMPOSITE,
        "portion.drawn.interval_covers",
        (("portion.drawn.estimated", "pairs estimated"),
         ("portion.drawn.abstained", "pairs abstained from")),
        least=0.85, most=0.95,
    ),
    Target(
        "portion, rendered containers: fuller told from emptier", COMPOSITE,
        "portion.rendered.order_right",
        (("portion.rendered.orders_told", "orders told"),
         ("portion.rendered.abstained", "pairs abstained from")),
        least=0.95,
    ),
    Target(
        "portion, rendered containers: 90 % interval covers", COMPOSITE,
        "portion.rendered.interval_covers",
        (("portion.rendered.estimated", "pairs estimated"),
         ("portion.rendered.abstained", "pairs abstained from")),
        least=0.85, most=0.95,
    ),
    Target(
        "portion, real trays: fuller told from emptier", REAL,
        "portion.real.order_right",
        (("portion.real.orders_told", "orders told"),
         ("portion.real.abstained", "pairs abstained from")),
        least=0.95,
    ),
    Target(
        "portion, real trays: 90 % interval covers", REAL,
        "portion.real.interval_covers",
        (("portion.real.estimated", "pairs estimated"),
         ("portion.real.abstained", "pairs abstained from")),
        least=0.85, most=0.95,
    ),
    Target(
        "same grade after a change, mean of five", REAL, "real_photos.robustness.same_grade_mean",
        (("real_photos.robustness.pictures", "clean meals"),), least=0.97,
    ),
    Target(
        "same grade after a change, mean of five", COMPOSITE,
        "composites.robustness.same_grade_mean",
        (("composites.robustness.pictures", "composites"),), least=0.97,
    ),
    Target(
        "calibration error of foreign objects", COMPOSITE,
        "composites.calibration_error.foreign_object.error",
        (("composites.calibration_error.foreign_object.with_defect", "with an object"),
         ("composites.calibration_error.foreign_object.without", "without"),
         ("composites.calibration_error.bins", "bins")),
        most=0.03, unit="error",
    ),
    Target(
        "calibration error of spoilage", COMPOSITE,
        "composites.calibration_error.spoilage.error",
        (("composites.calibration_error.spoilage.with_defect", "spoiled"),
         ("composites.calibration_error.spoilage.without", "fresh"),
         ("composites.calibration_error.bins", "bins")),
        most=0.03, unit="error",
    ),
    Target(
        "int8 against fp32: the most lost on an AUROC", NETWORK, "quantisation.most_lost", (),
        most=0.01, unit="error",
    ),
    Target(
        "int8 against fp32: times as fast", NETWORK, "quantisation.times_faster", (),
        least=1.6, unit="times",
    ),
)  # fmt: skip
"""Every row that a release is judged by, in the order in which it is shown."""


def judge_targets(
    figures: dict[str, Any], targets: Sequence[Target] = TARGETS
) -> tuple[Verdict, ...]:
    """Returns each target beside its figure; what older or shorter figures lack is not measured.

    Args:
        figures: what `training.candidates.measure_release` gathers.
        targets: rows to judge.
    """
    known = _add_worst_loss(figures)
    return tuple(_judge(target, known) for target in targets)


_OLDER = {
    "portion.drawn.order_right": "composites.portion_drawn_containers.less_told_from_more",
    "portion.drawn.interval_covers": "composites.portion_drawn_containers.interval_covers",
    "portion.drawn.orders_told": (
        "composites.portion_drawn_containers.pairs_short_by_a_tenth_or_more"
    ),
    "portion.drawn.estimated": "composites.portion_drawn_containers.estimated",
}
"""Where releases up to November 2026 have a figure that lies elsewhere since."""


def read_figure(figures: dict[str, Any], path: str) -> float | None:
    """Returns a number by its keys joined by dots; None where it is not there."""
    value: object = figures
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    if value is None and path in _OLDER:
        return read_figure(figures, _OLDER[path])
    return value if isinstance(value, int | float) else None


def read_finite(figures: dict[str, Any], path: str) -> float | None:
    """Returns a number by its keys; None where it is not there or is none."""
    value = read_figure(figures, path)
    return value if value is not None and math.isfinite(value) else None


def tell(value: float | None, unit: str) -> str:
    """Returns a figure in words: percent, three digits or times; `not measured` of nothing."""
    if value is None or not math.isfinite(value):
        return NOT_MEASURED
    if unit == "share":
        return f"{100 * value:.1f} %"
    if unit == "points":
        return f"{100 * value:.1f} points"
    return f"{value:.2f} times" if unit == "times" else f"{value:.3f}"


def _judge(target: Target, figures: dict[str, Any]) -> Verdict:
    value = read_finite(figures, target.figure)
    counts = [(read_figure(figures, path), word) for path, word in target.counts]
    return Verdict(
        what=target.what,
        data=target.data,
        target=_tell_range(target),
        figure=tell(value, target.unit),
        on=", ".join(f"{count} {word}" for count, word in counts if count is not None),
        reached=None if value is None else reaches(target, value),
    )


def reaches(target: Target, value: float, count: float | None = None) -> bool:
    """Whether a value does; of a share on so many cases, whether it may, two standard errors in."""

    def slack(end: float) -> float:
        if not count:
            return 0.0
        spread = 2 * math.sqrt(end * (1 - end) / count) if target.unit == "share" else 0.0
        return _AUROC_SLACK if target.unit == "auroc" else spread

    above = target.least is None or value >= target.least - slack(target.least)
    return above and (target.most is None or value <= target.most + slack(target.most))


def _tell_range(target: Target) -> str:
    ends = [tell(end, target.unit) for end in (target.least, target.most) if end is not None]
    if len(ends) == 2:
        return f"{ends[0]} to {ends[1]}"
    return f"at {'least' if target.least is not None else 'most'} {ends[0]}"


def _add_worst_loss(figures: dict[str, Any]) -> dict[str, Any]:
    """int8 is judged by the AUROC on which it loses most."""
    lost = figures.get("quantisation", {}).get("auroc_lost")
    if not lost:
        return figures
    return {**figures, "quantisation": {**figures["quantisation"], "most_lost": max(lost.values())}}
