"""Where the marks of a chart stand, in units of its own picture; templates draw them as SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 360, 200
"""Small enough that a phone shows the texts in their size; larger screens enlarge them."""

_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 8, 12, 24
_TICKS, _LABELS = 4, 6
_GAP = 0.25
_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Bar:
    """A rectangle; `kind` is what its colour stands for."""

    x: float
    y: float
    width: float
    height: float
    kind: str


@dataclass(frozen=True)
class Mark:
    """A label on an axis, and where it stands along it."""

    at: float
    text: str


@dataclass(frozen=True)
class Chart:
    """A chart's marks.

    Attributes:
        bars: rectangles.
        points: of a line, x and y.
        rows: labels of the horizontal lines.
        columns: labels below.
    """

    bars: Sequence[Bar]
    points: Sequence[tuple[float, float]]
    rows: Sequence[Mark]
    columns: Sequence[Mark]

    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    floor: int = HEIGHT - _BOTTOM

    @property
    def line(self) -> str:
        """The points as SVG writes them."""
        return " ".join(f"{x},{y}" for x, y in self.points)


def stack_bars(labels: Sequence[str], stacks: Sequence[Sequence[tuple[str, float]]]) -> Chart:
    """Places one bar a label, made of parts that stand on each other.

    Args:
        labels: below the bars.
        stacks: for each bar its parts from the ground up, kind and value.
    """
    top = _round_up(max((sum(value for _, value in parts) for parts in stacks), default=0))
    bars = []
    for number, parts in enumerate(stacks):
        x, width = _place(number, len(labels))
        reached = 0.0
        for kind, value in parts:
            if value:
                upper = _height(reached + value, top)
                height = _height(reached, top) - upper
                bars.append(Bar(x, round(upper, 2), width, round(height, 2), kind))
            reached += value
    return Chart(bars, (), _rows(top), _columns(labels))


def draw_line(labels: Sequence[str], values: Sequence[float]) -> Chart:
    """Places one point a label."""
    top = _round_up(max(values, default=0))
    points = []
    for number, value in enumerate(values):
        x, width = _place(number, len(labels))
        points.append((round(x + width / 2, 2), round(_height(value, top), 2)))
    return Chart((), points, _rows(top), _columns(labels))


def _place(number: int, count: int) -> tuple[float, float]:
    step = (WIDTH - _LEFT - _RIGHT) / count
    return round(_LEFT + step * (number + _GAP / 2), 2), round(step * (1 - _GAP), 2)


def _height(value: float, top: float) -> float:
    floor = HEIGHT - _BOTTOM
    return floor - (floor - _TOP) * value / top


def _round_up(value: float) -> float:
    """Returns the end of an axis whose ticks are round whole numbers."""
    least = max(value / _TICKS, 1)
    power = 10.0 ** math.floor(math.log10(least))
    steps = [step * power for step in _STEPS if (step * power).is_integer()]
    return _TICKS * next(step for step in steps if step >= least * (1 - 1e-9))


def _rows(top: float) -> list[Mark]:
    values = [top * number / _TICKS for number in range(_TICKS + 1)]
    return [Mark(round(_height(value, top), 2), f"{value:,.0f}") for value in values]


def _columns(labels: Sequence[str]) -> list[Mark]:
    every = math.ceil(len(labels) / _LABELS)
    marks = []
    for number in range(0, len(labels), every):
        x, width = _place(number, len(labels))
        marks.append(Mark(round(x + width / 2, 2), labels[number]))
    return marks
