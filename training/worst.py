"""The worst errors of an evaluation, sort by sort; real photos and composites never in one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from model.calibration import Calibration
from model.layout import SCENES
from training.calibrate import measure_share, truth_of
from training.figures_photos import is_graded_worse, share_not_food
from training.measure import Measured
from training.scene import UNKNOWN_SCENE
from training.tallies import starts

_NOT_FOOD = SCENES.index("not_food")
_HALF = 0.5
_SHARE_OFF = 0.1
"""Error of a spoiled share from which it is among the wrong ones: a band of the policy."""


@dataclass(frozen=True)
class Errors:
    """One sort of error.

    Attributes:
        title: what went wrong, and on which data.
        looked_at: cases that could have gone wrong so.
        wrong: those that did, worst first, each with what the model said.
    """

    title: str
    looked_at: int
    wrong: list[tuple[str, Measured]]


def find_errors(measured: Sequence[Measured], calibration: Calibration) -> Iterator[Errors]:
    """Yields every sort of error that had cases; a defect counts as seen from one half."""
    real = [m for m in measured if not m.case.composite]
    made = [m for m in measured if m.case.composite]
    yield from _find_foreign(real, made, calibration)
    yield from _find_spoilage(real, made, calibration)
    yield from _find_scenes(real, calibration)
    if clean := starts(real, "clean/"):
        graded = [m for m in clean if is_graded_worse(m)]
        title = "Clean meal graded moderate or worse: real photos"
        yield Errors(title, len(clean), [(f"graded {m.severity}", m) for m in graded])


def _find_foreign(
    real: Sequence[Measured], made: Sequence[Measured], calibration: Calibration
) -> Iterator[Errors]:
    def share(m: Measured) -> float:
        return calibration.foreign.apply(m.scores["foreign"])

    shown = starts(made, "foreign/")
    missed = {
        "known kinds, composites": [m for m in shown if m.case.kind != "hair"],
        "hair, composites": [m for m in shown if m.case.kind == "hair"],
        "kinds never trained on, composites": starts(made, "unseen/"),
    }
    for name, items in missed.items():
        yield from _rank(f"Foreign object missed: {name}", items, share, seen=False)
    controls = [m for m in made if m.case.foreign is False]
    for name, items in {
        "clean meals, real photos": starts(real, "clean/"),
        "food pasted alike and spoilage, composites": controls,
    }.items():
        yield from _rank(f"Foreign object falsely seen: {name}", items, share, seen=True)


def _find_spoilage(
    real: Sequence[Measured], made: Sequence[Measured], calibration: Calibration
) -> Iterator[Errors]:
    def share(m: Measured) -> float:
        return calibration.spoiled.apply(m.scores["spoiled"])

    for data, items in (("real photos", real), ("composites", made)):
        spoiled = [m for m in items if truth_of(m, "spoiled")]
        fresh = [m for m in items if truth_of(m, "spoiled") is False]
        yield from _rank(f"Spoilage missed: {data}", spoiled, share, seen=False)
        yield from _rank(f"Spoilage falsely seen: {data}", fresh, share, seen=True)
    yield from _find_shares(made, calibration)


def _find_shares(made: Sequence[Measured], calibration: Calibration) -> Iterator[Errors]:
    known = []
    for m in made:
        if m.case.spoiled_share is not None:
            said = calibration.read_share(measure_share(m, calibration.spoiled_cell))[0]
            caption = f"share {said:.0%}, truly {m.case.spoiled_share:.0%}"
            known.append((abs(said - m.case.spoiled_share), caption, m))
    wrong = sorted((row for row in known if row[0] > _SHARE_OFF), key=lambda row: -row[0])
    if known:
        title = "Spoiled share off by more than 10 points: composites"
        yield Errors(title, len(known), [(caption, m) for _, caption, m in wrong])


def _find_scenes(real: Sequence[Measured], calibration: Calibration) -> Iterator[Errors]:
    def share(m: Measured) -> float:
        return share_not_food(m, calibration)

    food = [m for m in real if m.case.scene not in (UNKNOWN_SCENE, _NOT_FOOD)]
    other = [m for m in real if m.case.scene == _NOT_FOOD]
    level = calibration.not_food_from
    yield from _rank("Food refused as no food: real photos", food, share, seen=True, level=level)
    yield from _rank("No food, taken for food: real photos", other, share, seen=False, level=level)


def _rank(
    title: str,
    items: Sequence[Measured],
    share: Callable[[Measured], float],
    *,
    seen: bool,
    level: float = _HALF,
) -> Iterator[Errors]:
    """Those on the wrong side of a level, the surest mistakes first."""
    shares = [(share(m), m) for m in items]
    wrong = [pair for pair in shares if (pair[0] >= level) == seen]
    wrong.sort(key=lambda pair: pair[0], reverse=seen)
    if items:
        said = [(f"said {value:.0%}, graded {m.severity}", m) for value, m in wrong]
        yield Errors(title, len(items), said)
