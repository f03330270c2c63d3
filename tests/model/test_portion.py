import math
from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from model.calibration import Calibration
from model.portion import Filling, compare, measure_filling
from model.scores import Portion

NOT_COMPARABLE = Portion(None, None, "packing_photo")


def draw_box(
    full: float, scale: float = 1.0, shift: int = 0, sides: tuple[int, int] = (60, 40)
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """A rectangular opening (columns x rows cells) filled from the left; probabilities."""
    container, food = np.zeros((2, 112, 112), np.float32)
    width, height = round(sides[0] * scale), round(sides[1] * scale)
    left, top = 20 + shift, 20
    container[top : top + height, left : left + width] = 0.9
    food[top : top + height, left : left + round(width * full)] = 0.9
    return container, food


def measure(plain: Calibration, *args: float, **options: object) -> Filling:
    filling = measure_filling(*draw_box(*args, **options), plain)
    assert filling is not None
    return filling


@pytest.mark.parametrize("full", [0.25, 0.5, 1.0])
def test_the_filled_share_is_measured(plain: Calibration, full: float) -> None:
    assert measure(plain, full).share == pytest.approx(full, abs=0.03)


def test_a_half_full_box_against_a_full_one_is_half_short(plain: Calibration) -> None:
    portion = compare(measure(plain, 0.5), measure(plain, 1.0), [], plain)
    assert portion.basis == "packing_photo"
    assert portion.shortfall_fraction == pytest.approx(0.5, abs=0.03)
    assert portion.interval == pytest.approx(
        (1 - 0.5 * math.exp(0.2), 1 - 0.5 * math.exp(-0.1)), abs=0.03
    )


def test_the_distance_of_the_camera_drops_out(plain: Calibration) -> None:
    near, far = measure(plain, 0.6, 1.4), measure(plain, 0.6, 0.7)
    assert near.share == pytest.approx(far.share, abs=0.03)
    portion = compare(near, far, [], plain)
    assert portion.shortfall_fraction == pytest.approx(0.0, abs=0.05)


def test_a_little_more_than_was_packed_is_no_shortfall(plain: Calibration) -> None:
    portion = compare(measure(plain, 0.7), measure(plain, 0.65), [], plain)
    assert portion.shortfall_fraction == 0.0
    assert portion.interval is not None
    assert portion.interval[0] == 0.0


def test_much_more_than_was_packed_means_that_a_photo_was_misread(plain: Calibration) -> None:
    assert compare(measure(plain, 0.9), measure(plain, 0.5), [], plain) == NOT_COMPARABLE


def test_no_estimate_where_food_and_wall_are_not_told_apart(plain: Calibration) -> None:
    container, food = draw_box(0.93)
    for share, is_known in ((0.2, True), (0.4, False)):
        doubtful = food.copy()
        doubtful[:, 20 : 20 + round(60 * share)] *= 0.6
        filling = measure_filling(container, doubtful, plain)
        assert filling is not None
        assert filling.undecided == pytest.approx(share, abs=0.03)
        for one, other in ((filling, measure(plain, 1.0)), (measure(plain, 1.0), filling)):
            assert (compare(one, other, [], plain).interval is not None) == is_known


def test_two_containers_covered_from_wall_to_wall_do_not_tell_their_depth(
    plain: Calibration,
) -> None:
    assert compare(measure(plain, 1.0), measure(plain, 1.0, 1.2), [], plain) == NOT_COMPARABLE
    assert compare(measure(plain, 0.9), measure(plain, 1.0), [], plain).interval is not None


def test_specks_on_the_table_do_not_count_and_a_second_meal_leaves_no_estimate(
    plain: Calibration,
) -> None:
    container, food = draw_box(0.9)
    container[80:100, 20:70] = 0.9
    alone = measure_filling(container, food, plain)
    assert alone is not None
    assert alone.share == pytest.approx(0.9, abs=0.03)
    assert alone.aspect == pytest.approx(measure(plain, 0.9).aspect, rel=0.05)
    food[80:100, 20:70] = 0.9
    assert measure_filling(container, food, plain) is None


def test_volume_falls_faster_than_the_area_that_food_covers(plain: Calibration) -> None:
    steep = replace(plain, left_power=1.5)
    flat, deep = (compare(measure(plain, 0.6), measure(plain, 1.0), [], c) for c in (plain, steep))
    assert flat.shortfall_fraction == pytest.approx(0.4, abs=0.03)
    assert deep.shortfall_fraction == pytest.approx(1 - 0.6**1.5, abs=0.03)


def draw_tray(
    left: float, right: float, *, turned: bool = False
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """A tray with a wide and a narrow compartment, each filled to a share from above."""
    container, food = np.zeros((2, 112, 112), np.float32)
    for share, columns in ((left, slice(20, 58)), (right, slice(62, 84))):
        container[30:70, columns] = 0.9
        food[30 : 30 + round(40 * share), columns] = 0.9
    maps = (container, food)
    return tuple(m[::-1, ::-1].copy() for m in maps) if turned else maps  # type: ignore[return-value]


@pytest.mark.parametrize("turned", [False, True])
def test_compartments_are_compared_each_with_itself(plain: Calibration, turned: bool) -> None:
    steep = replace(plain, left_power=2.0)
    packed = measure_filling(*draw_tray(1.0, 0.8), steep)
    eaten = measure_filling(*draw_tray(1.0, 0.4, turned=turned), steep)
    assert packed is not None
    assert eaten is not None
    wide, narrow = 38, 0.8 * 22
    left = (wide + narrow * 0.5**2) / (wide + narrow)
    portion = compare(eaten, packed, [], steep)
    assert portion.shortfall_fraction == pytest.approx(1 - left, abs=0.02)
    as_one = 1 - ((38 + 0.4 * 22) / (38 + 0.8 * 22)) ** 2
    assert abs(as_one - (1 - left)) > 0.05


def test_a_container_that_is_not_seen_whole_gives_no_estimate(plain: Calibration) -> None:
    assert measure_filling(*draw_box(0.5, 1.5, shift=40), plain) is None
    assert measure_filling(*draw_box(0.5, 0.2), plain) is None
    nothing = np.zeros((112, 112), np.float32)
    assert measure_filling(nothing, nothing, plain) is None
    assert compare(None, measure(plain, 1.0), [], plain).basis is None


def test_another_container_or_an_empty_reference_gives_no_estimate(plain: Calibration) -> None:
    square = measure(plain, 1.0, sides=(60, 60))
    long = measure(plain, 1.0, sides=(80, 30))
    assert compare(square, long, [], plain) == NOT_COMPARABLE
    assert compare(square, measure(plain, 0.1, sides=(60, 60)), [], plain) == NOT_COMPARABLE


def test_a_packing_photo_that_shows_no_container_is_not_passed_over(plain: Calibration) -> None:
    square = measure(plain, 0.5)
    assert compare(square, None, [], plain, was_packed=True) == NOT_COMPARABLE
    assert compare(square, None, [], plain).basis == "container"
    record = [measure(plain, full) for full in (0.8, 0.9, 1.0)]
    assert compare(square, None, record, plain, was_packed=True).basis == "product_record"
    assert compare(None, None, [], plain, was_packed=True).basis is None


def test_a_record_that_cannot_be_compared_says_so(plain: Calibration) -> None:
    record = [measure(plain, full) for full in (0.4, 0.45, 0.5)]
    portion = compare(measure(plain, 0.9), None, record, plain)
    assert portion == Portion(None, None, "product_record")


def test_compartments_count_as_one_container(plain: Calibration) -> None:
    container, food = draw_box(1.0)
    container[:, 48:51] = 0
    food[:, 50:] = 0
    filling = measure_filling(container, food, plain)
    assert filling is not None
    assert filling.share == pytest.approx(0.5, abs=0.05)


def test_the_record_gives_its_median_and_a_wider_interval(plain: Calibration) -> None:
    record = [measure(plain, full) for full in (0.8, 0.9, 1.0)]
    portion = compare(measure(plain, 0.45), None, record, plain)
    assert portion.basis == "product_record"
    assert portion.shortfall_fraction == pytest.approx(0.5, abs=0.03)
    assert portion.interval is not None
    one = compare(measure(plain, 0.45), measure(plain, 0.9), [], plain)
    assert one.interval is not None
    assert portion.interval[0] < one.interval[0] - 0.05
    assert portion.interval[1] > one.interval[1] + 0.05


def test_one_photo_alone_says_how_full_the_container_is(plain: Calibration) -> None:
    portion = compare(measure(plain, 0.7), None, [], plain)
    assert portion.basis == "container"
    assert portion.shortfall_fraction == pytest.approx(0.3, abs=0.03)


def test_a_turned_box_keeps_its_shape(plain: Calibration) -> None:
    turn = cv2.getRotationMatrix2D((56, 56), 30, 1.0)
    turned = [np.asarray(cv2.warpAffine(m, turn, (112, 112)), np.float32) for m in draw_box(0.5)]
    filling = measure_filling(turned[0], turned[1], plain)
    assert filling is not None
    assert filling.aspect == pytest.approx(measure(plain, 0.5).aspect, rel=0.1)
    assert filling.share == pytest.approx(0.5, abs=0.05)


def test_the_record_widens_by_what_its_spread_means_for_the_volume(plain: Calibration) -> None:
    record = [measure(plain, full) for full in (0.8, 0.9, 1.0)]
    widths = []
    for power in (1.0, 2.0):
        curved = replace(plain, left_power=power)
        low, high = compare(measure(plain, 0.6), None, record, curved).interval or (0.0, 0.0)
        widths.append(np.log(1 - low) - np.log(1 - high))
    spread = 2 * 1.645 * np.std(np.log([0.8, 0.9, 1.0]), ddof=1)
    assert widths[1] - widths[0] == pytest.approx(spread, rel=0.15)
