"""Pasting a sprite so that nothing but the object gives it away.

The same steps serve foreign objects and food controls: size, turn, light, sharpness, shadow,
partial burial. A detector that reacts to the paste instead of the object fails on the controls.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from model.layout import KINDS
from training.outlines import draw_noise
from training.scene import IGNORE, NO_KIND, Canvas
from training.sprites import FOOD, UNNAMED, Sprite

_VISIBLE_ALPHA = 0.3
"""Coverage from which a pixel counts as showing the object."""

_VISIBLE_HAIR_ALPHA = 0.12
"""A hair is thinner than a pixel: its coverage is low where it is plain to see."""

_LEAST_FOOD_CELLS = 20
"""Cells of 4 x 4 px of food below which nothing is pasted."""


_LEAST_CONTRAST = 8.0
_LEAST_CONTRAST_TO_TEXTURE = 3.0
"""Below either nobody sees the object: colour difference (CIELAB) between the picture with and
without it, and the same over the unrest of what it lies on. Set by looking at 96 composites."""

_MARGIN_PX = 20
"""Reach of a shadow: its blur and shift, about three deviations each."""


class Pasted(NamedTuple):
    """What came of pasting.

    Attributes:
        shows: bool (height, width), where the sprite shows.
        marks: bool (height, width), where its marks (lesions of a leaf) show.
        is_plain: whether a person would see it; what nobody sees is no lesson and no case.
    """

    shows: NDArray[np.bool_]
    marks: NDArray[np.bool_]
    is_plain: bool


class _Placed(NamedTuple):
    """A sprite on its part of the canvas: straight colour, alpha and marks, float32, part-sized."""

    part: tuple[slice, slice]
    colour: NDArray[np.float32]
    alpha: NDArray[np.float32]
    marks: NDArray[np.float32]


def paste_sprite(
    rng: np.random.Generator,
    canvas: Canvas,
    sprite: Sprite,
    side_px: float,
    marks: NDArray[np.uint8] | None = None,
) -> Pasted | None:
    """Pastes a sprite onto the food of a canvas and labels it.

    Args:
        rng: source of randomness.
        canvas: changed in place.
        sprite: what to paste; a FOOD sprite leaves the foreign label at 0.
        side_px: wanted long side of the object.
        marks: uint8 (height, width) of the sprite, 1 on parts to be found again after pasting.

    Returns:
        Where it shows; None if it found no place.
    """
    if marks is None:
        marks = np.zeros(sprite.bgra.shape[:2], np.uint8)
    placed = _place(rng, canvas, *_turn(rng, sprite.bgra, marks, side_px))
    if placed is None:
        return None
    part, colour, alpha, marked = placed
    if sprite.kind != "hair" and rng.random() < 0.45:
        alpha = _bury(rng, alpha, max(canvas.shape))
    before = canvas.bgr[part].copy()
    colour = _match_light(rng, before, colour, alpha)
    colour, alpha = _match_sharpness(rng, colour, alpha)
    canvas.bgr[part] = _blend(before, colour, alpha, _cast_shadow(rng, alpha))
    shows, marks_show = np.zeros(canvas.shape, bool), np.zeros(canvas.shape, bool)
    shows[part] = alpha > (_VISIBLE_HAIR_ALPHA if sprite.kind == "hair" else _VISIBLE_ALPHA)
    marks_show[part] = shows[part] & (marked > 0.5)
    is_plain = _is_plain(before, canvas.bgr[part], alpha, shows[part])
    _label(canvas, sprite.kind, shows, is_plain)
    return Pasted(shows, marks_show, is_plain)


def _label(canvas: Canvas, kind: str, shows: NDArray[np.bool_], is_plain: bool) -> None:
    """Whatever was spoiled below is covered; only food on it is surely fresh."""
    canvas.pasted.append(kind)
    for name in ("spoiled", "mould"):
        canvas.label(name)[shows] = 0 if kind == FOOD else IGNORE
    canvas.things[shows] = int(canvas.things.max()) + 1 if kind == FOOD or is_plain else 0
    if kind == FOOD:
        canvas.label("food")[shows & (canvas.label("food") == 0)] = 1
        return
    canvas.label("foreign")[shows] = 1 if is_plain else IGNORE
    named = is_plain and kind != UNNAMED
    canvas.kinds[shows] = KINDS.index(kind) if named else NO_KIND
    canvas.label("food")[shows] = IGNORE


def _is_plain(
    before: NDArray[np.uint8],
    after: NDArray[np.uint8],
    alpha: NDArray[np.float32],
    shows: NDArray[np.bool_],
) -> bool:
    """Tells whether a person would see the difference that an object makes."""
    if not shows.any():
        return False
    without, shown = (
        cv2.cvtColor(bgr.astype(np.float32) / 255, cv2.COLOR_BGR2LAB) for bgr in (before, after)
    )
    difference = np.linalg.norm(shown - without, axis=2)
    unrest = np.linalg.norm(without - cv2.GaussianBlur(without, (0, 0), 2), axis=2)
    near = cv2.dilate(shows.astype(np.uint8), np.ones((15, 15), np.uint8)) > 0
    contrast = float((difference * alpha).sum() / alpha.sum())
    texture = float(unrest[near].mean()) + 1
    return contrast >= max(_LEAST_CONTRAST, _LEAST_CONTRAST_TO_TEXTURE * texture)


def _turn(
    rng: np.random.Generator, bgra: NDArray[np.uint8], marks: NDArray[np.uint8], side_px: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Scales, turns, mirrors and slightly shears; returns premultiplied BGRA and marks."""
    values = bgra.astype(np.float32)
    values[:, :, :3] *= values[:, :, 3:] / 255
    scale = side_px / max(values.shape[:2])
    if scale < 0.5:
        size = [max(2, round(2 * scale * side)) for side in (values.shape[1], values.shape[0])]
        values = np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA), np.float32)
        marks = np.asarray(cv2.resize(marks, size, interpolation=cv2.INTER_NEAREST), np.uint8)
        scale = 0.5
    height, width = values.shape[:2]
    angle, mirror = rng.uniform(0, 2 * np.pi), rng.choice([-1, 1])
    linear = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear = linear @ np.array([[mirror, rng.normal(0, 0.12)], [0, rng.uniform(0.8, 1.15)]]) * scale
    corners = linear @ np.array([[0, width, 0, width], [0, 0, height, height]], float)
    low, high = corners.min(1), corners.max(1)
    extent = np.maximum(np.ceil(high - low).astype(int), 2)
    matrix = np.column_stack([linear, -low])
    target = (int(extent[0]), int(extent[1]))
    turned = cv2.warpAffine(values, matrix, target)
    turned_marks = cv2.warpAffine(marks.astype(np.float32), matrix, target)
    return np.asarray(turned, np.float32), np.asarray(turned_marks, np.float32)


