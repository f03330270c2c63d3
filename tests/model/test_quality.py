import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from model.photo import Photo
from model.quality import find_problems

RNG = np.random.default_rng(0)


def photo(bgr: NDArray[np.uint8]) -> Photo:
    return Photo("", bgr.shape[1], bgr.shape[0], bgr, 1.0)


def draw_salad(width_px: int = 640, height_px: int = 480) -> NDArray[np.uint8]:
    coarse = cv2.resize(
        RNG.normal(0, 40, (height_px // 20, width_px // 20, 3)), (width_px, height_px)
    )
    fine = RNG.normal(0, 25, (height_px, width_px, 1))
    return (110 + coarse + fine).clip(0, 255).astype(np.uint8)


def draw_rice() -> NDArray[np.uint8]:
    """Pale grains on pale grains, sharp: little contrast, and nothing wrong with the photo."""
    bowl = np.full((480, 640, 3), 200, np.uint8)
    for _ in range(1500):
        centre = (int(RNG.integers(120, 520)), int(RNG.integers(60, 420)))
        grey = int(RNG.integers(205, 245))
        axes = (9, 3)
        cv2.ellipse(bowl, centre, axes, float(RNG.uniform(0, 180)), 0, 360, (grey,) * 3, -1)
    return bowl


@pytest.mark.parametrize("bgr", [draw_salad(), draw_rice()], ids=["salad", "rice"])
def test_a_good_photo_has_no_problem(bgr: NDArray[np.uint8]) -> None:
    assert find_problems(photo(bgr)) == ()


def test_a_sharp_dish_before_a_blurred_table_is_no_problem() -> None:
    bgr = cv2.GaussianBlur(draw_salad(), (0, 0), 8)
    bgr[160:320, 220:420] = draw_salad()[160:320, 220:420]
    assert find_problems(photo(np.asarray(bgr, np.uint8))) == ()


@pytest.mark.parametrize(
    ("bgr", "problem"),
    [
        ((draw_salad() * 0.15).astype(np.uint8), "too_dark"),
        (np.full((480, 640, 3), 255, np.uint8), "too_bright"),
        (np.asarray(cv2.GaussianBlur(draw_salad(), (0, 0), 5), np.uint8), "blurred"),
        (draw_salad(90, 400), "too_small"),
        (draw_salad(8000, 100), "too_small"),
    ],
    ids=["dark", "bright", "blurred", "small", "narrow"],
)
def test_a_photo_that_shows_nothing_is_told_why(bgr: NDArray[np.uint8], problem: str) -> None:
    assert find_problems(photo(bgr)) == (problem,)


def test_the_narrowest_strip_is_no_accident() -> None:
    strip = np.zeros((1, 1792, 3), np.uint8)
    assert find_problems(Photo("", 100_000, 100, strip, 0.01792)) == ("too_small",)
