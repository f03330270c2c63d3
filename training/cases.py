"""Pictures to measure on: whole photos as they arrive, real ones and composites kept apart.

Real cases are photos as they are. Composites change one thing on a clean photo of the same split,
so that a figure says what it is about. The two never share a table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from model.layout import LONG_SIDE_PX, SCENES
from training.augment import degrade
from training.bases import cut_fillings, draw_ground
from training.build import Index
from training.compositor import draw_control
from training.containers import Filling, draw_container
from training.discolour import spoil
from training.drawn.catalogue import draw_sprite
from training.drawn.unseen.catalogue import UNSEEN, draw_unseen
from training.leaves import paste_leaf
from training.manifests import CALIBRATION, TEST, TRAIN, Row, select, split_of
from training.materials import Leaf, is_healthy
from training.paste import paste_sprite
from training.scene import UNKNOWN_SCENE, Canvas, start_canvas
from training.sprites import Sprite
from training.stock import Stock, scene_of

_SPLITS = (TRAIN, CALIBRATION, TEST)


@dataclass(frozen=True)
class Case:
    """One picture with what is known of it.

    Attributes:
        bgr: uint8 (height, width, 3).
        slice: what it is, for tables: `clean/bowl_attitude`, `foreign/insect`, ….
        composite: True where something was drawn or pasted.
        group: group of the photo.
        scene: 0 to 3, ANY_FOOD or UNKNOWN_SCENE.
        foreign: whether it shows a foreign object; None where unknown.
        spoiled: whether it shows spoilage; None where unknown.
        object_mask: bool (height, width) of the object, if any.
        kind: kind of the object, if any.
        spoiled_share: spoiled share of the food where exact, else None.
        mould: whether the spoilage is mould; None where unknown.
    """

    bgr: NDArray[np.uint8]
    slice: str
    composite: bool
    group: str
    scene: int = UNKNOWN_SCENE
    foreign: bool | None = None
    spoiled: bool | None = None
    object_mask: NDArray[np.bool_] | None = None
    kind: str | None = None
    spoiled_share: float | None = None
    mould: bool | None = None


def list_clean(index: Index, split: str) -> list[Row]:
    """Clean meals of a split; of the validation sources each belongs wholly to one split.

    The validation photos were never trained on, so some of their sources may set thresholds and
    the others measure.
    """
    meals = select(index.rows, role="meal", split=split)
    validation = [
        row
        for row in select(index.rows, role="meal_validation")
        if (split_of(f"half/{row.source}") == "train") == (split == "test")
    ]
    return meals + validation


def real_cases(index: Index, split: str) -> Iterator[Case]:
    """Photos as they are: clean meals, not-food, fresh produce, real decay."""
    for row in list_clean(index, split):
        scene = scene_of(row.label)
        yield Case(
            index.read_bgr(row.path), f"clean/{row.source}", False, row.group, scene, False, False
        )
    for row in select(index.rows, role="not_food", split=split):
        yield Case(
            index.read_bgr(row.path),
            f"not_food/{row.source}",
            False,
            row.group,
            SCENES.index("not_food"),
        )
    for row in select(index.rows, role="produce_fresh", split=split):
        yield Case(index.read_bgr(row.path), f"fresh/{row.source}", False, row.group, spoiled=False)
    for row in select(index.rows, role="decay", split=split):
        if row.label not in ("mid_unsure", "half_fresh"):
            spoiled = not is_healthy(row.label)
            name = "decayed" if spoiled else "fresh"
            yield Case(
                index.read_bgr(row.path), f"{name}/{row.source}", False, row.group, spoiled=spoiled
            )


def composite_cases(
    stock: Stock, split: str, seed: int, each: int, only: str = ""
) -> Iterator[Case]:
    """Composites: every kind of object, controls, drawn and real spoilage; `each` a slice.

    The size of an object is 6 to 20 % of the picture's long side; a person would see it.

    Args:
        stock: material of the split.
        split: whose clean photos they are composed on.
        seed: of composition.
        each: composites a slice.
        only: how the names of the slices begin; all of them when empty.
    """
    makers = {name: make for name, make in _list_makers(stock).items() if name.startswith(only)}
    yield from _compose(stock, split, seed, each, makers)


def unseen_cases(stock: Stock, seed: int, each: int) -> Iterator[Case]:
    """Composites of the test split with objects that nothing is ever trained on; `each` a family.

    They measure and set no threshold: of what is unknown, nothing can be known before.
    """
    makers: dict[str, Maker] = {
        f"unseen/{family}": partial(_add_unseen, family) for family in UNSEEN
    }
    yield from _compose(stock, TEST, seed, each, makers)


def _compose(
    stock: Stock, split: str, seed: int, each: int, makers: dict[str, Maker]
) -> Iterator[Case]:
    rows = list_clean(stock.index, split)
    for number, (name, make) in enumerate(sorted(makers.items())):
        made = 0
        for attempt in range(4 * each):
            # Drawn objects come from the seed alone: without the split, both would show the same.
            rng = np.random.default_rng((seed, _SPLITS.index(split), number, attempt))
            row = rows[int(rng.integers(len(rows)))]
            case = make(rng, _view_whole(stock.index, row))
            if case is not None:
                yield _finish(rng, case, name, row)
                made += 1
            if made == each:
                break


Maker = Callable[[np.random.Generator, Canvas], Case | None]


def _list_makers(stock: Stock) -> dict[str, Maker]:
    """What can be done to a clean photo, by slice; only what the split has material for."""
    makers: dict[str, Maker] = {
        "control/food": partial(_add_control, stock),
        "spoiled/drawn": _add_spoilage,
        "foreign/hair": partial(_add_drawn, "hair"),
        "foreign/drawn": partial(_add_drawn, None),
    }
    if stock.decayed:
        makers["spoiled/leaf"] = partial(_add_leaf, stock.decayed)
    if stock.healthy:
        makers["control/leaf"] = partial(_add_leaf, stock.healthy)
    for kind in sorted({sprite.kind for sprite in stock.objects}):
        pool = [sprite for sprite in stock.objects if sprite.kind == kind]
        makers[f"foreign/{kind}_cutout"] = partial(_add_one_of, pool)
    return makers


def container_pairs(
    stock: Stock, seed: int, count: int
) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.uint8], float, float, float]]:
    """Pairs of drawn containers: full and less full, another view each.

    Yields:
        Packing view, customer's view, filled share of each, and the true shortfall.
    """
    for number in range(count):
        rng = np.random.default_rng((seed, 99, number))
        fillings: list[Filling] = cut_fillings(rng, stock, int(rng.choice([1, 1, 2, 3])))
        layout_seed = int(rng.integers(2**31))
        views = []
        for _ in range(2):
            ground = draw_ground(rng, stock, LONG_SIDE_PX)
            layout = np.random.default_rng(layout_seed)
            views.append(draw_container(rng, LONG_SIDE_PX, fillings, ground, layout))
        (packing, full), (customer, left) = sorted(views, key=lambda view: -view[1])
        if full > 0.3:
            yield (
                degrade(rng, packing.bgr),
                degrade(rng, customer.bgr),
                full,
                left,
                1 - left / full,
            )


def _view_whole(index: Index, row: Row) -> Canvas:
    bgr, food = index.read_bgr(row.path), index.read_food_mask(row)
    scale = LONG_SIDE_PX / max(bgr.shape[:2])
    size = (round(bgr.shape[1] * scale), round(bgr.shape[0] * scale))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    canvas = start_canvas(
        np.asarray(cv2.resize(bgr, size, interpolation=method), np.uint8),
        scene_of(row.label),
        LONG_SIDE_PX,
    )
    canvas.label("food")[:] = cv2.resize(food, size, interpolation=cv2.INTER_NEAREST)
    return canvas


def _add_object(rng: np.random.Generator, canvas: Canvas, sprite: Sprite) -> Case | None:
    side_px = float(rng.uniform(0.06, 0.2)) * LONG_SIDE_PX
    pasted = paste_sprite(rng, canvas, sprite, side_px)
    if pasted is None or not pasted.is_plain or not pasted.shows.any():
        return None
    return Case(canvas.bgr, "", True, "", canvas.scene, True, False, pasted.shows, sprite.kind)


def _add_one_of(pool: list[Sprite], rng: np.random.Generator, canvas: Canvas) -> Case | None:
    return _add_object(rng, canvas, pool[int(rng.integers(len(pool)))])


def _add_drawn(family: str | None, rng: np.random.Generator, canvas: Canvas) -> Case | None:
    return _add_object(rng, canvas, draw_sprite(rng, 112, family))


def _add_unseen(family: str, rng: np.random.Generator, canvas: Canvas) -> Case | None:
    return _add_object(rng, canvas, draw_unseen(rng, 112, family))


def _add_control(stock: Stock, rng: np.random.Generator, canvas: Canvas) -> Case | None:
    side_px = float(rng.uniform(0.06, 0.2)) * LONG_SIDE_PX
    if paste_sprite(rng, canvas, draw_control(rng, stock), side_px) is None:
        return None
    return Case(canvas.bgr, "", True, "", canvas.scene, False, False)


def _add_spoilage(rng: np.random.Generator, canvas: Canvas) -> Case | None:
    spoil(rng, canvas)
    share = _measure_spoiled(canvas)
    if share < 0.01:
        return None
    mould = bool((canvas.label("mould") == 1).any())
    return Case(
        canvas.bgr, "", True, "", canvas.scene, False, True, spoiled_share=share, mould=mould
    )


def _add_leaf(pool: list[Leaf], rng: np.random.Generator, canvas: Canvas) -> Case | None:
    leaf = pool[int(rng.integers(len(pool)))]
    decayed = bool(leaf.lesion.any())
    paste_leaf(rng, canvas, leaf)
    share = _measure_spoiled(canvas)
    if not canvas.pasted or (decayed and share < 0.005):
        return None
    known = share if decayed else None
    return Case(canvas.bgr, "", True, "", canvas.scene, False, decayed, spoiled_share=known)


def _measure_spoiled(canvas: Canvas) -> float:
    spoiled = canvas.label("spoiled") == 1
    food = (canvas.label("food") == 1) | spoiled
    return float(spoiled.sum() / max(int(food.sum()), 1))


def _finish(rng: np.random.Generator, case: Case, name: str, row: Row) -> Case:
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(70, 96))]
    coded = cv2.imdecode(cv2.imencode(".jpg", case.bgr, quality)[1], cv2.IMREAD_COLOR)
    values = {**case.__dict__, "bgr": np.asarray(coded, np.uint8), "slice": name}
    return Case(**{**values, "group": row.group})
