"""Approximate food masks for photos that have none.

No source of meals comes with food masks, so they are proposed by GrabCut (Rother et al. 2004)
from two facts: food is near the middle and coloured or textured, plates and tables are smooth and
pale or reach the border. Where the proposal is unsure the pixel is left out of the loss.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

FOOD, BACKGROUND, UNSURE = 1, 0, 255
_WORK_SIDE_PX = 160
_ITERATIONS = 3


def propose_food_mask(bgr: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Proposes where the food is.

    Args:
        bgr: uint8 (height, width, 3), a photo of a meal.

    Returns:
        uint8 (height, width): FOOD, BACKGROUND or UNSURE.
    """
    scale = _WORK_SIDE_PX / max(bgr.shape[:2])
    small = cv2.resize(bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    plain = _find_plain(np.asarray(small, np.uint8))
    centre = _measure_centrality(small.shape[:2])
    seeds = np.full(small.shape[:2], cv2.GC_PR_BGD, np.uint8)
    seeds[centre > 0.25] = cv2.GC_PR_FGD
    seeds[plain] = cv2.GC_PR_BGD
    seeds[(centre > 0.75) & ~plain] = cv2.GC_FGD
    seeds[centre < 0.03] = cv2.GC_BGD
    seeds[plain & (centre < 0.5)] = cv2.GC_BGD
    food = _run_grabcut(np.asarray(small, np.uint8), seeds)
    mask = _mark_unsure(np.asarray(small, np.uint8), food, plain)
    full = (bgr.shape[1], bgr.shape[0])
    return np.asarray(cv2.resize(mask, full, interpolation=cv2.INTER_NEAREST), np.uint8)


def _find_plain(bgr: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Pale or grey pixels without texture: plates, paper, tables."""
    hsv = cv2.cvtColor(bgr, cv2.COLOR_BGR2HSV)
    grey = cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY).astype(np.float32)
    spread = cv2.blur(grey**2, (7, 7)) - cv2.blur(grey, (7, 7)) ** 2
    smooth = np.sqrt(np.maximum(spread, 0)) < 9
    return np.asarray(smooth & (hsv[:, :, 1] < 60))


def _measure_centrality(shape: tuple[int, ...]) -> NDArray[np.float64]:
    """1 in the middle, 0 on the border."""
    rows = np.linspace(-1, 1, shape[0])[:, None]
    columns = np.linspace(-1, 1, shape[1])[None, :]
    return np.maximum(0, 1 - np.maximum(np.abs(rows), np.abs(columns)) ** 1.5)


def _run_grabcut(bgr: NDArray[np.uint8], seeds: NDArray[np.uint8]) -> NDArray[np.uint8]:
    kinds = set(np.unique(seeds).tolist())
    if not kinds & {cv2.GC_FGD, cv2.GC_PR_FGD} or not kinds & {cv2.GC_BGD, cv2.GC_PR_BGD}:
        return np.ones(seeds.shape, np.uint8)
    cv2.setRNGSeed(7)
    mask = seeds.copy()
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(bgr, mask, (0, 0, 1, 1), *models, _ITERATIONS, cv2.GC_INIT_WITH_MASK)
    food = ((mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD)).astype(np.uint8)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    food = cv2.morphologyEx(food, cv2.MORPH_OPEN, kernel)
    return np.asarray(cv2.morphologyEx(food, cv2.MORPH_CLOSE, kernel), np.uint8)


def _mark_unsure(
    bgr: NDArray[np.uint8], food: NDArray[np.uint8], plain: NDArray[np.bool_]
) -> NDArray[np.uint8]:
    """Keeps what is safe; coloured pixels outside may be food that reaches the border."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))
    inside = cv2.erode(food, kernel) > 0
    outside = cv2.dilate(food, kernel) == 0
    hsv = cv2.cvtColor(bgr, cv2.COLOR_BGR2HSV)
    dull = (hsv[:, :, 1] < 90) | (hsv[:, :, 2] < 50)
    mask = np.full(food.shape, UNSURE, np.uint8)
    mask[inside] = FOOD
    mask[outside & (dull | plain)] = BACKGROUND
    mask[plain & (food == 0)] = BACKGROUND
    return mask
