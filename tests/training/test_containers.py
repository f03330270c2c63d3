from dataclasses import dataclass

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import spearmanr

from model.layout import SCENES
from training.bases import compose_container, draw_ground
from training.containers import Filling, draw_container
from training.scene import ANY_FOOD, Canvas
from training.stock import Stock

SIDE = 224
GROUND_BGR = (30, 120, 30)
COLOURS = ((255, 0, 255), (255, 255, 0), (0, 255, 255), (255, 0, 0))
"""Of foods: bright as no container and no ground is."""
SALAD, BENTO, OTHER = (SCENES.index(name) for name in ("salad", "bento", "other_food"))


def fill(*scenes: int) -> list[Filling]:
    return [
        Filling(np.full((60, 60, 3), colour, np.uint8), scene)
        for colour, scene in zip(COLOURS, scenes, strict=False)
    ]


@dataclass(frozen=True)
class Drawn:
    canvas: Canvas
    share: float

    @property
    def seen(self) -> list[NDArray[np.bool_]]:
        """Where the picture has the colour of each food."""
        bgr = self.canvas.bgr.astype(int)
        return [np.asarray(np.abs(bgr - colour).max(2) < 60) for colour in COLOURS]

    @property
    def food(self) -> NDArray[np.bool_]:
        return np.asarray(self.canvas.label("food") == 1)

    @property
    def opening(self) -> NDArray[np.bool_]:
        return np.asarray(self.canvas.label("container") == 1)

    @property
    def compartments(self) -> list[NDArray[np.bool_]]:
        count, parts = cv2.connectedComponents(self.opening.astype(np.uint8), connectivity=4)
        found = [np.asarray(parts == part) for part in range(1, count)]
        return [part for part in found if part.sum() > 20]

    @property
    def is_whole(self) -> bool:
        """Whether the picture's border cuts nothing off."""
        rim = np.ones((SIDE, SIDE), bool)
        rim[2:-2, 2:-2] = False
        return not (self.opening & rim).any()


def draw(seed: int, layout: int, *scenes: int) -> Drawn:
    ground = np.full((SIDE, SIDE, 3), GROUND_BGR, np.uint8)
    rng, shape = np.random.default_rng(seed), np.random.default_rng((9, layout))
    return Drawn(*draw_container(rng, SIDE, fill(*scenes), ground, shape))


@pytest.fixture(scope="module")
def drawn() -> list[Drawn]:
    """Whole containers of one to four compartments."""
    many = [draw(seed, seed, *(OTHER,) * (1 + seed % 4)) for seed in range(32)]
    return [one for one in many if one.is_whole]


