"""Measured cases made up for tests of calibration and evaluation."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from training.cases import Case
from training.measure import Measured, Named

FOOD_CELLS = 1600
"""Cells of food in every made-up map: a block of 40 by 40."""


def make_measured(
    name: str,
    score: float = 0.0,
    *,
    foreign: bool | None = False,
    spoiled: bool | None = False,
    mould: bool | None = None,
    kind: str | None = None,
    truth: float | None = None,
    marked: float = 0.0,
    scene: int = 0,
    scene_logits: tuple[float, ...] = (4.0, 0.0, 0.0, 0.0),
    severity: str | None = None,
    box_hit: bool | None = None,
    surest_box_hit: bool | None = None,
    named_kind: str | None = None,
    named: tuple[Named, ...] = (),
    problems: Mapping[str, str] | None = None,
    shown_kinds: tuple[str, ...] = (),
    peak_hit: bool | None = None,
    group: str = "",
) -> Measured:
    """A case of a slice; `score` stands for every defect, `marked` is the share of marked cells."""
    made = not name.startswith(("clean/", "not_food/", "fresh/", "decayed/"))
    picture, thing = np.zeros((0, 0, 3), np.uint8), group or name
    case = Case(picture, name, made, thing, scene, foreign, spoiled, None, kind, truth, mould)
    maps = {"food": fill(1.0), "spoiled": fill(marked), "foreign": fill(0.0)}
    return Measured(
        case=case,
        maps=maps,
        scores=dict.fromkeys(("foreign", "spoiled", "mould"), score),
        scene=np.array(scene_logits, np.float32),
        peak_hit=peak_hit,
        object_cells=None,
        severity=severity,
        box_hit=box_hit,
        surest_box_hit=box_hit if surest_box_hit is None else surest_box_hit,
        named_kind=named_kind,
        named=named,
        problems=problems or {},
        shown_kinds=shown_kinds,
    )


def fill(share: float) -> NDArray[np.uint8]:
    """A map of 50 by 50 cells whose first `share` of the food's cells is sure."""
    flat = np.zeros(FOOD_CELLS, np.uint8)
    flat[: round(share * FOOD_CELLS)] = 255
    grid = np.zeros((50, 50), np.uint8)
    grid[:40, :40] = flat.reshape(40, 40)
    return grid
