"""The sheet a sprite is painted on, larger than the sprite, and how it becomes one."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from training.drawn.light import Light, draw_light
from training.drawn.noise import Array

_REACH = 0.46
"""Half side of the unit square on the canvas: a little is left free for what overshoots."""


@dataclass
class Canvas:
    """A square sheet in premultiplied BGRA.

    Premultiplied, because OpenCV's anti-aliased strokes and every resize are right only there.

    Attributes:
        size: side in canvas pixels.
        px: canvas pixels to one pixel of the finished sprite.
        light: the one light of this sprite.
        zoom: canvas lengths to one unit, relative to the unit square filling the sheet; lowered
            for what reaches far beyond its body.
        pixels: uint8 (size, size, 4).
    """

    size: int
    px: float
    light: Light
    zoom: float = 1.0
    pixels: NDArray[np.uint8] = field(init=False)

    def __post_init__(self) -> None:
        self.pixels = np.zeros((self.size, self.size, 4), np.uint8)

    def place(self, points: Array) -> Array:
        """Canvas pixels of points (..., 2) in the unit square, -1 to 1, y down."""
        return np.asarray((points * (_REACH * self.zoom) + 0.5) * self.size, np.float32)

    def length(self, unit: float) -> float:
        """Canvas pixels of a length in the unit square."""
        return unit * _REACH * self.zoom * self.size

    def grid(self) -> tuple[Array, Array]:
        """Coordinates of every pixel in the unit square: x as (1, size), y as (size, 1)."""
        at = (np.arange(self.size, dtype=np.float32) / np.float32(self.size) - 0.5) / _REACH
        return at[None, :], at[:, None]

    def layer(self) -> Canvas:
        """An empty sheet of the same size under the same light."""
        return Canvas(self.size, self.px, self.light, self.zoom)

    def cover(self, colour: Array, alpha: Array, left: int = 0, top: int = 0) -> None:
        """Paints over what is there.

        Args:
            colour: float32 (height, width, 3) or (3,), 0 to 255.
            alpha: float32 (height, width), 0 to 1.
            left: column of the patch's first pixel; the patch must lie on the canvas.
            top: row of the patch's first pixel.
        """
        colour, alpha = np.asarray(colour, np.float32), np.asarray(alpha, np.float32)
        height, width = alpha.shape
        under = self.pixels[top : top + height, left : left + width]
        veil = np.empty((height, width, 4), np.float32)
        veil[..., :3] = np.clip(colour, 0, 255) * alpha[..., None]
        veil[..., 3] = 255 * alpha
        veil += under * (1 - alpha)[..., None]
        veil += np.float32(0.5)
        under[:] = veil

    def merge(self, layer: Canvas, alpha: float | Array = 1.0) -> None:
        """Lays another sheet on this one, thinned to `alpha` (a number or (size, size))."""
        left, top, width, height = cv2.boundingRect(np.ascontiguousarray(layer.pixels[..., 3]))
        there = np.s_[top : top + height, left : left + width]
        thin = np.asarray(alpha, np.float32)
        over = layer.pixels[there] * (thin[there][..., None] if thin.ndim else thin)
        rest = self.pixels[there] * (1 - over[..., 3:] * np.float32(1 / 255))
        self.pixels[there] = over + rest + np.float32(0.5)

    def fade(self, alpha: Array) -> None:
        """Thins what is painted: alpha is float32 (size, size), 0 to 1."""
        self.pixels = (self.pixels * np.clip(alpha, 0, 1)[..., None]).astype(np.uint8)


def new_canvas(rng: np.random.Generator, side_px: int) -> Canvas:
    """A sheet for a sprite of that long side: two to three times as large, within reason."""
    # The floor gives tiny sprites the detail that blurs into a likely average; the ceiling holds
    # the cost of large ones.
    size = int(max(min(3 * side_px, 160), 1.5 * side_px, 96))
    return Canvas(size, 2 * _REACH * size / side_px, draw_light(rng))


def develop(
    rng: np.random.Generator, canvas: Canvas, side_px: int, turn: bool, warp: float
) -> NDArray[np.uint8]:
    """The finished sprite: turned, tilted, bent, cropped, reduced.

    Args:
        rng: source of randomness.
        canvas: what was painted.
        side_px: the longest side allowed.
        turn: whether it may lie at any angle, tilted away from the viewer.
        warp: how far its parts shift against each other, as a share of the side.

    Returns:
        uint8 (height, width, 4) straight-alpha BGRA, longer side at most side_px.
    """
    matrix = _pose(rng) if turn else np.eye(2)
    points = np.argwhere(canvas.pixels[::3, ::3, 3] > 12)[:, ::-1] * 3.0
    if len(points) == 0:
        points = np.asarray([[0.0, 0.0], [canvas.size, canvas.size]])
    posed = points @ matrix.T
    low, high = posed.min(axis=0) - 3, posed.max(axis=0) + 6
    scale = 2 * side_px / float((high - low).max())
    width, height = np.maximum(np.ceil((high - low) * scale), 2).astype(int).tolist()
    back = np.linalg.inv(matrix) / scale
    start = np.linalg.inv(matrix) @ low
    xs, ys = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    shift = rng.normal(0, warp * canvas.size, (2, 5, 5)).astype(np.float32)
    rounded = (cv2.resize(s, (20, 20), interpolation=cv2.INTER_CUBIC) for s in shift)
    bend = [cv2.resize(s, (width, height)) for s in rounded]
    maps = [
        (back[i, 0] * xs + back[i, 1] * ys + start[i] + bend[i]).astype(np.float32) for i in (0, 1)
    ]
    # Cords are painted without anti-aliasing; a lens would not resolve their stairs either.
    soft = cv2.GaussianBlur(canvas.pixels, (3, 3), 0.7)
    large = cv2.remap(soft, maps[0], maps[1], cv2.INTER_LINEAR)
    return _reduce(np.asarray(large, np.uint8), side_px)


def _pose(rng: np.random.Generator) -> NDArray[np.float64]:
    """A turn, a mirror, and the foreshortening of a camera that looks from the side."""
    turn, lean = rng.uniform(0, 2 * np.pi, 2)
    tilt = np.diag([1.0, rng.uniform(0.72, 1.0)])
    mirror = np.diag([1.0, rng.choice([-1.0, 1.0])])
    return np.asarray(_rotation(lean) @ tilt @ _rotation(turn) @ mirror)


def _rotation(angle: float) -> NDArray[np.float64]:
    return np.asarray([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def _reduce(large: NDArray[np.uint8], side_px: int) -> NDArray[np.uint8]:
    """Halves a premultiplied picture, crops it to what is visible, divides the alpha out."""
    height, width = ((side + 1) // 2 for side in large.shape[:2])
    small = cv2.resize(large, (width, height), interpolation=cv2.INTER_AREA)
    rows, columns = np.nonzero(small[..., 3] > 3)
    if len(rows):
        small = small[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    small = small[:side_px, :side_px]
    alpha = np.maximum(small[..., 3:].astype(np.float32), 1)
    straight = np.minimum(small[..., :3] * (255 / alpha), 255)
    return np.dstack([straight.astype(np.uint8), small[..., 3]])
