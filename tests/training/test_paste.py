from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from model.layout import KINDS
from training.leaves import paste_leaf
from training.materials import Leaf
from training.paste import Pasted, paste_sprite
from training.scene import IGNORE, NO_KIND, Canvas, start_canvas
from training.sprites import FOOD, UNNAMED, Sprite

SIDE = 168
GREY = 110
RED = (0, 0, 230)
SEEDS = range(8)
SHADOW_REACH_PX = 32
"""A shadow's blur and shift, generously."""


def draw_table(food: tuple[slice, slice] = np.s_[24:144, 24:144]) -> Canvas:
    """A grey picture, so that whatever has a colour was pasted; food where asked."""
    canvas = start_canvas(np.full((SIDE, SIDE, 3), GREY, np.uint8), 0, SIDE)
    canvas.label("food")[:] = 0
    canvas.label("food")[food] = 1
    return canvas


def draw_disc(kind: str, side_px: int = 80, opacity: int = 255) -> Sprite:
    bgra = np.zeros((side_px, side_px, 4), np.uint8)
    half = side_px // 2
    cv2.circle(bgra, (half, half), half - 2, (*RED, opacity), -1)
    return Sprite(bgra, kind, "disc")


@dataclass(frozen=True)
class Scene:
    """A table before and after one sprite was pasted."""

    before: Canvas
    after: Canvas
    pasted: Pasted

    @property
    def coverage(self) -> NDArray[np.float64]:
        """How much of the red object each pixel shows, read from the picture alone."""
        redness = self.after.bgr[:, :, 2].astype(float) - self.after.bgr[:, :, 0]
        return np.asarray(redness / max(redness.max(), 1), np.float64)


def paste(seed: int, sprite: Sprite, side_px: float = 56, canvas: Canvas | None = None) -> Scene:
    after = canvas or draw_table()
    before = replace(after, bgr=after.bgr.copy(), labels=after.labels.copy())
    pasted = paste_sprite(np.random.default_rng(seed), after, sprite, side_px)
    assert pasted is not None
    return Scene(before, after, pasted)


def measure_solidity(shows: NDArray[np.bool_]) -> float:
    """Area as a share of the convex hull's: 1 for a whole disc, less where some of it is hidden."""
    points = np.argwhere(shows)[:, ::-1].astype(np.int32)
    hull = cv2.fillConvexPoly(np.zeros((SIDE, SIDE), np.uint8), cv2.convexHull(points), 1)
    return float(shows.sum() / hull.sum())


@pytest.mark.parametrize("seed", SEEDS)
def test_an_object_is_foreign_exactly_where_it_shows(seed: int) -> None:
    scene = paste(seed, draw_disc("stone"))
    foreign, seen = scene.after.label("foreign"), (scene.coverage > 0.3).astype(np.uint8)
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    assert (foreign[cv2.erode(seen, cross) > 0] == 1).all()
    assert (foreign[cv2.dilate(seen, cross) == 0] == 0).all()
    assert np.array_equal(foreign == 1, scene.pasted.shows)
    assert (foreign == 1).sum() > 500
    assert ((foreign == 0) | (foreign == 1)).all()
    assert (scene.after.kinds[foreign == 1] == KINDS.index("stone")).all()
    assert (scene.after.kinds[foreign == 0] == NO_KIND).all()
    assert (scene.after.label("food")[foreign == 1] == IGNORE).all()
    assert np.array_equal(
        scene.after.label("food")[foreign == 0], scene.before.label("food")[foreign == 0]
    )


def test_an_object_without_a_name_has_a_place_and_no_kind() -> None:
    canvas = draw_table()
    canvas.kinds[:] = KINDS.index("hair")
    foreign = paste(1, draw_disc(UNNAMED), canvas=canvas).after.label("foreign") == 1
    assert foreign.sum() > 500
    assert (canvas.kinds[foreign] == NO_KIND).all()
    assert (canvas.kinds[~foreign] == KINDS.index("hair")).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_food_is_pasted_alike_and_is_not_foreign(seed: int) -> None:
    thing, food = (paste(seed, draw_disc(kind)) for kind in ("stone", FOOD))
    assert np.array_equal(thing.after.bgr, food.after.bgr)
    assert not food.after.label("foreign").any()
    assert (food.after.kinds == NO_KIND).all()
    shows = food.pasted.shows
    assert shows.any()
    assert (food.after.label("food")[shows] == 1).all()
    assert np.array_equal(food.after.label("food")[~shows], food.before.label("food")[~shows])


def test_a_pasted_thing_has_a_number_of_its_own() -> None:
    canvas = draw_table()
    for number, kind in enumerate(("stone", FOOD, "hair"), 1):
        pasted = paste(number, draw_disc(kind), 30, canvas).pasted
        assert (canvas.things[pasted.shows] == number).all()
    assert canvas.things.max() == 3
    assert (canvas.things[canvas.label("foreign") == 1] != 2).all()


