"""The scores of one photo, before any rule grades them."""

from __future__ import annotations

from dataclasses import dataclass

Interval = tuple[float, float]
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Scene:
    """What kind of picture it is: salad, bento, other_food or not_food."""

    label: str
    probability: float


@dataclass(frozen=True)
class Spoilage:
    """Spoilage of the food.

    Attributes:
        probability: that any food in the picture is spoiled.
        area_fraction: spoiled share of the visible food, in [0, 1].
        interval: 90 % interval of that share.
        mould_probability: that mould is visible.
    """

    probability: float
    area_fraction: float
    interval: Interval
    mould_probability: float


@dataclass(frozen=True)
class ForeignObjectFinding:
    """One foreign object; `box_px` is x0, y0, x1, y1 in the upright original."""

    kind: str
    probability: float
    box_px: Box


@dataclass(frozen=True)
class ForeignObjects:
    """Probability that the picture shows any foreign object, and the ones found."""

    probability: float
    objects: tuple[ForeignObjectFinding, ...]


@dataclass(frozen=True)
class Portion:
    """How much is missing.

    Attributes:
        shortfall_fraction: missing share, in [0, 1]; None where it is not known.
        interval: 90 % interval of that share.
        basis: packing_photo, product_record or container; None where no container is seen. With no
            share beside it: what the photo cannot be compared with.
    """

    shortfall_fraction: float | None
    interval: Interval | None
    basis: str | None

    @property
    def is_comparison(self) -> bool:
        """Whether it was held against packing photos; a container alone decides nothing."""
        return self.basis in ("packing_photo", "product_record")


@dataclass(frozen=True)
class Scores:
    """All that was measured; scene, spoilage and foreign objects are None on an unusable photo."""

    scene: Scene | None
    spoilage: Spoilage | None
    foreign_object: ForeignObjects | None
    portion: Portion


NO_PORTION = Portion(None, None, None)
