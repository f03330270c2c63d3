"""Numbers that turn the network's outputs into probabilities, shares and intervals.

They are fitted on photos that the network was not trained on, ship beside the weights, and are
part of the model's identity: another calibration is another model.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path

_LEAST_SHARE = 0.003
"""Share below which, and above one minus which, log-odds are not told apart."""

_RETIRED = "shortfall_margin"
"""Width of an interval of areas, in calibrations up to November 2026; nothing reads it."""

LEAST_LEFT = 0.05
"""Share of a packed volume below which nothing is told from a little."""
BRIMFUL_FROM = 0.95
"""Filled share of a packed container that read as full as one with half its volume."""
UNDECIDED_MOST, LEFT_POWER, LEFT_BELOW, LEFT_ABOVE = 0.25, 1.35, 0.82, 0.42
"""What `python -m training portion` printed with 16 rendered pairs, rounded up.

They stand where there are no rendered pairs to fit them on.
"""


@dataclass(frozen=True)
class Logistic:
    """Platt scaling: probability = 1 / (1 + exp(-(slope * score + offset))) (Platt 1999)."""

    slope: float
    offset: float

    def apply(self, score: float) -> float:
        """Returns the probability of a score (a logit)."""
        value = self.slope * score + self.offset
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, value))))

    def move(self, offset: float) -> Logistic:
        """Returns the same curve, moved by `offset` in log-odds."""
        return Logistic(self.slope, self.offset + offset)


@dataclass(frozen=True)
class Calibration:
    """Calibration of one set of weights.

    Attributes:
        foreign: from the strongest cells' mean logit to the probability of a foreign object.
        spoiled: the same for spoilage.
        mould: the same for mould.
        foreign_cell: probability from which a cell belongs to an object.
        kind_from: probability from which the kind of an object is named; below it is `other`.
        spoiled_cell: probability from which a cell counts as spoiled.
        food_cell: probability from which a cell counts as food.
        container_cell: probability from which a cell lies in a container's opening.
        scene_temperature: divides the scene's logits before the softmax (Guo et al. 2017).
        not_food_from: probability of not_food from which a photo is sent back.
        spoiled_share: from the log-odds of the share of spoiled cells to the spoiled share of the
            food; the network marks less than is spoiled.
        share_below: how far below the spoiled share its 90 % interval begins, in log-odds, where
            errors are about as wide for small shares as for large (cross-conformal, Vovk 2015).
        share_above: how far above it ends, in log-odds.
        undecided_most: share of an opening that may be undecided between food and wall before a
            photo gives no portion.
        brimful_from: filled share from which a container is covered from wall to wall, so that two
            such photos do not tell how deep the food is.
        left_power: what is left of a packed volume is the ratio of the filled shares to this power.
        left_below: how far below that its 90 % interval begins, in logarithms of what is left.
        left_above: how far above it ends, in logarithms.
        fill_margin: half width of the 90 % interval of the filled share of one container alone.
    """

    foreign: Logistic
    spoiled: Logistic
    mould: Logistic
    foreign_cell: float
    kind_from: float
    spoiled_cell: float
    food_cell: float
    container_cell: float
    scene_temperature: float
    not_food_from: float
    spoiled_share: Logistic
    share_below: float
    share_above: float
    fill_margin: float
    undecided_most: float = UNDECIDED_MOST
    brimful_from: float = BRIMFUL_FROM
    left_power: float = LEFT_POWER
    left_below: float = LEFT_BELOW
    left_above: float = LEFT_ABOVE

    def read_share(self, cells_share: float) -> tuple[float, tuple[float, float]]:
        """Returns the spoiled share of the food and its 90 % interval.

        Args:
            cells_share: share of the food's cells that count as spoiled, in [0, 1].
        """
        odds = log_odds(cells_share)
        share = self.spoiled_share.apply(odds) if cells_share > 0 else 0.0
        low = self.spoiled_share.move(-self.share_below).apply(odds) if cells_share > 0 else 0.0
        return share, (low, self.spoiled_share.move(self.share_above).apply(odds))

    def read_left(self, left: float, more: float = 0.0) -> tuple[float, float]:
        """Returns the 90 % interval of what is left of a packed volume.

        Args:
            left: the estimate, as a share of what was packed.
            more: how much further the interval reaches on either side, in logarithms.
        """
        low = left * math.exp(-self.left_below - more) if left > LEAST_LEFT else 0.0
        return low, max(left, LEAST_LEFT) * math.exp(self.left_above + more)

    def write(self, path: Path) -> None:
        """Writes the calibration as JSON."""
        path.write_text(json.dumps(asdict(self), indent=2) + "\n", "utf-8")


def read_calibration(text: str) -> Calibration:
    """Reads what `Calibration.write` wrote, now or before the portion told volumes."""
    stored = json.loads(text)
    stored.pop(_RETIRED, None)
    for name in ("foreign", "spoiled", "mould", "spoiled_share"):
        stored[name] = Logistic(**stored[name])
    return Calibration(**stored)


def log_odds(share: float) -> float:
    """Returns the log-odds of a share; none or all counts as `_LEAST_SHARE` away from it."""
    bounded = min(max(share, _LEAST_SHARE), 1 - _LEAST_SHARE)
    return math.log(bounded / (1 - bounded))