def _place(
    rng: np.random.Generator,
    canvas: Canvas,
    sprite: NDArray[np.float32],
    marks: NDArray[np.float32],
) -> _Placed | None:
    """Puts the sprite where the food is, on a part of the canvas with room for a shadow."""
    height, width = canvas.shape
    rows, columns = np.nonzero(canvas.label("food")[::4, ::4] == 1)
    if len(rows) < _LEAST_FOOD_CELLS:
        return None
    whole = float(sprite[:, :, 3].sum())
    for _ in range(6):
        pick = int(rng.integers(len(rows)))
        top = int(rows[pick] * 4 - sprite.shape[0] / 2)
        left = int(columns[pick] * 4 - sprite.shape[1] / 2)
        y0, x0 = max(top, 0), max(left, 0)
        y1, x1 = min(top + sprite.shape[0], height), min(left + sprite.shape[1], width)
        cut = np.s_[y0 - top : y1 - top, x0 - left : x1 - left]
        if y1 > y0 and x1 > x0 and float(sprite[cut][:, :, 3].sum()) > 0.6 * whole:
            low_y, low_x = max(y0 - _MARGIN_PX, 0), max(x0 - _MARGIN_PX, 0)
            part = np.s_[low_y : min(y1 + _MARGIN_PX, height), low_x : min(x1 + _MARGIN_PX, width)]
            layer = np.zeros((*canvas.bgr[part].shape[:2], 5), np.float32)
            inner = np.s_[y0 - low_y : y1 - low_y, x0 - low_x : x1 - low_x]
            layer[inner][:, :, :4] = sprite[cut]
            layer[inner][:, :, 4] = marks[cut]
            alpha = np.asarray(layer[:, :, 3] / 255, np.float32)
            colour = np.asarray(layer[:, :, :3] / np.maximum(alpha, 1e-2)[:, :, None], np.float32)
            return _Placed(part, colour, alpha, layer[:, :, 4])
    return None