def draw_stripes(contrast: int) -> Canvas:
    """A table whose pixels differ from their neighbours by up to `contrast` grey levels."""
    canvas = draw_table()
    noise = np.random.default_rng(0).integers(-contrast, contrast + 1, (SIDE, SIDE, 1))
    canvas.bgr = np.asarray(np.clip(canvas.bgr + noise, 0, 255), np.uint8)
    return canvas


def paste_grey(level: int, canvas: Canvas, kind: str = "stone") -> Canvas:
    sprite = draw_disc(kind)
    sprite.bgra[:, :, :3] = level
    paste(5, sprite, canvas=canvas)
    return canvas


@pytest.mark.parametrize(
    ("level", "unrest", "is_seen"), [(40, 0, True), (GREY + 4, 0, False), (40, 110, False)]
)
def test_what_nobody_would_see_is_no_lesson(level: int, unrest: int, is_seen: bool) -> None:
    foreign = paste_grey(level, draw_stripes(unrest)).label("foreign")
    assert ((foreign == 1).any(), (foreign == IGNORE).any()) == (is_seen, not is_seen)
    control = paste_grey(level, draw_stripes(unrest), FOOD)
    assert not control.label("foreign").any()
    assert control.things.any()


def test_what_nobody_would_see_has_no_kind_and_no_number() -> None:
    canvas = paste_grey(GREY + 4, draw_table())
    assert (canvas.kinds == NO_KIND).all()
    assert not canvas.things.any()


def test_what_nobody_would_see_is_no_part_of_what_lies_below() -> None:
    canvas = draw_table()
    control = paste(2, draw_disc(FOOD), 60, canvas)
    faint = [paste(seed, draw_disc("hair", 80, 12), 100, canvas).pasted for seed in range(4)]
    assert not any(pasted.is_plain for pasted in faint)
    lost = control.pasted.shows & (canvas.label("foreign") == IGNORE)
    assert not canvas.things[lost].any()


def list_solidities(kind: str) -> Iterator[float]:
    for seed in range(40):
        yield measure_solidity(paste(seed, draw_disc(kind), 64).pasted.shows)


def test_some_objects_are_partly_buried_and_hair_never() -> None:
    buried = [share < 0.9 for share in list_solidities("stone")]
    assert 0.2 < np.mean(buried) < 0.6
    assert min(list_solidities("hair")) > 0.93


def test_the_label_of_a_buried_object_follows_what_is_left() -> None:
    scenes = [paste(seed, draw_disc("stone"), 64) for seed in range(60)]
    buried = [scene for scene in scenes if measure_solidity(scene.pasted.shows) < 0.8]
    assert len(buried) > 3
    for scene in buried:
        points = np.argwhere(scene.pasted.shows)[:, ::-1].astype(np.int32)
        hull = cv2.fillConvexPoly(np.zeros((SIDE, SIDE), np.uint8), cv2.convexHull(points), 1)
        hidden = (cv2.erode(hull, np.ones((5, 5), np.uint8)) > 0) & (scene.coverage < 0.2)
        assert hidden.any()
        assert not scene.after.label("foreign")[hidden].any()


def test_a_hair_counts_where_a_broader_thing_is_too_faint() -> None:
    faint = {kind: draw_disc(kind, opacity=50) for kind in ("hair", "plastic")}
    shown = {kind: paste(3, sprite).after.label("foreign") == 1 for kind, sprite in faint.items()}
    assert shown["hair"].sum() > 500
    assert not shown["plastic"].any()


@pytest.mark.parametrize("seed", SEEDS)
def test_only_the_object_and_its_shadow_change_the_picture(seed: int) -> None:
    scene = paste(seed, draw_disc("metal"), 30)
    near = cv2.dilate(
        scene.pasted.shows.astype(np.uint8), np.ones((2 * SHADOW_REACH_PX + 1,) * 2, np.uint8)
    )
    assert np.array_equal(scene.after.bgr[near == 0], scene.before.bgr[near == 0])
    assert (scene.after.bgr[scene.coverage < 0.01] <= GREY + 2).all()


