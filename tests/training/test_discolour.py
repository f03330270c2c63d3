from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.training.pictures import draw_texture
from training.discolour import disturb, spoil
from training.scene import IGNORE, Canvas, start_canvas

Change = Callable[[np.random.Generator, Canvas], None]
SIDE = 128
GREEN = (40, 140, 70)
SEEDS = range(40)
SPOILAGES = ("brown", "yellow", "wilt", "mould")


def draw_plate(colour: tuple[int, int, int] = GREEN, radius_px: int = 48) -> Canvas:
    """Food of one colour with grain, in the middle of a pale plate."""
    food = np.zeros((SIDE, SIDE), np.uint8)
    if radius_px:
        cv2.circle(food, (SIDE // 2, SIDE // 2), radius_px, 1, -1)
    bgr = np.full((SIDE, SIDE, 3), 225, np.uint8)
    bgr[food > 0] = draw_texture(1, colour, (SIDE, SIDE))[food > 0]
    canvas = start_canvas(bgr, 0, SIDE)
    canvas.label("food")[:] = food
    return canvas


def to_lab(bgr: NDArray[np.uint8]) -> NDArray[np.float32]:
    lab = cv2.cvtColor(bgr.astype(np.float32) / 255, cv2.COLOR_BGR2LAB)
    return np.asarray(lab, np.float32)


@dataclass(frozen=True)
class Spoiled:
    """Food before and after one kind of spoilage was drawn onto it."""

    kind: str
    before: Canvas
    after: Canvas

    @property
    def shift(self) -> NDArray[np.float32]:
        """Change of L*, a* and b* of each pixel."""
        return to_lab(self.after.bgr) - to_lab(self.before.bgr)

    @property
    def moved(self) -> NDArray[np.float32]:
        """Greatest change among L*, a* and b*, about each pixel."""
        return np.asarray(cv2.GaussianBlur(np.abs(self.shift).max(2), (0, 0), 1.5), np.float32)

    @property
    def spoiled(self) -> NDArray[np.uint8]:
        return self.after.label("spoiled")


def spoil_many(colour: tuple[int, int, int] = GREEN) -> Iterator[Spoiled]:
    for seed in SEEDS:
        canvas = draw_plate(colour)
        before = replace(canvas, bgr=canvas.bgr.copy(), labels=canvas.labels.copy())
        spoil(np.random.default_rng(seed), canvas)
        if canvas.pasted:
            yield Spoiled(canvas.pasted[0].removeprefix("spoiled_"), before, canvas)


@pytest.fixture(scope="module")
def cases() -> list[Spoiled]:
    return list(spoil_many())


def select(cases: list[Spoiled], kind: str) -> list[Spoiled]:
    """The cases of a kind that can be seen well enough to measure its colour."""
    chosen = [case for case in cases if case.kind == kind and (case.spoiled == 1).sum() > 150]
    assert len(chosen) > 2
    return chosen


def test_every_kind_of_spoilage_comes_up(cases: list[Spoiled]) -> None:
    assert {case.kind for case in cases} == set(SPOILAGES)


def test_only_food_is_spoiled(cases: list[Spoiled]) -> None:
    edge = np.ones((7, 7), np.uint8)
    for case in cases:
        near = cv2.dilate(case.before.label("food"), edge) > 0
        for name in ("spoiled", "mould"):
            assert not case.after.label(name)[~near].any()
        away = cv2.dilate(near.astype(np.uint8), edge) == 0
        assert case.moved[away].max() < 3
        assert np.array_equal(case.after.label("food"), case.before.label("food"))
        assert not case.after.label("foreign").any()


def test_spoiled_is_what_visibly_changed(cases: list[Spoiled]) -> None:
    for case in cases:
        assert (case.spoiled == 1).any()
        assert case.moved[case.spoiled == 1].min() > 6
        assert np.median(case.moved[case.spoiled == 1]) > 10
        assert np.quantile(case.moved[case.spoiled == 0], 0.99) < 20


def test_what_clearly_changed_is_never_called_clean(cases: list[Spoiled]) -> None:
    for case in cases:
        # Further inside a patch than the blur of the measure reaches.
        core = cv2.erode((case.moved > 20).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
        assert (case.spoiled[core] == 1).sum() >= 0.95 * core.sum()


def test_faint_changes_are_neither_spoiled_nor_clean(cases: list[Spoiled]) -> None:
    for case in cases:
        faint = case.spoiled == IGNORE
        assert faint.any()
        assert np.median(case.moved[faint]) < np.median(case.moved[case.spoiled == 1])
        assert np.median(case.moved[faint]) > np.median(case.moved[case.spoiled == 0])


def test_food_that_was_that_colour_already_does_not_count_as_spoiled() -> None:
    yellow = [case for case in spoil_many((60, 170, 190)) if case.kind == "yellow"]
    assert len(yellow) > 2
    for case in yellow:
        assert (case.moved[case.spoiled == 1] > 6).all()
    assert any((case.spoiled == IGNORE).sum() > (case.spoiled == 1).sum() for case in yellow)


def test_mould_is_spoilage_and_other_spoilage_is_no_mould(cases: list[Spoiled]) -> None:
    for case in cases:
        if case.kind == "mould":
            assert (case.after.label("mould") == 1).any()
            assert np.array_equal(case.after.label("mould"), case.spoiled)
        else:
            assert not case.after.label("mould").any()


def test_browning_darkens_and_takes_the_green_away(cases: list[Spoiled]) -> None:
    for case in select(cases, "brown"):
        lightness, redness, _ = case.shift[case.spoiled == 1].mean(0)
        assert lightness < -2
        assert redness > 10


def test_yellowing_takes_the_green_away_and_does_not_darken(cases: list[Spoiled]) -> None:
    for case in select(cases, "yellow"):
        lightness, redness, _ = case.shift[case.spoiled == 1].mean(0)
        assert lightness > -8
        assert redness > 10


def test_wilting_darkens_and_dulls(cases: list[Spoiled]) -> None:
    for case in select(cases, "wilt"):
        chosen = case.spoiled == 1
        assert case.shift[chosen][:, 0].mean() < -8
        before, after = (
            np.hypot(*to_lab(canvas.bgr)[chosen][:, 1:].T).mean()
            for canvas in (case.before, case.after)
        )
        assert after < 0.8 * before


def test_spoiling_twice_takes_no_label_back() -> None:
    for seed in SEEDS:
        canvas = draw_plate()
        for again in (0, 1):
            before = canvas.labels.copy()
            spoil(np.random.default_rng((seed, again)), canvas)
            assert (canvas.labels[before == 1] == 1).all()


def test_a_harmless_change_is_seen_and_leaves_every_label() -> None:
    changed = []
    for seed in SEEDS:
        canvas, before = draw_plate(), draw_plate()
        disturb(np.random.default_rng(seed), canvas)
        assert np.array_equal(canvas.labels, before.labels)
        assert (canvas.kinds == before.kinds).all()
        changed.append(np.abs(to_lab(canvas.bgr) - to_lab(before.bgr)).max())
        assert canvas.pasted in ([], ["disturbed"])
    assert np.mean([change > 15 for change in changed]) > 0.6


@pytest.mark.parametrize("radius_px", [0, 10], ids=["none", "crumb"])
@pytest.mark.parametrize("change", [spoil, disturb])
def test_a_picture_without_food_stays_as_it_is(change: Change, radius_px: int) -> None:
    for seed in range(12):
        canvas, untouched = draw_plate(radius_px=radius_px), draw_plate(radius_px=radius_px)
        change(np.random.default_rng(seed), canvas)
        assert np.array_equal(canvas.bgr, untouched.bgr)
        assert np.array_equal(canvas.labels, untouched.labels)
        assert not canvas.pasted


@pytest.mark.parametrize("change", [spoil, disturb])
def test_a_seed_gives_the_same_bytes_and_another_seed_others(change: Change) -> None:
    drawn = []
    for seed in (5, 5, 6):
        canvas = draw_plate()
        change(np.random.default_rng(seed), canvas)
        drawn.append(canvas)
    first, again, other = drawn
    assert np.array_equal(first.bgr, again.bgr)
    assert np.array_equal(first.labels, again.labels)
    assert not np.array_equal(first.bgr, other.bgr)
