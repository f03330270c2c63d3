"""What lies on or beside a meal and is no foreign object: captions over the photo, chopsticks."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from training.scene import Canvas

_LETTERS = "ABCDEFGHIKLMNOPRSTUVWYZabcdefghiklmnoprstuvwyz0123456789   .:-/@"
_STICK_COLOURS = (
    (120, 165, 200),
    (70, 105, 150),
    (40, 45, 60),
    (45, 50, 130),
    (215, 220, 225),
    (165, 170, 175),
)
"""Pale and dark wood, black and red lacquer, white plastic, steel; BGR."""


def add_clutter(rng: np.random.Generator, canvas: Canvas) -> None:
    """Prints a caption over the picture or lays a pair of chopsticks across it; none is foreign."""
    if rng.random() < 0.5:
        _print_caption(rng, canvas)
    else:
        _lay_chopsticks(rng, canvas)


def _print_caption(rng: np.random.Generator, canvas: Canvas) -> None:
    """Dates, names and watermarks that apps print over a photo."""
    height, width = canvas.shape
    text = "".join(rng.choice(list(_LETTERS), int(rng.integers(4, 18))))
    font = int(rng.choice([0, 2, 3, 4, 6, 7]))
    scale = canvas.long_side_px * float(np.exp(rng.uniform(np.log(0.02), np.log(0.09)))) / 22
    thickness = max(1, round(scale * float(rng.uniform(0.8, 3))))
    place = (int(rng.uniform(-0.1, 0.6) * width), int(rng.uniform(0.05, 1) * height))
    ink = np.zeros((height, width), np.uint8)
    cv2.putText(ink, text, place, font, scale, 255, thickness, cv2.LINE_AA)
    colour = rng.choice([0, 255], 3) if rng.random() < 0.3 else np.full(3, rng.choice([0, 255]))
    alpha = ink.astype(np.float32) * np.float32(rng.uniform(0.35, 1) / 255)
    if rng.random() < 0.4:
        rim = cv2.GaussianBlur(cv2.dilate(ink, np.ones((3, 3), np.uint8)), (0, 0), 1.0)
        _cover(canvas, 255 - colour, rim.astype(np.float32) * np.float32(0.6 / 255))
    _cover(canvas, colour, alpha)
    canvas.pasted.append("caption")


def _lay_chopsticks(rng: np.random.Generator, canvas: Canvas) -> None:
    """Two long sticks from beyond the border into the picture; what they cover is no food."""
    height, width = canvas.shape
    tip = np.array([rng.uniform(0.15, 0.85) * width, rng.uniform(0.15, 0.85) * height])
    angle = float(rng.uniform(0, 2 * np.pi))
    thick = canvas.long_side_px * float(rng.uniform(0.010, 0.022))
    colour = np.array(_STICK_COLOURS[int(rng.integers(len(_STICK_COLOURS)))], np.float32)
    colour = (colour * rng.uniform(0.75, 1.2) + rng.normal(0, 8, 3)).clip(0, 255)
    covered = np.zeros((height, width), np.float32)
    for _ in range(2):
        shape = _draw_stick(canvas.shape, tip, angle + float(rng.normal(0, 0.08)), thick)
        shadow = cv2.GaussianBlur(np.roll(shape, 2, (0, 1)), (0, 0), 2.5)
        _cover(canvas, np.zeros(3), shadow * float(rng.uniform(0.1, 0.4)))
        ridge = np.clip(shape * 255, 0, 255).astype(np.uint8)
        depth = cv2.distanceTransform((ridge > 127).astype(np.uint8), cv2.DIST_L2, 3)
        light = 0.75 + 0.4 * depth / max(float(depth.max()), 1.0)
        _cover(canvas, colour * light[:, :, None], shape)
        covered = np.maximum(covered, shape)
        tip = tip + rng.normal(0, 2.5 * thick, 2)
    for name in ("food", "spoiled", "mould"):
        canvas.label(name)[covered > 0.5] = 0
    canvas.pasted.append("chopsticks")


def _draw_stick(
    shape: tuple[int, int], tip: NDArray[np.float64], angle: float, thick: float
) -> NDArray[np.float32]:
    """Coverage of a tapered stick that begins at `tip` and leaves the picture; float32 0 to 1."""
    along = np.array([np.cos(angle), np.sin(angle)])
    across = np.array([-along[1], along[0]])
    end = tip + along * 2 * max(shape)
    corners = [
        tip - across * thick * 0.3,
        tip + across * thick * 0.3,
        end + across * thick,
        end - across * thick,
    ]
    ink = np.zeros(shape, np.uint8)
    cv2.fillPoly(ink, [np.round(np.array(corners) * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return np.asarray(ink.astype(np.float32) / 255, np.float32)


def _cover(
    canvas: Canvas, colour: NDArray[np.floating[Any]], alpha: NDArray[np.floating[Any]]
) -> None:
    weight = alpha[:, :, None]
    mixed = canvas.bgr * (1 - weight) + weight * colour
    canvas.bgr = np.asarray(mixed.clip(0, 255), np.uint8)