def _bury(
    rng: np.random.Generator, alpha: NDArray[np.float32], long_side_px: int
) -> NDArray[np.float32]:
    """Lets the food cover part of the object, along an irregular line."""
    cells = rng.uniform(4, 14) * max(alpha.shape) / long_side_px
    noise = draw_noise(rng, (alpha.shape[0], alpha.shape[1]), cells)
    inside = noise[alpha > 0.5]
    if not inside.size:
        return alpha
    level = float(np.quantile(inside, rng.uniform(0.05, 0.5)))
    return np.asarray(alpha * np.clip((noise - level) * 4 + 0.5, 0, 1), np.float32)


def _match_light(
    rng: np.random.Generator,
    bgr: NDArray[np.uint8],
    colour: NDArray[np.float32],
    alpha: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Moves the object's brightness part of the way to its surroundings and varies its colour."""
    weight = float(alpha.sum()) + 1e-3
    around = float((cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY) * alpha).sum()) / weight
    own = float((cv2.cvtColor(colour, cv2.COLOR_BGR2GRAY) * alpha).sum()) / weight
    gain = ((around + 20) / (own + 20)) ** rng.uniform(0, 0.5)
    tint = rng.normal(1, 0.05, 3) * gain * rng.uniform(0.85, 1.15)
    return np.asarray(np.clip(colour * tint, 0, 255), np.float32)


def _match_sharpness(
    rng: np.random.Generator, colour: NDArray[np.float32], alpha: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Softens edges; colour is blurred where it is covered, so that no dark rim appears."""
    sigma = rng.uniform(0.0, 0.8)
    if sigma < 0.3:
        return colour, alpha
    soft = np.asarray(cv2.GaussianBlur(alpha, (0, 0), sigma), np.float32)
    light = cv2.GaussianBlur(colour * alpha[:, :, None], (0, 0), sigma)
    return np.asarray(light / np.maximum(soft, 1e-2)[:, :, None], np.float32), soft


def _cast_shadow(rng: np.random.Generator, alpha: NDArray[np.float32]) -> NDArray[np.float32]:
    """Darkness under and beside the object, in [0, 1]."""
    if rng.random() < 0.2:
        return np.zeros_like(alpha)
    shift = rng.normal(0, 2.5, 2)
    matrix = np.array([[1, 0, shift[0]], [0, 1, shift[1]]])
    moved = cv2.warpAffine(alpha, matrix, alpha.shape[::-1])
    blurred = cv2.GaussianBlur(moved, (0, 0), rng.uniform(1.0, 4.0))
    return np.asarray(blurred * rng.uniform(0.1, 0.6), np.float32)


def _blend(
    bgr: NDArray[np.uint8],
    colour: NDArray[np.float32],
    alpha: NDArray[np.float32],
    shadow: NDArray[np.float32],
) -> NDArray[np.uint8]:
    base = bgr.astype(np.float32) * (1 - shadow * (1 - alpha))[:, :, None]
    mixed = base * (1 - alpha)[:, :, None] + colour * alpha[:, :, None]
    return np.asarray(mixed.clip(0, 255), np.uint8)
