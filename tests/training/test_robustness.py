import numpy as np
import pytest
from numpy.typing import NDArray

from model.outputs import Outputs
from tests.model.conftest import PLAIN
from training.cases import Case
from training.robustness import judge_robustness


def draw_case(seed: int) -> Case:
    """A sharp photo that is brighter on its left."""
    rng = np.random.default_rng(seed)
    bgr = np.full((240, 320, 3), 60, np.uint8) + rng.integers(0, 50, (240, 320, 3), np.uint8)
    bgr[:, :160] += 100
    return Case(bgr, "clean/a", False, str(seed))


def answer(foreign: float) -> Outputs:
    cells = (112, 112)
    maps = np.full((5, *cells), -9.0, np.float32)
    maps[0] = 9.0
    maps[4] = foreign
    kinds = np.zeros((8, *cells), np.float32)
    kinds[1] = 9.0
    return Outputs(maps, kinds, np.array([9.0, 0, 0, 0], np.float32))


def see_nothing(bgr: NDArray[np.uint8]) -> Outputs:
    return answer(-9.0)


def see_what_is_bright_on_the_left(bgr: NDArray[np.uint8]) -> Outputs:
    half = bgr.shape[1] // 2
    left_brighter = float(bgr[:, :half].mean()) > float(bgr[:, half:].mean()) + 20
    return answer(9.0 if left_brighter else -9.0)


def test_a_grade_that_never_changes_is_kept_always() -> None:
    kept = judge_robustness(see_nothing, PLAIN, [draw_case(n) for n in range(6)], 2)
    assert kept["pictures"] == 3
    assert set(kept["same_grade"].values()) == {1.0}


@pytest.mark.parametrize(
    ("change", "share"),
    [
        ("mirrored", 0.0),
        ("turned_by_90_degrees", 0.0),
        ("coded_again_at_quality_70", 1.0),
        ("half_the_size", 1.0),
        ("cropped_by_a_tenth", 1.0),
    ],
)
def test_a_grade_that_hangs_on_the_side_is_lost_by_turning(change: str, share: float) -> None:
    kept = judge_robustness(see_what_is_bright_on_the_left, PLAIN, [draw_case(1)], 1)
    assert kept["same_grade"][change] == share
    assert kept["same_grade_mean"] == 0.6
