import numpy as np
import pytest

from model.calibration import LEFT_ABOVE, LEFT_BELOW, LEFT_POWER, UNDECIDED_MOST
from tests.model.conftest import PLAIN
from tests.training.portion_readings import make_pair, make_readings, read_colours
from training.portion_fit import fit_portion, list_fills, list_orders, read_pairs


def test_the_curve_and_its_interval_are_fitted_on_pairs_of_known_volume() -> None:
    fitted = fit_portion(make_readings(1, "rendered", 400, 1.6, 0.1), PLAIN)
    assert fitted.left_power == pytest.approx(1.6, abs=0.1)
    covered = []
    for reading in make_readings(2, "rendered", 1000, 1.6, 0.1):
        portion = reading.estimate(fitted)
        assert portion is not None
        assert portion.interval is not None
        covered.append(portion.interval[0] <= reading.pair.shortfall <= portion.interval[1])
    assert 0.84 < np.mean(covered) < 0.95


def test_areas_alone_leave_the_curve_and_never_narrow_its_interval() -> None:
    fitted = fit_portion(make_readings(3, "drawn", 40, 1.0, 0.01), PLAIN)
    assert fitted.left_power == PLAIN.left_power
    assert (fitted.left_below, fitted.left_above) == (LEFT_BELOW, LEFT_ABOVE)


def test_every_sort_of_pairs_weighs_the_same() -> None:
    drawn = make_readings(4, "drawn", 90, 1.0, 0.0)
    fitted = fit_portion(drawn + make_readings(5, "rendered", 15, 2.0, 0.0), PLAIN)
    assert 1.2 < fitted.left_power < 1.8


def test_without_pairs_nothing_is_claimed_to_be_known() -> None:
    fitted = fit_portion([], PLAIN)
    assert fitted.fill_margin == 1.0
    assert fitted.left_power == PLAIN.left_power
    assert LEFT_POWER >= 1


def test_photos_in_doubt_are_left_out_where_they_are_told_in_the_wrong_order() -> None:
    sure = [make_pair("drawn", 0.9, share) for share in np.linspace(0.3, 0.8, 30)]
    wrong = [make_pair("drawn", 0.85, 0.9, 0.4, doubtful=0.17) for _ in range(10)]
    right = [make_pair("drawn", 0.9, 0.6, doubtful=0.17) for _ in range(10)]
    fits = [
        fit_portion(read_pairs(read_colours, sure + more, PLAIN), PLAIN).undecided_most
        for more in (wrong, right)
    ]
    assert fits[0] < 0.17 < fits[1]
    # Pairs that are drawn never let more doubt pass than served before.
    assert fits[1] == UNDECIDED_MOST


def test_order_is_tried_both_ways_on_pairs_that_differ() -> None:
    pairs = [
        make_pair("drawn", 0.9, 0.84, 0.2),
        make_pair("drawn", 0.9, 0.85),
        make_pair("drawn", 0.85, 0.9, 0.2),
    ]
    orders = list_orders(read_pairs(read_colours, pairs, PLAIN), PLAIN)
    assert orders == [True, True, False, False]


def test_a_photo_without_a_container_gives_no_estimate_and_no_filled_share() -> None:
    pair = make_pair("drawn", 0.9, 0.45)
    blank = pair.__class__(pair.sort, np.zeros_like(pair.packing), pair.customer, 0.5, (0.9, 0.45))
    (reading,) = read_pairs(read_colours, [blank], PLAIN)
    assert reading.estimate(PLAIN) is None
    assert list_fills([reading]) == [(pytest.approx(0.45, abs=0.02), 0.45)]
