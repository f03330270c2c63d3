"""The cold chain as a curve."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from serve.times import from_iso

if TYPE_CHECKING:
    from collections.abc import Mapping

WIDTH, HEIGHT, MARGIN = 280, 48, 6
"""Of the drawing, in its own units."""

_ROOM_CELSIUS = 2.0
"""Above and below what is drawn, so that a line never runs along an edge."""


@dataclass(frozen=True)
class Chain:
    """A curve to draw.

    Attributes:
        points: of the curve, as SVG writes them.
        dots: the readings' places, x and y.
        limit_y: where the limit lies.
        top: the temperature at the upper edge, in degrees Celsius.
        bottom: that at the lower edge.
    """

    points: str
    dots: tuple[tuple[float, float], ...]
    limit_y: float
    top: float
    bottom: float


def draw_chain(cold_chain: Mapping[str, Any]) -> Chain | None:
    """Returns the curve of the readings, in the order of time; None without any.

    Args:
        cold_chain: as `serve.claims.context` describes it.
    """
    readings = sorted(
        (when, reading["celsius"])
        for reading in cold_chain["readings"]
        if (when := from_iso(reading["at"])) is not None
    )
    if not readings:
        return None
    limit = float(cold_chain["limit_celsius"])
    celsius = [limit, *(float(value) for _, value in readings)]
    top, bottom = max(celsius) + _ROOM_CELSIUS, min(celsius) - _ROOM_CELSIUS

    def height_of(value: float) -> float:
        return round(HEIGHT * (top - value) / (top - bottom), 1)

    dots = tuple(
        (_place(when, readings[0][0], readings[-1][0]), height_of(value))
        for when, value in readings
    )
    points = " ".join(f"{x},{y}" for x, y in dots)
    return Chain(points, dots, height_of(limit), top, bottom)


def _place(when: datetime, first: datetime, last: datetime) -> float:
    span_s = (last - first).total_seconds()
    if span_s == 0:
        return WIDTH / 2
    share = (when - first).total_seconds() / span_s
    return round(MARGIN + share * (WIDTH - 2 * MARGIN), 1)
