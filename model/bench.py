"""Speed and memory of one assessment, as ratios to what cannot be avoided on the same machine."""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from model.layout import prepare_input
from model.scorer import Scorer
from model.weights import load_release

PHOTO_SIDES_PX = (4032, 3024)
"""A phone's 12 megapixels."""


@dataclass(frozen=True)
class Benchmark:
    """Medians over the rounds.

    Attributes:
        floor_s: reduced decode, resize and one inference, nothing else.
        assess_s: a whole assessment.
        ratio: median over rounds of assess_s / floor_s, measured in turn.
        resident_mb: peak resident memory of this process.
    """

    floor_s: float
    assess_s: float
    ratio: float
    resident_mb: float


def draw_photo(seed: int = 0) -> bytes:
    """A 12 megapixel JPEG with the detail of a photo: noise of many scales."""
    rng = np.random.default_rng(seed)
    width, height = PHOTO_SIDES_PX
    picture = np.full((height, width, 3), 120, np.float32)
    for cells in (6, 24, 96, 384):
        coarse = rng.normal(0, 60 / np.sqrt(cells / 6), (cells * 3 // 4, cells, 3))
        picture += cv2.resize(coarse.astype(np.float32), (width, height))
    coded = cv2.imencode(".jpg", picture.clip(0, 255).astype(np.uint8), [1, 90])[1]
    return coded.tobytes()


def run_benchmark(photo: bytes, rounds: int = 15) -> Benchmark:
    """Times the floor and a whole assessment in turn, so that drift of the machine cancels."""
    scorer, session = Scorer(), load_release().open_session()
    data = np.frombuffer(photo, np.uint8)

    def floor() -> None:
        session.run(prepare_input(cv2.imdecode(data, cv2.IMREAD_REDUCED_COLOR_4))[0])

    def assess() -> None:
        scorer.assess(photo)

    floor()
    assess()
    times = [(_time(floor), _time(assess)) for _ in range(rounds)]
    ratios = [whole / least for least, whole in times]
    return Benchmark(
        statistics.median(least for least, _ in times),
        statistics.median(whole for _, whole in times),
        statistics.median(ratios),
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def _time(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
