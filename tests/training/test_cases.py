from collections import Counter
from dataclasses import replace
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from model.layout import LONG_SIDE_PX, SCENES
from training import cases
from training.build import Index
from training.cases import (
    Case,
    composite_cases,
    container_pairs,
    list_clean,
    real_cases,
    unseen_cases,
)
from training.discolour import spoil
from training.drawn.unseen.catalogue import UNSEEN
from training.manifests import CALIBRATION, TEST, TRAIN, Row
from training.materials import Leaf
from training.scene import Canvas
from training.sprites import Sprite
from training.stock import Stock

EACH = 3


@pytest.fixture(scope="module")
def full_stock(stock: Stock) -> Stock:
    """The stock with healthy twins of its leaves."""
    twins = [replace(leaf, lesion=np.zeros_like(leaf.lesion)) for leaf in stock.decayed]
    return replace(stock, healthy=twins)


@pytest.fixture(scope="module")
def composites(full_stock: Stock) -> list[Case]:
    return list(composite_cases(full_stock, TRAIN, 1, EACH))


def compose_slice(stock: Stock, name: str, seed: int, each: int) -> list[Case]:
    chosen: list[Case] = []
    for case in composite_cases(stock, TRAIN, seed, each):
        if case.slice == name:
            chosen.append(case)
        elif chosen:
            break
    assert len(chosen) == each
    return chosen


def test_real_cases_are_photos_as_they_are(index: Index) -> None:
    photos = [index.read_bgr(row.path) for row in index.rows if row.role != "cutout"]
    real = [case for split in (TRAIN, CALIBRATION, TEST) for case in real_cases(index, split)]
    assert len(real) == len(photos)
    for case in real:
        assert not case.composite
        assert case.object_mask is None
        assert any(np.array_equal(case.bgr, photo) for photo in photos)


def test_real_cases_say_what_is_known_and_no_more(index: Index) -> None:
    said = {
        case.slice: (case.scene, case.foreign, case.spoiled) for case in real_cases(index, TEST)
    }
    unknown = -1
    assert said == {
        "clean/drawn_meal": (SCENES.index("salad"), False, False),
        "not_food/drawn_not_food": (SCENES.index("not_food"), None, None),
        "fresh/drawn_produce_fresh": (unknown, None, False),
        "decayed/coffee_leaves": (unknown, None, True),
    }


def test_composites_are_told_apart_from_real_photos(composites: list[Case]) -> None:
    assert all(case.composite for case in composites)


def test_every_slice_has_its_name_and_number(composites: list[Case]) -> None:
    assert Counter(case.slice for case in composites) == dict.fromkeys(
        (
            "control/food",
            "control/leaf",
            "foreign/drawn",
            "foreign/hair",
            "foreign/stone_cutout",
            "spoiled/drawn",
            "spoiled/leaf",
        ),
        EACH,
    )


def test_a_slice_is_what_its_name_says(composites: list[Case]) -> None:
    for case in composites:
        sort, thing = case.slice.split("/")
        assert case.foreign is (sort == "foreign")
        assert case.spoiled is (sort == "spoiled")
        assert (case.object_mask is not None) == (sort == "foreign")
        assert (case.spoiled_share is not None) == (sort == "spoiled")
        if thing in ("hair", "stone_cutout"):
            assert case.kind == thing.removesuffix("_cutout")


def test_composites_stay_on_their_side_of_the_split(
    composites: list[Case], full_stock: Stock
) -> None:
    groups = {row.group for row in list_clean(full_stock.index, TRAIN)}
    assert {case.group for case in composites} <= groups


def test_what_is_never_trained_on_is_shown_on_test_photos_alone(full_stock: Stock) -> None:
    shown = list(unseen_cases(full_stock, 1, 2))
    assert Counter(case.slice for case in shown) == {f"unseen/{name}": 2 for name in UNSEEN}
    groups = {row.group for row in list_clean(full_stock.index, TEST)}
    for case in shown:
        assert case.composite
        assert case.foreign
        assert case.kind == UNSEEN[case.slice.split("/")[1]]
        assert case.object_mask is not None
        assert case.object_mask.any()
        assert case.group in groups


