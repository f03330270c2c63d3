import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from training.thumbnails import draw_thumbnail

Picture = NDArray[np.int_]
Boxes = list[tuple[int, int, int, int]]


def read(mask: NDArray[np.bool_] | None, foreign: float, boxes: Boxes) -> tuple[Picture, Picture]:
    """The photo and what was said of it, as the JPEG shows them."""
    bgr = np.full((240, 320, 3), 120, np.uint8)
    maps = {name: np.zeros((60, 80), np.float32) for name in ("food", "spoiled", "foreign")}
    maps["foreign"][20:30, 20:30] = foreign
    coded = np.frombuffer(draw_thumbnail(bgr, maps, mask, boxes), np.uint8)
    picture = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), int)
    assert picture.shape == (240, 644, 3)
    return picture[:, :320], picture[:, 324:]


def test_the_photo_stands_left_and_what_was_said_right() -> None:
    photo, said = read(None, 1.0, [])
    assert np.abs(photo - 120).max() < 8
    red = said[:, :, 2] - said[:, :, 1]
    assert red[95, 95] > 100
    assert np.abs(red[20:60, 200:]).max() < 10


def test_the_object_that_is_there_is_outlined_in_green() -> None:
    mask = np.zeros((240, 320), bool)
    mask[100:140, 100:160] = True
    photo, _ = read(mask, 0.0, [])
    green = photo[:, :, 1] - photo[:, :, 2]
    assert green[95:102, 130].max() > 40
    assert abs(green[120, 130]) < 15


@pytest.mark.parametrize(("boxes", "bright"), [([(100, 60, 200, 160)], True), ([], False)])
def test_reported_boxes_are_drawn(boxes: Boxes, bright: bool) -> None:
    _, said = read(None, 0.0, boxes)
    for row, column in ((60, 150), (160, 150), (110, 100), (110, 200)):
        assert (said[row, column].min() > 150) == bright
