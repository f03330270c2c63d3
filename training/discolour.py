"""Spoilage drawn onto food: browning, yellowing, wilting, slime, mould, and harmless twins.

Colour moves in CIELAB. Enzymatic browning and yellowing take chlorophyll's green away first and
then darken; wilted leaves turn dark, flat and translucent; mould is a raised, speckled felt that
spreads from spots. Every change is confined to an irregular part of the food.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from training.outlines import draw_noise, draw_patches
from training.scene import Canvas

_VISIBLE = 0.35
"""Strength of a change from which a pixel counts as spoiled."""


def spoil(rng: np.random.Generator, canvas: Canvas) -> None:
    """Draws one kind of spoilage onto part of the food and labels it."""
    area = _choose_area(rng, canvas)
    if area is None:
        return
    kind = rng.choice(["brown", "yellow", "wilt", "mould"], p=[0.4, 0.2, 0.18, 0.22])
    before = canvas.bgr
    if kind == "mould":
        strength = _grow_mould(rng, canvas, area)
    else:
        strength = area
        canvas.bgr = _RECOLOUR[str(kind)](rng, before, area)
    _label(canvas, before, strength, mould=kind == "mould")
    if (canvas.label("spoiled") == 1).any():
        canvas.pasted.append(f"spoiled_{kind}")


def disturb(rng: np.random.Generator, canvas: Canvas) -> None:
    """Changes part of the food harmlessly: shade, glare, tint or sauce. Labels stay clean."""
    area = _choose_area(rng, canvas)
    if area is None:
        return
    lab = _to_lab(canvas.bgr)
    kind = rng.integers(4)
    weight = area[:, :, None]
    if kind == 0:
        lab = lab * (1 - weight) + weight * lab * np.array([rng.uniform(0.55, 0.85), 1, 1])
    elif kind == 1:
        lab = lab + weight * np.array([rng.uniform(10, 40), 0, 0])
    elif kind == 2:
        lab = lab + weight * np.array([0, rng.normal(0, 12), rng.normal(0, 12)])
    else:
        lab = _pour_sauce(rng, lab, area)
    canvas.bgr = _to_bgr(lab)
    canvas.pasted.append("disturbed")


def _choose_area(rng: np.random.Generator, canvas: Canvas) -> NDArray[np.float32] | None:
    """An irregular part of the food, float32 in [0, 1]; often bound to leaf-coloured pixels."""
    food = (canvas.label("food") == 1).astype(np.float32)
    if food.mean() < 0.02:
        return None
    food = cv2.GaussianBlur(food, (0, 0), 1.5)
    share = float(np.exp(rng.uniform(np.log(0.03), np.log(0.8))))
    cells = rng.uniform(2.5, 12) * 256 / max(canvas.long_side_px, 256)
    patches = draw_patches(rng, canvas.shape, share, cells, soft=rng.uniform(0.15, 0.7))
    area = patches * food
    if rng.random() < 0.4:
        lab = _to_lab(canvas.bgr)
        green = np.clip((-(lab[:, :, 1]) - 2) / 8, 0, 1)
        if float((green * food).mean()) > 0.04:
            area = area * cv2.GaussianBlur(green.astype(np.float32), (0, 0), 1.0)
    if rng.random() < 0.35:
        area = np.clip(area * (0.6 + 1.1 * _find_edges(canvas.bgr)), 0, 1)
    return np.asarray(area, np.float32) if float(area.sum()) > 60 else None


def _find_edges(bgr: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Cut edges and rims, where browning begins; float32 in [0, 1]."""
    grey = cv2.GaussianBlur(cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY), (0, 0), 1.5)
    slope = cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    spread = cv2.GaussianBlur(slope.astype(np.float32), (0, 0), 2)
    return np.asarray(np.clip(spread / 28, 0, 1), np.float32)


def _turn_brown(
    rng: np.random.Generator, bgr: NDArray[np.uint8], area: NDArray[np.float32]
) -> NDArray[np.uint8]:
    lab = _to_lab(bgr)
    noise = draw_noise(rng, (bgr.shape[0], bgr.shape[1]), cells=rng.uniform(10, 40))
    depth = np.clip(area * rng.uniform(0.6, 1.0) * (1 + 0.25 * noise), 0, 1)[:, :, None]
    darker = lab[:, :, :1] * rng.uniform(0.35, 0.75) + rng.uniform(0, 10)
    tone = np.broadcast_to(
        np.array([rng.uniform(4, 18), rng.uniform(8, 30)], np.float32), (*bgr.shape[:2], 2)
    )
    target = np.concatenate([darker, lab[:, :, 1:] * 0.15 + tone], axis=2)
    return _to_bgr(lab * (1 - depth) + target * depth)


def _turn_yellow(
    rng: np.random.Generator, bgr: NDArray[np.uint8], area: NDArray[np.float32]
) -> NDArray[np.uint8]:
    lab = _to_lab(bgr)
    depth = (area * rng.uniform(0.6, 1.0))[:, :, None]
    tone = np.array([rng.uniform(-2, 8), rng.uniform(30, 58)], np.float32)
    light = lab[:, :, :1] * rng.uniform(0.8, 1.05) + rng.uniform(0, 12)
    target = np.concatenate([light, np.broadcast_to(tone, (*bgr.shape[:2], 2))], axis=2)
    return _to_bgr(lab * (1 - depth) + target * depth)


