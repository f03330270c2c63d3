"""Speed and memory of one assessment, as ratios to what cannot be avoided on the same machine."""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from model.errors import InvalidInput
from model.outputs import run_network
from model.photo import read_photo
from model.scorer import Scorer
from model.weights import load_release

PHOTO_LONG_SIDE_PX = 4032
"""The long side of a phone's 12 megapixels."""


@dataclass(frozen=True)
class Benchmark:
    """Medians over the rounds.

    Attributes:
        floor_s: reduced decode, resize and the network's two views, nothing else.
        assess_s: a whole assessment.
        ratio: median over rounds of assess_s / floor_s, measured in turn.
        resident_mb: peak resident memory of this process.
    """

    floor_s: float
    assess_s: float
    ratio: float
    resident_mb: float


def enlarge_photo(photo: bytes) -> bytes:
    """Returns a photo as a JPEG of about 12 megapixels, whatever its own size."""
    bgr = read_photo(photo).bgr
    scale = PHOTO_LONG_SIDE_PX / max(bgr.shape[:2])
    large = cv2.resize(bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    return cv2.imencode(".jpg", large, [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()


def run_benchmark(photo: bytes, rounds: int = 15) -> Benchmark:
    """Times the floor and a whole assessment in turn, so that drift of the machine cancels.

    Args:
        photo: a JPEG of a meal; an unusable photo would skip half of the work.
        rounds: how often.

    Raises:
        InvalidInput: the photo cannot be used.
    """
    scorer, session = Scorer(), load_release().open_session()
    data = np.frombuffer(photo, np.uint8)

    def floor() -> None:
        reduced = np.asarray(cv2.imdecode(data, cv2.IMREAD_REDUCED_COLOR_4), np.uint8)
        run_network(session, reduced)

    def assess() -> None:
        scorer.assess(photo)

    floor()
    if problems := scorer.assess(photo).problems:
        raise InvalidInput(
            "A benchmark takes a usable photo", ", ".join(problems), code="unusable_photo"
        )
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
