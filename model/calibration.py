"""Numbers that turn the network's outputs into probabilities, shares and intervals.

They are fitted on photos that the network was not trained on, ship beside the weights, and are
part of the model's identity: another calibration is another model.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Logistic:
    """Platt scaling: probability = 1 / (1 + exp(-(slope * score + offset))) (Platt 1999)."""

    slope: float
    offset: float

    def apply(self, score: float) -> float:
        """Returns the probability of a score (a logit)."""
        value = self.slope * score + self.offset
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, value))))


@dataclass(frozen=True)
class Calibration:
    """Calibration of one set of weights.

    Attributes:
        foreign: from the strongest cells' mean logit to the probability of a foreign object.
        spoiled: the same for spoilage.
        mould: the same for mould.
        foreign_cell: probability from which a cell belongs to an object.
        spoiled_cell: probability from which a cell counts as spoiled.
        food_cell: probability from which a cell counts as food.
        container_cell: probability from which a cell lies in a container's opening.
        scene_temperature: divides the scene's logits before the softmax (Guo et al. 2017).
        not_food_from: probability of not_food from which a photo is sent back.
        area_margin: half width of the 90 % interval of the spoiled share, relative to
            sqrt(share * (1 - share)) + 0.05 (split conformal, Lei et al. 2018).
        shortfall_margin: half width of the 90 % interval of the shortfall against a packing photo.
        fill_margin: half width of the 90 % interval of the filled share of one container alone.
    """

    foreign: Logistic
    spoiled: Logistic
    mould: Logistic
    foreign_cell: float
    spoiled_cell: float
    food_cell: float
    container_cell: float
    scene_temperature: float
    not_food_from: float
    area_margin: float
    shortfall_margin: float
    fill_margin: float

    def write(self, path: Path) -> None:
        """Writes the calibration as JSON."""
        path.write_text(json.dumps(asdict(self), indent=2) + "\n", "utf-8")


def read_calibration(text: str) -> Calibration:
    """Reads what `Calibration.write` wrote."""
    stored = json.loads(text)
    for name in ("foreign", "spoiled", "mould"):
        stored[name] = Logistic(**stored[name])
    return Calibration(**stored)


def measure_area_scale(share: float) -> float:
    """How far a spoiled share may plausibly be off, up to the factor `area_margin`."""
    return math.sqrt(max(0.0, share * (1 - share))) + 0.05