def _wilt(
    rng: np.random.Generator, bgr: NDArray[np.uint8], area: NDArray[np.float32]
) -> NDArray[np.uint8]:
    """Dark, flat, wet: detail is smeared, colour dulled, small glints of slime are added."""
    flat = cv2.bilateralFilter(bgr, 7, 60, 5)
    lab = _to_lab(np.asarray(flat, np.uint8))
    lab[:, :, 0] = lab[:, :, 0] * rng.uniform(0.3, 0.6) + rng.uniform(0, 8)
    lab[:, :, 1:] *= rng.uniform(0.3, 0.7)
    lab[:, :, 2] += rng.uniform(2, 10)
    glints = draw_noise(rng, (bgr.shape[0], bgr.shape[1]), cells=rng.uniform(20, 50), octaves=2)
    lab[:, :, 0] += np.clip(glints - rng.uniform(1.6, 2.4), 0, 1) * rng.uniform(30, 70)
    depth = area[:, :, None]
    return _to_bgr(_to_lab(bgr) * (1 - depth) + lab * depth)


_RECOLOUR = {"brown": _turn_brown, "yellow": _turn_yellow, "wilt": _wilt}


def _grow_mould(
    rng: np.random.Generator, canvas: Canvas, area: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Felt spots, pale at the rim and white, green, blue-grey or black inside."""
    shape = canvas.shape
    spots = np.zeros(shape, np.float32)
    rows, columns = np.nonzero(area[::2, ::2] > 0.4)
    if not len(rows):
        return np.zeros(shape, np.float32)
    for _ in range(int(rng.integers(1, 9))):
        pick = int(rng.integers(len(rows)))
        radius = canvas.long_side_px * float(np.exp(rng.uniform(np.log(0.008), np.log(0.09))))
        axes = (max(1, int(radius)), max(1, int(radius * rng.uniform(0.6, 1))))
        centre = (int(columns[pick] * 2), int(rows[pick] * 2))
        cv2.ellipse(spots, centre, axes, rng.uniform(0, 180), 0, 360, 1.0, -1)
    soft = max(1.0, canvas.long_side_px * rng.uniform(0.003, 0.012))
    spots = np.asarray(cv2.GaussianBlur(spots, (0, 0), soft), np.float32)
    ragged = np.clip(spots * 1.4 + 0.22 * draw_noise(rng, shape, rng.uniform(18, 50)) - 0.25, 0, 1)
    ragged *= np.minimum(
        1, cv2.GaussianBlur((canvas.label("food") == 1).astype(np.float32), (0, 0), 2) * 2
    )
    core_lab = _MOULD_LAB[int(rng.integers(len(_MOULD_LAB)))] + rng.normal(0, [6, 3, 3])
    rim_lab = np.array([rng.uniform(70, 92), 0, rng.uniform(-2, 6)])
    core = np.clip(ragged * 2 - 1, 0, 1)[:, :, None]
    grain = draw_noise(rng, shape, cells=rng.uniform(60, 120), octaves=2)[:, :, None]
    felt = rim_lab * (1 - core) + core_lab * core + grain * np.array([rng.uniform(2, 9), 0, 0])
    weight = (ragged * rng.uniform(0.7, 0.98))[:, :, None]
    canvas.bgr = _to_bgr(_to_lab(canvas.bgr) * (1 - weight) + felt * weight)
    return np.asarray(weight[:, :, 0], np.float32)


_MOULD_LAB = (
    np.array([88.0, 0.0, 2.0]),
    np.array([62.0, -8.0, 6.0]),
    np.array([55.0, -6.0, -6.0]),
    np.array([45.0, -10.0, 14.0]),
    np.array([25.0, 0.0, 2.0]),
)


def _pour_sauce(
    rng: np.random.Generator, lab: NDArray[np.float32], area: NDArray[np.float32]
) -> NDArray[np.float32]:
    """A glossy brown, red or creamy film: dark food that is not spoiled."""
    edge = np.clip(area * 3 - 0.8, 0, 1)[:, :, None] * rng.uniform(0.5, 0.9)
    tone = _SAUCE_LAB[int(rng.integers(len(_SAUCE_LAB)))] + rng.normal(0, [5, 3, 5])
    gloss = draw_noise(rng, (lab.shape[0], lab.shape[1]), cells=rng.uniform(8, 20))[:, :, None]
    film = tone + np.clip(gloss - 1.4, 0, 1) * np.array([55.0, -5.0, -10.0]) + lab * [0.15, 0, 0]
    return np.asarray(lab * (1 - edge) + film * edge, np.float32)


_SAUCE_LAB = (
    np.array([22.0, 12.0, 16.0]),
    np.array([32.0, 38.0, 30.0]),
    np.array([75.0, 2.0, 18.0]),
    np.array([50.0, 18.0, 45.0]),
)


def _label(
    canvas: Canvas, before: NDArray[np.uint8], strength: NDArray[np.float32], *, mould: bool
) -> None:
    """Marks what visibly changed; changes too faint to see are left out of the loss."""
    moved = np.abs(_to_lab(canvas.bgr) - _to_lab(before)).max(2)
    moved = cv2.GaussianBlur(moved, (0, 0), 1.5)
    seen = (strength > _VISIBLE) & (moved > 7)
    maybe = (strength > 0.12) & ~seen
    for name in ("spoiled", "mould") if mould else ("spoiled",):
        labels = canvas.label(name)
        labels[maybe & (labels == 0)] = 255
        labels[seen] = 1


def _to_lab(bgr: NDArray[np.uint8]) -> NDArray[np.float32]:
    return np.asarray(cv2.cvtColor(bgr.astype(np.float32) / 255, cv2.COLOR_BGR2LAB), np.float32)


def _to_bgr(lab: NDArray[np.float32]) -> NDArray[np.uint8]:
    bounded = lab.astype(np.float32)
    bounded[:, :, 0] = np.clip(bounded[:, :, 0], 0, 100)
    bgr = cv2.cvtColor(bounded, cv2.COLOR_LAB2BGR)
    return np.asarray((bgr * 255).clip(0, 255), np.uint8)
