from itertools import product
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from model.layout import STRIDE, prepare_input
from model.orientation import Turn, apply_turn, find_turn, undo_turn

RENDERED = Path(__file__).parents[2] / "datasets" / "rendered" / "photos"
TURNS = [Turn(*flags) for flags in product((False, True), repeat=3)]
SHAPES = [(240, 320), (320, 240), (301, 301), (300, 223), (223, 299)]


def draw_scene(shape: tuple[int, int], seed: int = 1) -> NDArray[np.uint8]:
    """Smooth light from one side, darker from another, with grain."""
    rng = np.random.default_rng(seed)
    coarse = rng.uniform(40, 200, (3, 4, 3))
    picture = cv2.resize(coarse, shape[::-1], interpolation=cv2.INTER_CUBIC)
    return (picture + rng.normal(0, 8, (*shape, 3))).clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("turn", TURNS)
def test_a_turn_is_undone(turn: Turn) -> None:
    values = np.arange(12, dtype=np.float32).reshape(3, 4)
    assert np.array_equal(undo_turn(apply_turn(values, turn), turn), values)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("turn", TURNS)
def test_a_photo_sent_turned_or_mirrored_is_the_same_input(
    turn: Turn, shape: tuple[int, int]
) -> None:
    picture = draw_scene(shape)
    expected, frame = prepare_input(picture)
    given, turned_frame = prepare_input(apply_turn(picture, turn))
    assert frame[:2] == turned_frame[:2]
    # Resizing rounds by a level of 255.
    assert np.abs(expected - given).max() <= 2.1 / 128


@pytest.mark.parametrize("seed", range(8))
def test_light_lies_right_of_the_middle_and_less_so_below(seed: int) -> None:
    turned = apply_turn(draw_scene((240, 320), seed), find_turn(draw_scene((240, 320), seed)))
    small = cv2.resize(turned, (64, 64), interpolation=cv2.INTER_AREA).astype(float).sum(2)
    places = np.arange(64) - 31.5
    right, down = small.sum(0) @ places, small.sum(1) @ places
    assert right >= down >= 0


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("turn", TURNS)
def test_maps_come_back_on_the_photos_own_axes(turn: Turn, shape: tuple[int, int]) -> None:
    picture = apply_turn(draw_scene(shape), turn)
    picture[40:60, 200:220] = (255, 0, 255)
    image, frame = prepare_input(picture)
    # A network that marks what is magenta: red and blue high, green low.
    cells = image[0, :, ::STRIDE, ::STRIDE]
    marked = np.minimum(cells[0], cells[2]) - cells[1]
    maps = np.repeat(marked[None], 5, 0).astype(np.float32)
    kinds = np.repeat(marked[None], 8, 0).astype(np.float32)
    rows, columns = frame.height_px // STRIDE, frame.width_px // STRIDE
    for map_ in undo_turn(np.stack([maps[4], kinds[3]])[:, :rows, :columns], frame.turn):
        row, column = np.unravel_index(int(map_.argmax()), map_.shape)
        assert 40 - 3 < (row + 0.5) / map_.shape[0] * picture.shape[0] < 60 + 3
        assert 200 - 3 < (column + 0.5) / map_.shape[1] * picture.shape[1] < 220 + 3


def test_coding_again_keeps_the_turn_of_rendered_photos() -> None:
    photos = sorted(RENDERED.glob("*.jpg"))
    assert len(photos) > 10
    kept = []
    for path in photos:
        picture = cv2.imread(str(path))
        assert picture is not None
        coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 70])[1]
        again = cv2.imdecode(coded, cv2.IMREAD_COLOR)
        assert again is not None
        kept.append(find_turn(np.asarray(picture, np.uint8)) == find_turn(np.asarray(again)))
    assert all(kept)
