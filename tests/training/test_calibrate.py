import numpy as np
import pytest

from model.calibration import LEFT_BELOW, Calibration
from tests.training.measures import make_measured
from tests.training.portion_readings import make_pair, read_colours
from training.calibrate import calibrate, is_found, measure_share
from training.measure import Measured, Named, Run
from training.scene import ANY_FOOD


def never_run(_bgr: object) -> object:
    raise AssertionError("no pair was given")


def draw_cases(seed: int, count: int = 400, marks: float = 0.5) -> list[Measured]:
    """Cases of which the network marks about `marks` of what is spoiled, and scores rightly."""
    rng = np.random.default_rng(seed)
    cases = []
    for number in range(count):
        truth = float(rng.uniform(0.02, 0.8))
        marked = truth * marks * float(np.exp(rng.normal(0, 0.15)))
        cases.append(
            make_measured(
                "spoiled/drawn",
                rng.normal(2, 1),
                foreign=None,
                spoiled=True,
                mould=False,
                truth=truth,
                marked=min(marked, 1.0),
            )
        )
        food = 0 if number % 2 else ANY_FOOD
        cases.append(make_measured("clean/a", rng.normal(-2, 1), scene=food))
        cases.append(
            make_measured("foreign/x", rng.normal(2, 1), foreign=True, spoiled=None, kind="stone")
        )
        cases.append(
            make_measured(
                "spoiled/mould",
                rng.normal(3, 1),
                foreign=None,
                spoiled=True,
                mould=True,
                truth=None,
            )
        )
        refused = (0.0, 0.0, 0.0, rng.normal(3, 1.5))
        cases.append(
            make_measured(
                "not_food/a", -9, foreign=None, spoiled=None, scene=3, scene_logits=refused
            )
        )
    return cases


RUN: Run = never_run  # type: ignore[assignment]


@pytest.fixture(scope="module")
def fitted() -> Calibration:
    return calibrate(draw_cases(1), RUN, [])


def test_shares_are_corrected_for_what_the_network_leaves_unmarked(fitted: Calibration) -> None:
    raw, read = [], []
    for m in draw_cases(2):
        truth = m.case.spoiled_share
        if truth is None:
            continue
        share, _ = fitted.read_share(measure_share(m, fitted.spoiled_cell))
        read.append(abs(share - truth))
        raw.append(abs(measure_share(m, fitted.spoiled_cell) - truth))
    assert np.mean(raw) > 0.15
    assert np.mean(read) < 0.06


def test_the_interval_covers_nine_of_ten_new_shares_and_is_no_wider_than_needed(
    fitted: Calibration,
) -> None:
    covered = []
    for m in draw_cases(3, 1500):
        truth = m.case.spoiled_share
        if truth is not None and is_found(m, fitted.spoiled):
            _, (low, high) = fitted.read_share(measure_share(m, fitted.spoiled_cell))
            covered.append(low <= truth <= high)
    assert 0.86 < np.mean(covered) < 0.97


def test_probabilities_rise_with_the_score_and_part_clean_from_defect(fitted: Calibration) -> None:
    for curve in (fitted.foreign, fitted.spoiled, fitted.mould):
        assert curve.slope > 0
    assert fitted.foreign.apply(-2) < 0.2 < 0.7 < fitted.foreign.apply(2.5)


def test_mould_is_assumed_rarer_than_other_spoilage(fitted: Calibration) -> None:
    assert fitted.mould.apply(0.5) < fitted.spoiled.apply(0.5)


def test_at_most_two_in_a_hundred_food_photos_are_refused() -> None:
    rng = np.random.default_rng(4)
    food = [
        make_measured("clean/a", scene_logits=(0.0, 0.0, 0.0, rng.normal(0, 2))) for _ in range(500)
    ]
    cases = draw_cases(5, 60) + food
    fitted = calibrate(cases, RUN, [])
    food = [m for m in cases if m.case.scene != 3]
    logits = np.stack([m.scene for m in food]).astype(float) / fitted.scene_temperature
    shares = np.exp(logits[:, 3]) / np.exp(logits).sum(1)
    assert np.mean(shares >= fitted.not_food_from) <= 0.02 + 1 / len(food)
    assert np.mean(shares >= fitted.not_food_from) > 0.01


def test_without_spoilage_found_the_interval_says_nothing() -> None:
    cases = [m for m in draw_cases(6, 60) if not m.case.slice.startswith("spoiled/drawn")]
    _, (low, high) = calibrate(cases, RUN, []).read_share(0.2)
    assert low < 0.01
    assert high > 0.99


def tell_kinds(right_from: float, score: float = 5.0) -> list[Measured]:
    """Objects told with growing probability, and rightly from one probability on."""
    return [
        make_measured(
            "foreign/hair",
            3.0,
            foreign=True,
            spoiled=None,
            kind="hair",
            named=(Named(score, float(share), bool(share >= right_from)),),
        )
        for share in np.linspace(0.25, 0.95, 200)
    ]


def test_a_kind_is_named_from_where_nine_of_ten_are_right() -> None:
    fitted = calibrate(draw_cases(7, 60) + tell_kinds(right_from=0.6), RUN, [])
    assert 0.5 < fitted.kind_from < 0.62


def test_names_on_clean_photos_count_as_wrong_where_they_would_be_shown() -> None:
    def alarm(score: float) -> list[Measured]:
        return [make_measured("clean/a", -3.0, named=(Named(score, 0.7, False),))] * 40

    told = draw_cases(7, 60) + tell_kinds(right_from=0.6)
    assert calibrate(told + alarm(5.0), RUN, []).kind_from > 0.7
    assert calibrate(told + alarm(-9.0), RUN, []).kind_from < 0.62


def test_kinds_that_are_never_right_are_never_named() -> None:
    assert calibrate(draw_cases(8, 60) + tell_kinds(right_from=1.0), RUN, []).kind_from == 1.0


def test_pairs_fit_the_portion_along_with_the_rest() -> None:
    pairs = [make_pair("drawn", 0.9, share) for share in np.linspace(0.2, 0.8, 12)]
    fitted = calibrate(draw_cases(9, 60), read_colours, pairs)
    assert fitted.fill_margin < 0.05
    assert fitted.left_below == LEFT_BELOW
    assert fitted.foreign.slope > 0