def list_validation(sources: int) -> Index:
    """An index of validation meals, three photos a source, and of meals of each split."""
    rows = [
        Row(f"{n}/{k}.jpg", "meal_validation", f"source {n}", "salad", "unclear", f"{n}/{k}", "")
        for n in range(sources)
        for k in range(3)
    ]
    meals = [Row(f"{n}.jpg", "meal", "meals", "salad", "open", f"{n}", "") for n in range(60)]
    return Index(Path(), rows + meals, Path(), Path())


def test_a_validation_source_sets_thresholds_or_measures_as_a_whole() -> None:
    index = list_validation(24)
    sides = {split: list_clean(index, split) for split in (CALIBRATION, TEST)}
    sources = {
        split: {row.source for row in rows if row.role == "meal_validation"}
        for split, rows in sides.items()
    }
    assert len(sources[CALIBRATION]) > 3
    assert len(sources[TEST]) > 3
    assert not sources[CALIBRATION] & sources[TEST]
    listed = [row for rows in sides.values() for row in rows if row.role == "meal_validation"]
    assert Counter(row.source for row in listed) == {f"source {n}": 3 for n in range(24)}
    for split, rows in sides.items():
        meals = {row.path for row in rows if row.role == "meal"}
        assert meals
        assert meals == {r.path for r in index.rows if r.role == "meal" and r.split == split}


def test_an_object_takes_6_to_20_percent_of_the_long_side(full_stock: Stock) -> None:
    disc = np.zeros((120, 120, 4), np.uint8)
    # What is called hair is never buried, so that all of the disc is there to measure.
    cv2.circle(disc, (60, 60), 58, (20, 20, 250, 255), -1)
    only = replace(full_stock, objects=[Sprite(disc, "hair", "disc")])
    shares = []
    for case in compose_slice(only, "foreign/hair_cutout", 3, 10):
        assert case.object_mask is not None
        assert case.object_mask.shape == case.bgr.shape[:2]
        assert max(case.object_mask.shape) == LONG_SIDE_PX
        points = np.argwhere(case.object_mask).astype(np.float32)
        shares.append(max(cv2.minAreaRect(points)[1]) / LONG_SIDE_PX)
    # Turning shears by up to a third and stretches by 0.8 to 1.15.
    assert 0.04 < min(shares) < 0.11
    assert 0.13 < max(shares) < 0.28


def test_an_object_mask_lies_where_the_object_was_pasted(full_stock: Stock) -> None:
    disc = np.zeros((120, 120, 4), np.uint8)
    cv2.circle(disc, (60, 60), 58, (250, 20, 220, 255), -1)
    only = replace(full_stock, objects=[Sprite(disc, "paper", "disc")])
    for case in compose_slice(only, "foreign/paper_cutout", 4, 3):
        assert case.object_mask is not None
        bgr = case.bgr.astype(int)
        violet = np.minimum(bgr[:, :, 0], bgr[:, :, 2]) - bgr[:, :, 1] > 30
        inside = cv2.erode(case.object_mask.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
        outside = cv2.dilate(case.object_mask.astype(np.uint8), np.ones((9, 9), np.uint8)) == 0
        assert violet[inside].mean() > 0.95
        assert violet[outside].mean() < 0.01


def measure_recoding(bgr: NDArray[np.uint8]) -> float:
    """Least change that coding as JPEG makes: next to none where it was coded so before."""
    changes = []
    for quality in range(70, 96):
        coded = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        again = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), int)
        changes.append(np.abs(again - bgr).mean())
    return float(min(changes))


def test_composites_went_through_jpeg_like_customers_photos(
    composites: list[Case], index: Index
) -> None:
    drawn = next(real_cases(index, TEST)).bgr
    assert measure_recoding(drawn) > 2
    for case in composites[::4]:
        assert measure_recoding(case.bgr) < 1


