"""How often what happens to a training picture."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """Shares of what is composed.

    Attributes:
        side_px: side of a picture; crops at the scale of inference.
        meal, container, not_food, produce: shares of the bases; the rest are decayed leaves.
        foreign, control, spoilage, disturbance, clutter: shares of food pictures they happen to.
        hard, hard_control: shares of meals and of controls where a model raised a false alarm.
        claims: share of labelled claims, where there are any.
    """

    side_px: int = 256
    meal: float = 0.58
    container: float = 0.14
    not_food: float = 0.13
    produce: float = 0.06
    foreign: float = 0.55
    control: float = 0.60
    spoilage: float = 0.40
    disturbance: float = 0.25
    clutter: float = 0.12
    hard: float = 0.3
    hard_control: float = 0.15
    claims: float = 0.25
