"""Boxes, trays and bowls drawn around the food of real meals.

There are hardly any photos of boxed meals to train from, and none with masks. Here the food is
real (cut from meal photos), the container is drawn, and the masks of food and opening are exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from model.layout import SCENES
from training.outlines import draw_noise
from training.scene import ANY_FOOD, Canvas, start_canvas

_COLOURS_BGR = (
    (245, 245, 245),
    (30, 30, 32),
    (120, 165, 200),
    (225, 230, 235),
    (60, 60, 70),
    (70, 70, 160),
    (200, 215, 190),
)


@dataclass(frozen=True)
class Filling:
    """Food to fill a compartment with.

    Attributes:
        bgr: uint8 (height, width, 3), all of it food.
        scene: scene label of the photo it comes from.
    """

    bgr: NDArray[np.uint8]
    scene: int


def draw_container(
    rng: np.random.Generator,
    side_px: int,
    fillings: list[Filling],
    ground: NDArray[np.uint8],
    layout: np.random.Generator,
) -> tuple[Canvas, float]:
    """Draws a container seen from above or at a slant, filled with food.

    Args:
        rng: source of randomness.
        side_px: side of the square picture.
        fillings: food for the compartments; there are as many compartments as fillings.
        ground: uint8 (side_px, side_px, 3), what it stands on.
        layout: source of the container's shape; the same state draws the same container.

    Returns:
        The canvas, labelled with food and container, and the share of the opening that food covers.
    """
    is_box = len(fillings) > 1 or layout.random() < 0.5
    outline, openings = _lay_out(layout, side_px, len(fillings), is_box=is_box)
    bgr = _draw_body(rng, ground.copy(), outline, openings)
    food: NDArray[np.floating[Any]] = np.zeros((side_px, side_px), np.float32)
    for opening, filling in zip(openings, fillings, strict=True):
        heap = _heap(rng, opening)
        bgr = _fill(rng, bgr, heap, filling.bgr)
        food = np.maximum(food, heap)
    scenes = {filling.scene for filling in fillings}
    scene = SCENES.index("bento") if is_box else ANY_FOOD
    if scenes == {SCENES.index("salad")}:
        scene = SCENES.index("salad")
    canvas = start_canvas(bgr, scene, side_px)
    opened = np.max(openings, axis=0)
    canvas.label("container")[:] = opened > 0.5
    canvas.label("food")[:] = food > 0.5
    share = float((food > 0.5).sum() / max((opened > 0.5).sum(), 1))
    _tilt(rng, canvas)
    return canvas, share


def _lay_out(
    rng: np.random.Generator, side_px: int, count: int, *, is_box: bool
) -> tuple[NDArray[np.float32], list[NDArray[np.float32]]]:
    """Returns the outer outline and one opening a compartment, float32 masks in [0, 1]."""
    half_width = rng.uniform(0.28, 0.48)
    half_height = half_width * (rng.uniform(0.55, 1.0) if is_box else rng.uniform(0.75, 1.0))
    box = np.array([0.5 - half_width, 0.5 - half_height, 0.5 + half_width, 0.5 + half_height])
    rim = rng.uniform(0.012, 0.035)
    inner = box + np.array([rim, rim, -rim, -rim])
    if not is_box:
        return _draw_ellipse(side_px, box), [_draw_ellipse(side_px, inner)]
    parts = _divide(rng, inner, count)
    gap = rng.uniform(0.006, 0.014)
    shrink = np.array([gap, gap, -gap, -gap])
    radius = rng.uniform(0.015, 0.09)
    outline = _draw_rounded(side_px, box, radius + rim)
    return outline, [_draw_rounded(side_px, part + shrink, radius) for part in parts]


def _divide(
    rng: np.random.Generator, box: NDArray[np.float64], count: int
) -> list[NDArray[np.float64]]:
    if count == 1:
        return [box]
    first = int(rng.integers(1, count))
    share = np.clip(first / count + rng.normal(0, 0.06), 0.25, 0.75)
    axis = int(box[3] - box[1] > box[2] - box[0])
    middle = box[axis] + share * (box[axis + 2] - box[axis])
    low, high = box.copy(), box.copy()
    low[axis + 2] = high[axis] = middle
    return _divide(rng, low, first) + _divide(rng, high, count - first)


def _draw_rounded(side_px: int, box: NDArray[np.float64], radius: float) -> NDArray[np.float32]:
    x0, y0, x1, y1 = (box * side_px).round().astype(int).tolist()
    r = max(1, min(int(radius * side_px), (x1 - x0) // 2 - 1, (y1 - y0) // 2 - 1))
    mask = np.zeros((side_px, side_px), np.uint8)
    cv2.rectangle(mask, (x0 + r, y0), (x1 - r, y1), 255, -1)
    cv2.rectangle(mask, (x0, y0 + r), (x1, y1 - r), 255, -1)
    for x in (x0 + r, x1 - r):
        for y in (y0 + r, y1 - r):
            cv2.circle(mask, (x, y), r, 255, -1, cv2.LINE_AA)
    return np.asarray(mask.astype(np.float32) / 255, np.float32)


def _draw_ellipse(side_px: int, box: NDArray[np.float64]) -> NDArray[np.float32]:
    x0, y0, x1, y1 = box * side_px
    mask = np.zeros((side_px, side_px), np.uint8)
    centre = (int((x0 + x1) / 2), int((y0 + y1) / 2))
    cv2.ellipse(mask, centre, (int((x1 - x0) / 2), int((y1 - y0) / 2)), 0, 0, 360, 255, -1, 16)
    return np.asarray(mask.astype(np.float32) / 255, np.float32)


def _draw_body(
    rng: np.random.Generator,
    ground: NDArray[np.uint8],
    outline: NDArray[np.float32],
    openings: list[NDArray[np.float32]],
) -> NDArray[np.uint8]:
    """Shadow on the ground, rim with a light edge, inside walls that darken towards the floor."""
    side_px = ground.shape[0]
    shift = np.array([[1, 0, rng.normal(0, 4)], [0, 1, rng.normal(3, 4)]])
    shadow = cv2.GaussianBlur(cv2.warpAffine(outline, shift, (side_px, side_px)), (0, 0), 6)
    picture = ground.astype(np.float32) * (1 - 0.5 * shadow[:, :, None])
    colour = np.array(_COLOURS_BGR[int(rng.integers(len(_COLOURS_BGR)))], np.float32)
    colour = np.clip(colour + rng.normal(0, 8, 3), 5, 250)
    light = 1 + 0.1 * draw_noise(rng, (side_px, side_px), 1.5, 1)
    edge = np.clip(outline - cv2.GaussianBlur(outline, (0, 0), 1.5), 0, 1) * rng.uniform(0, 90)
    rim = colour * light[:, :, None] + edge[:, :, None]
    picture = picture * (1 - outline[:, :, None]) + rim * outline[:, :, None]
    for opening in openings:
        depth = np.clip(cv2.GaussianBlur(opening, (0, 0), side_px * 0.02) * 2 - 1, 0, 1)
        wall = colour * (rng.uniform(0.55, 0.95) + 0.15 * depth * rng.normal(0.5, 1))[:, :, None]
        picture = picture * (1 - opening[:, :, None]) + wall * opening[:, :, None]
    return np.asarray(picture.clip(0, 255), np.uint8)


def _heap(rng: np.random.Generator, opening: NDArray[np.float32]) -> NDArray[np.floating[Any]]:
    """The part of an opening that food covers: all of it, or a ragged heap to one side."""
    if rng.random() < 0.45:
        return opening
    share = rng.uniform(0.15, 0.97)
    shape = (opening.shape[0], opening.shape[1])
    rows, columns = np.nonzero(opening > 0.5)
    if not len(rows):
        return opening
    pick = int(rng.integers(len(rows)))
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    size = np.sqrt(len(rows))
    far = np.hypot(y - rows[pick], x - columns[pick]) / size
    field = far + 0.12 * draw_noise(rng, shape, cells=rng.uniform(5, 16))
    level = float(np.quantile(field[opening > 0.5], share))
    return np.asarray(opening * np.clip((level - field) * 25 + 0.5, 0, 1))


def _fill(
    rng: np.random.Generator,
    bgr: NDArray[np.uint8],
    heap: NDArray[np.floating[Any]],
    food: NDArray[np.uint8],
) -> NDArray[np.uint8]:
    rows, columns = np.nonzero(heap > 0.02)
    if not len(rows):
        return bgr
    y0, y1, x0, x1 = rows.min(), rows.max() + 1, columns.min(), columns.max() + 1
    scale = max((y1 - y0) / food.shape[0], (x1 - x0) / food.shape[1]) * rng.uniform(1.0, 1.4)
    cover = cv2.resize(food, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    cover = cv2.copyMakeBorder(cover, 0, 4, 0, 4, cv2.BORDER_REFLECT)
    top = int(rng.integers(cover.shape[0] - (y1 - y0) + 1))
    left = int(rng.integers(cover.shape[1] - (x1 - x0) + 1))
    layer = bgr.astype(np.float32)
    shadow = cv2.GaussianBlur(heap, (0, 0), 3)
    layer *= (1 - 0.4 * shadow * (1 - heap))[:, :, None]
    part = np.s_[y0:y1, x0:x1]
    weight = heap[part][:, :, None]
    piece = cover[top : top + y1 - y0, left : left + x1 - x0].astype(np.float32)
    layer[part] = layer[part] * (1 - weight) + piece * weight
    return np.asarray(layer.clip(0, 255), np.uint8)


def _tilt(rng: np.random.Generator, canvas: Canvas) -> None:
    """Turns the picture and looks at it from a slant."""
    side = canvas.bgr.shape[0]
    square = np.array([[0, 0], [side, 0], [side, side], [0, side]], np.float32)
    angle = rng.uniform(0, 2 * np.pi) if rng.random() < 0.5 else rng.normal(0, 0.15)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = (square - side / 2) @ turn.T * rng.uniform(0.9, 1.25) + side / 2
    moved = (moved + rng.normal(0, 0.05 * side, (4, 2))).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(square, moved)
    size = (side, side)
    canvas.bgr = np.asarray(
        cv2.warpPerspective(canvas.bgr, matrix, size, borderMode=cv2.BORDER_REFLECT), np.uint8
    )
    for labels in canvas.labels:
        labels[:] = cv2.warpPerspective(
            labels, matrix, size, flags=cv2.INTER_NEAREST, borderMode=cv2.BORDER_REFLECT
        )