def test_food_is_labelled_where_it_is_drawn(drawn: list[Drawn]) -> None:
    agreement = []
    for one in drawn:
        seen = np.any(one.seen, axis=0)
        agreement.append((seen & one.food).sum() / (seen | one.food).sum())
        inside = cv2.erode(one.food.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        assert (inside & ~seen).sum() < 0.01 * inside.sum()
    assert np.median(agreement) > 0.97


def test_food_that_is_drawn_is_labelled(drawn: list[Drawn]) -> None:
    for one in drawn:
        seen = np.any(one.seen, axis=0)
        assert (seen & ~one.food).sum() < 0.05 * seen.sum()


def test_the_opening_holds_the_food_and_shows_no_ground(drawn: list[Drawn]) -> None:
    for one in drawn:
        assert (one.food & ~one.opening).sum() <= 0.02 * one.food.sum()
        ground = np.abs(one.canvas.bgr.astype(int) - GROUND_BGR).max(2) < 12
        assert (one.opening & ground).sum() <= 0.01 * one.opening.sum()
        rim = cv2.dilate(one.opening.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
        assert not (rim & ~one.opening & one.food).any()


def test_nothing_in_a_clean_container_is_a_defect(drawn: list[Drawn]) -> None:
    for one in drawn:
        for name in ("spoiled", "mould", "foreign"):
            assert not one.canvas.label(name).any()


def test_the_share_is_that_of_the_masks(drawn: list[Drawn]) -> None:
    for one in drawn:
        # A slant changes areas a little.
        assert one.share == pytest.approx(one.food.sum() / one.opening.sum(), abs=0.05)
    shares = [one.share for one in drawn]
    assert max(shares) > 0.98
    assert min(shares) < 0.5


def test_less_filling_is_a_smaller_share() -> None:
    for layout in range(2):
        views = [draw(seed, layout, OTHER) for seed in range(14)]
        seen = [view.seen[0].sum() / view.opening.sum() for view in views if view.is_whole]
        told = [view.share for view in views if view.is_whole]
        assert np.ptp(told) > 0.2
        assert spearmanr(seen, told).statistic > 0.9


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_there_is_a_compartment_for_each_filling(count: int) -> None:
    whole = [one for seed in range(12) if (one := draw(seed, seed, *(OTHER,) * count)).is_whole]
    assert len(whole) > 3
    for one in whole:
        assert len(one.compartments) == count
        foods = [
            {index for index, seen in enumerate(one.seen) if (seen & part).sum() > 20}
            for part in one.compartments
        ]
        assert sorted(food for [food] in foods) == list(range(count))


def measure_slenderness(one: Drawn) -> float:
    """Short side against long side of the opening: a slant hardly changes it."""
    points = np.argwhere(one.opening).astype(np.float32)
    sides = cv2.minAreaRect(points)[1]
    return float(min(sides) / max(sides))


def test_the_same_layout_is_the_same_container_seen_anew() -> None:
    shapes = []
    for layout in range(32):
        views = [draw(seed, layout, OTHER, OTHER) for seed in (layout, 100 + layout)]
        assert not np.array_equal(views[0].canvas.bgr, views[1].canvas.bgr)
        if all(view.is_whole for view in views):
            shapes.append([measure_slenderness(view) for view in views])
    assert len(shapes) > 6
    first, second = np.array(shapes).T
    assert np.corrcoef(first, second)[0, 1] > 0.6


def test_a_seed_draws_the_same_bytes_and_another_layout_other_ones() -> None:
    first, again, other = (draw(4, layout, OTHER, OTHER) for layout in (4, 4, 5))
    assert np.array_equal(first.canvas.bgr, again.canvas.bgr)
    assert np.array_equal(first.canvas.labels, again.canvas.labels)
    assert first.share == again.share
    assert not np.array_equal(first.opening, other.opening)


@pytest.mark.parametrize(
    ("scenes", "expected"),
    [
        ((OTHER, SALAD), {BENTO}),
        ((SALAD, SALAD), {SALAD}),
        ((SALAD,), {SALAD}),
        ((OTHER,), {BENTO, ANY_FOOD}),
    ],
    ids=str,
)
def test_the_scene_follows_what_was_filled_in(scenes: tuple[int, ...], expected: set[int]) -> None:
    assert {draw(seed, seed, *scenes).canvas.scene for seed in range(12)} == expected


def test_composed_containers_hold_one_to_five_foods(stock: Stock) -> None:
    rng, counts = np.random.default_rng(1), set()
    for _ in range(8):
        canvas = compose_container(rng, stock, 128)
        assert canvas.bgr.shape == (128, 128, 3)
        counts.add(len(Drawn(canvas, 0).compartments))
    assert len(counts) > 2


def test_grounds_are_tables_and_pieces_of_other_photos(stock: Stock) -> None:
    rng = np.random.default_rng(2)
    grounds = [draw_ground(rng, stock, 96) for _ in range(12)]
    assert {ground.shape for ground in grounds} == {(96, 96, 3)}
    photos = [
        np.asarray(cv2.resize(stock.index.read_bgr(row.path), (96, 96)), np.uint8)
        for row in stock.not_food
    ]
    from_photo = [any(np.array_equal(g, photo) for photo in photos) for g in grounds]
    assert 0 < sum(from_photo) < len(grounds)
