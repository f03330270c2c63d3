"""Figures of real photos: not-food told from food, and what is said of clean meals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import softmax

from model.calibration import Calibration
from model.layout import SCENES
from training.measure import Measured
from training.scene import ANY_FOOD, UNKNOWN_SCENE
from training.tallies import Figures, average, part, thing_of

_NOT_FOOD = SCENES.index("not_food")
FOOD_REFUSED = 0.02
"""Share of the food photos that may be refused where not-food is counted."""


def judge_scene(real: Sequence[Measured], calibration: Calibration) -> Figures:
    """Not-food told from food, at the threshold in force and where 2 % of this food is refused."""
    food = [m for m in real if m.case.scene not in (UNKNOWN_SCENE, _NOT_FOOD)]
    other = [m for m in real if m.case.scene == _NOT_FOOD]
    named = [m for m in food if m.case.scene != ANY_FOOD]
    eaten, thrown = ([share_not_food(m, calibration) for m in items] for items in (food, other))
    level = float(np.quantile(eaten, 1 - FOOD_REFUSED)) if eaten else float("inf")
    return {
        "not_food_found": average([share >= calibration.not_food_from for share in thrown]),
        "not_food_photos": len(other),
        "food_refused": average([share >= calibration.not_food_from for share in eaten]),
        "food_photos": len(food),
        "not_food_found_at_2_percent_food_refused": average([share > level for share in thrown]),
        "kind_of_food_right": average([int(m.scene[:3].argmax()) == m.case.scene for m in named]),
        "photos_of_known_kind": len(named),
    }


def share_not_food(item: Measured, calibration: Calibration) -> float:
    """Returns the probability that a picture shows no food."""
    return float(softmax(item.scene.astype(float) / calibration.scene_temperature)[_NOT_FOOD])


def judge_clean(clean: Sequence[Measured], calibration: Calibration) -> Figures:
    """What is said of clean meals, on which all that is seen is a false alarm."""
    foreign = [calibration.foreign.apply(m.scores["foreign"]) for m in clean]
    spoiled = [calibration.spoiled.apply(m.scores["spoiled"]) for m in clean]
    return {
        "photos": len(clean),
        "graded_moderate_or_severe": average([is_graded_worse(m) for m in clean]),
        "graded_unknown": average([m.severity == "unknown" for m in clean]),
        "graded_none": average([m.severity == "none" for m in clean]),
        "kinds_named": sum(len(m.shown_kinds) for m in clean),
        "foreign_object_above_one_half": average([share >= 0.5 for share in foreign]),
        "spoilage_above_one_half": average([share >= 0.5 for share in spoiled]),
        "sources": {
            name: {
                "photos": len(items),
                "graded_moderate_or_severe": average([is_graded_worse(m) for m in items]),
            }
            for name, items in part(clean, thing_of).items()
        },
    }


def is_graded_worse(item: Measured) -> bool:
    """Whether a photo was graded moderate or severe."""
    return item.severity in ("moderate", "severe")