def test_most_objects_cast_a_shadow() -> None:
    dark = []
    for seed in range(30):
        scene = paste(seed, draw_disc("metal"), 30)
        rim = cv2.dilate(scene.pasted.shows.astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
        dark.append((scene.after.bgr[~rim] < GREY - 3).sum() > 20)
    assert 0.3 < np.mean(dark) < 1


@pytest.mark.parametrize("side_px", [14, 40, 110])
def test_an_object_has_the_asked_size(side_px: int) -> None:
    for seed in SEEDS:
        # A hair is never buried, so that all of the disc shows.
        scene = paste(seed, draw_disc("hair"), side_px, draw_table(np.s_[68:100, 68:100]))
        points = np.argwhere(scene.coverage > 0.5).astype(np.float32)
        assert 0.7 * side_px < max(cv2.minAreaRect(points)[1]) < 1.35 * side_px


def test_objects_lie_on_the_food() -> None:
    for seed in SEEDS:
        scene = paste(seed, draw_disc("hair"), 24, draw_table(np.s_[60:130, 100:140]))
        row, column = np.argwhere(scene.pasted.shows).mean(0)
        assert 56 < row < 134
        assert 96 < column < 144


@pytest.mark.parametrize("food", [np.s_[0:0, 0:0], np.s_[60:76, 60:76]], ids=["none", "crumb"])
def test_a_picture_without_food_gets_nothing(food: tuple[slice, slice]) -> None:
    canvas, untouched = draw_table(food), draw_table(food)
    assert paste_sprite(np.random.default_rng(0), canvas, draw_disc("stone"), 40) is None
    for name in ("bgr", "labels", "kinds"):
        assert np.array_equal(getattr(canvas, name), getattr(untouched, name))
    assert not canvas.pasted


@pytest.mark.parametrize("side_px", [36, 60, 120], ids="shown at {} px".format)
def test_marks_follow_turn_and_scale(side_px: int) -> None:
    sprite = draw_disc(FOOD)
    sprite.bgra[:, 40:, :3] = RED[::-1]
    marks = np.zeros((80, 80), np.uint8)
    marks[:, 40:] = 1
    angles = []
    for seed in SEEDS:
        canvas = draw_table()
        pasted = paste_sprite(np.random.default_rng(seed), canvas, sprite, side_px, marks)
        assert pasted is not None
        blue = canvas.bgr[:, :, 0].astype(int) - canvas.bgr[:, :, 2]
        told = pasted.shows & (np.abs(blue) > 40)
        assert told.sum() > 200
        assert (pasted.marks == (blue > 0))[told].mean() > 0.97
        assert not (pasted.marks & ~pasted.shows).any()
        middles = [np.argwhere(told & side).mean(0) for side in (blue > 0, blue < 0)]
        angles.append(np.arctan2(*(middles[0] - middles[1])))
    assert np.ptp(angles) > 2


def paste_blade(*, decayed: bool, mould: bool) -> tuple[Canvas, NDArray[np.float64]]:
    """Pastes a red leaf with a blue lesion; returns the canvas and its blueness."""
    sprite, lesion = draw_disc(FOOD, 120), np.zeros((120, 120), np.uint8)
    if decayed:
        cv2.circle(sprite.bgra, (60, 60), 30, (*RED[::-1], 255), -1)
        cv2.circle(lesion, (60, 60), 30, 1, -1)
    canvas = draw_table()
    paste_leaf(np.random.default_rng(2), canvas, Leaf(sprite.bgra, lesion, mould, "leaf"))
    return canvas, np.asarray(canvas.bgr[:, :, 0].astype(float) - canvas.bgr[:, :, 2])


@pytest.mark.parametrize("mould", [False, True])
def test_the_lesion_of_a_leaf_is_spoiled_and_the_rest_of_it_is_not(mould: bool) -> None:
    canvas, blueness = paste_blade(decayed=True, mould=mould)
    told = np.abs(blueness) > 40
    assert (blueness[told] > 0).any()
    assert ((canvas.label("spoiled") == 1) == (blueness > 0))[told].mean() > 0.97
    assert np.array_equal(canvas.label("mould"), canvas.label("spoiled") * int(mould))
    assert canvas.pasted == ["leaf_decayed"]


def test_a_healthy_leaf_spoils_nothing() -> None:
    canvas, blueness = paste_blade(decayed=False, mould=True)
    assert (np.abs(blueness) > 40).any()
    for name in ("spoiled", "mould", "foreign"):
        assert not canvas.label(name).any()
    assert canvas.pasted == ["leaf_healthy"]


@pytest.mark.parametrize("kind", ["stone", FOOD])
def test_what_is_covered_does_not_look_spoiled_any_more(kind: str) -> None:
    canvas = draw_table()
    for name in ("spoiled", "mould"):
        canvas.label(name)[canvas.label("food") == 1] = 1
    scene = paste(4, draw_disc(kind), canvas=canvas)
    opaque = scene.coverage > 0.9
    assert opaque.sum() > 200
    for name in ("spoiled", "mould"):
        assert not (canvas.label(name)[opaque] == 1).any()


@pytest.mark.parametrize("kind", ["insect", FOOD])
def test_a_seed_pastes_the_same_bytes_and_another_seed_others(kind: str) -> None:
    first, again, other = (paste(seed, draw_disc(kind)).after for seed in (7, 7, 8))
    for name in ("bgr", "labels", "kinds"):
        assert np.array_equal(getattr(first, name), getattr(again, name))
    assert not np.array_equal(first.bgr, other.bgr)