def test_the_spoiled_share_is_that_of_the_mask(
    full_stock: Stock, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Canvas] = []

    def spoil_and_keep(rng: np.random.Generator, canvas: Canvas) -> None:
        spoil(rng, canvas)
        drawn.append(canvas)

    monkeypatch.setattr(cases, "spoil", spoil_and_keep)
    found = 0
    for case in composite_cases(replace(full_stock, decayed=[], objects=[]), TRAIN, 2, 5):
        if case.slice == "spoiled/drawn":
            spoiled, food = drawn[-1].label("spoiled") == 1, drawn[-1].label("food") == 1
            assert case.spoiled_share == pytest.approx(spoiled.sum() / (food | spoiled).sum())
            assert 0.01 <= (case.spoiled_share or 0) <= 1
            assert case.mould is (drawn[-1].pasted == ["spoiled_mould"])
            found += 1
    assert found == 5


def test_a_leafs_share_is_less_the_less_of_it_is_decayed(full_stock: Stock) -> None:
    shares = []
    for radius in (20, 60):
        bgra = np.full((160, 160, 4), (40, 140, 60, 255), np.uint8)
        lesion = np.zeros((160, 160), np.uint8)
        cv2.circle(lesion, (80, 80), radius, 1, -1)
        bgra[lesion > 0] = (20, 60, 110, 255)
        only = replace(full_stock, decayed=[Leaf(bgra, lesion, False, "leaf")], objects=[])
        spoiled = compose_slice(only, "spoiled/leaf", 6, 3)
        shares.append([case.spoiled_share for case in spoiled])
    assert np.mean(np.array(shares[0], float)) < 0.5 * np.mean(np.array(shares[1], float))


def test_without_healthy_leaves_there_is_no_control_of_them(stock: Stock) -> None:
    slices = {case.slice for case in composite_cases(replace(stock, healthy=[]), TRAIN, 1, 1)}
    assert "control/food" in slices
    assert "control/leaf" not in slices


def is_same(one: Case, other: Case) -> bool:
    return (one.slice, one.group) == (other.slice, other.group) and np.array_equal(
        one.bgr, other.bgr
    )


def test_a_seed_gives_the_same_cases_and_another_seed_others(
    composites: list[Case], full_stock: Stock
) -> None:
    again = list(islice(composite_cases(full_stock, TRAIN, 1, EACH), 9))
    assert all(is_same(a, b) for a, b in zip(composites, again, strict=False))
    other = list(islice(composite_cases(full_stock, TRAIN, 2, EACH), 9))
    assert not any(is_same(a, b) for a, b in zip(composites, other, strict=False))


def test_pairs_are_a_full_and_a_less_full_view_of_one_container(stock: Stock) -> None:
    pairs, again = (list(container_pairs(stock, 2, 5)) for _ in range(2))
    assert len(pairs) > 2
    assert min(pair[2] for pair in pairs) < 0.98
    for (packing, customer, full, left, shortfall), same in zip(pairs, again, strict=True):
        assert packing.shape == customer.shape == (LONG_SIDE_PX, LONG_SIDE_PX, 3)
        assert not np.array_equal(packing, customer)
        assert 0.3 < full <= 1
        assert 0 <= left <= full
        assert shortfall == pytest.approx(1 - left / full)
        assert np.array_equal(packing, same[0])
        assert np.array_equal(customer, same[1])
    assert len({pair[4] for pair in pairs}) > 1


def test_of_composites_only_some_slices_may_be_asked_for(full_stock: Stock) -> None:
    some = list(composite_cases(full_stock, TRAIN, 1, 2, "spoiled/"))
    assert Counter(case.slice for case in some) == {"spoiled/drawn": 2, "spoiled/leaf": 2}


@pytest.mark.parametrize(("opacity", "is_case"), [(255, True), (12, False)])
def test_an_object_that_nobody_would_see_is_no_case(
    stock: Stock, opacity: int, is_case: bool
) -> None:
    bgra = np.full((60, 60, 4), (250, 20, 250, opacity), np.uint8)
    row = next(row for row in stock.meals if stock.index.read_food_mask(row).any())
    canvas = cases._view_whole(stock.index, row)
    made = cases._add_object(np.random.default_rng(3), canvas, Sprite(bgra, "hair", "x"))
    assert (made is not None) == is_case
