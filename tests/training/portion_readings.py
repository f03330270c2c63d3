"""Pairs as a network might read them, made up for tests of the portion."""

from types import SimpleNamespace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from model.compartments import Compartment
from model.portion import Filling
from model.scorer import Outputs
from training.measure import Run
from training.portion_fit import Reading
from training.portion_pairs import PortionPair


def draw_tray(share: float, *, doubtful: float = 0.0) -> NDArray[np.uint8]:
    """A picture that `read_colours` reads: a container, filled and in doubt to a share."""
    picture = np.zeros((112, 112, 3), np.uint8)
    picture[30:80, 10:100, 0] = 255
    picture[30:80, 10 : 10 + round(90 * share), 1] = 255
    picture[30:80, 10 : 10 + round(90 * doubtful), 1] = 160
    return picture


def _read_colours(bgr: NDArray[np.uint8]) -> Outputs:
    """Blue is container, green is food; a mid green is food at a probability of 0.6."""
    food = np.select([bgr[:, :, 1] > 200, bgr[:, :, 1] > 100], [6.0, 0.4], -6.0)
    container = np.where(bgr[:, :, 0] > 127, 6.0, -6.0)
    maps = {"food": food, "container": container, "foreign": np.full(food.shape, -9.0)}
    return cast(
        Outputs,
        SimpleNamespace(maps={name: m.astype(np.float32) for name, m in maps.items()}),
    )


read_colours: Run = _read_colours


def make_pair(
    sort: str, full: float, left: float, shortfall: float | None = None, doubtful: float = 0.0
) -> PortionPair:
    """A pair that reads as filled to two shares; the truth is the area unless told otherwise."""
    truth = 1 - left / full if shortfall is None else shortfall
    shares = (full, left) if sort == "drawn" else None
    return PortionPair(sort, draw_tray(full), draw_tray(left, doubtful=doubtful), truth, shares)


def make_readings(seed: int, sort: str, count: int, power: float, noise: float) -> list[Reading]:
    """Readings of pairs whose volume falls by a power of the area, with an error in its log."""
    rng = np.random.default_rng(seed)
    readings = []
    for _ in range(count):
        ratio = rng.uniform(0.3, 0.9)
        left = ratio**power * np.exp(rng.normal(0, noise))
        pair = PortionPair(sort, _NOTHING, _NOTHING, 1 - left)
        readings.append(Reading(pair, _make_filling(0.9), _make_filling(0.9 * ratio)))
    return readings


_NOTHING = np.zeros((0, 0, 3), np.uint8)


def _make_filling(share: float) -> Filling:
    return Filling(share, 0.0, 1.5, _NOTHING[:, :, 0], (Compartment(0.0, 0.0, 1.0, share),))
