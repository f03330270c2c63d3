"""Whether a photo keeps its grade when it is sent another way: coded, shrunk, turned or cropped."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from model.calibration import Calibration
from training.cases import Case
from training.measure import Run, map_many, read_answer
from training.tallies import average

Picture = NDArray[np.uint8]


def _recode(bgr: Picture) -> Picture:
    coded = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 70])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)


def _halve(bgr: Picture) -> Picture:
    return np.asarray(cv2.resize(bgr, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)


def _crop(bgr: Picture) -> Picture:
    """Takes 5 % off each side, a tenth of width and height."""
    y, x = bgr.shape[0] // 20, bgr.shape[1] // 20
    return np.ascontiguousarray(bgr[y : bgr.shape[0] - y, x : bgr.shape[1] - x])


def _turn(bgr: Picture) -> Picture:
    return np.ascontiguousarray(np.rot90(bgr))


def _mirror(bgr: Picture) -> Picture:
    return np.ascontiguousarray(bgr[:, ::-1])


_CHANGES: dict[str, Callable[[Picture], Picture]] = {
    "coded_again_at_quality_70": _recode,
    "half_the_size": _halve,
    "turned_by_90_degrees": _turn,
    "mirrored": _mirror,
    "cropped_by_a_tenth": _crop,
}


def judge_robustness(
    run: Run, calibration: Calibration, cases: Iterable[Case], step: int
) -> dict[str, Any]:
    """Returns the share of pictures that keep their grade, by change and over all changes.

    Args:
        run: the network.
        calibration: of the model.
        cases: real photos or composites, not both: figures of the two stay apart.
        step: of the cases, every one so many is taken.
    """
    kept: dict[str, list[bool]] = {name: [] for name in _CHANGES}

    def grade(bgr: Picture) -> str:
        return read_answer(run(bgr), bgr, calibration)[1].severity

    def compare(case: Case) -> dict[str, bool]:
        before = grade(case.bgr)
        return {name: grade(change(case.bgr)) == before for name, change in _CHANGES.items()}

    for same in map_many(compare, islice(cases, 0, None, step), "change"):
        for name, value in same.items():
            kept[name].append(value)
    return {
        "pictures": len(kept["mirrored"]),
        "same_grade_mean": average([same for values in kept.values() for same in values]),
        "same_grade": {name: average(values) for name, values in kept.items() if values},
    }
