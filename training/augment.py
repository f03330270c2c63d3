"""What cameras, apps and light do to a whole picture; applied after composing, to hide seams."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from training.scene import Canvas


def turn_canvas(rng: np.random.Generator, canvas: Canvas) -> None:
    """Turns by a multiple of 90 degrees and mirrors, labels included."""
    quarter, mirror = int(rng.integers(4)), bool(rng.random() < 0.5)

    def turn(values: NDArray[np.uint8], axes: tuple[int, int]) -> NDArray[np.uint8]:
        turned = np.rot90(values, quarter, axes)
        return np.ascontiguousarray(np.flip(turned, axes[1]) if mirror else turned)

    canvas.bgr = turn(canvas.bgr, (0, 1))
    canvas.kinds = turn(canvas.kinds, (0, 1))
    canvas.things = turn(canvas.things, (0, 1))
    canvas.labels = turn(canvas.labels, (1, 2))


def degrade(rng: np.random.Generator, bgr: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Exposure, white balance, contrast, blur, lost size, noise and JPEG, each with its chance."""
    picture: NDArray[np.floating[Any]]
    if rng.random() < 0.6:
        bgr = np.asarray(cv2.LUT(bgr, _draw_tone_curve(rng)), np.uint8)
    picture = bgr.astype(np.float32)
    if rng.random() < 0.2:
        middle = float(cv2.mean(picture)[0])
        picture = (picture - middle) * np.float32(rng.uniform(0.7, 1.3)) + middle
    if rng.random() < 0.25:
        grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)[:, :, None]
        picture = grey + (picture - grey) * np.float32(rng.uniform(0.6, 1.3))
    if rng.random() < 0.3:
        blurred = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 1.4))
        picture = np.asarray(blurred, np.float32)
    if rng.random() < 0.25:
        picture = _shrink(picture, float(rng.uniform(0.4, 0.9)))
    if rng.random() < 0.3:
        noise = rng.standard_normal(picture.shape, np.float32)
        picture = picture + noise * np.float32(rng.uniform(1.5, 7.5))
    degraded = np.asarray(picture.clip(0, 255), np.uint8)
    if rng.random() < 0.6:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(35, 96))]
        degraded = np.asarray(
            cv2.imdecode(cv2.imencode(".jpg", degraded, quality)[1], cv2.IMREAD_COLOR), np.uint8
        )
    return degraded


def _shrink(picture: NDArray[np.floating[Any]], scale: float) -> NDArray[np.floating[Any]]:
    """What is left of a picture that was sent smaller and is brought back to its size."""
    size = (picture.shape[1], picture.shape[0])
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_LINEAR), np.float32)


def _draw_tone_curve(rng: np.random.Generator) -> NDArray[np.uint8]:
    """Gamma, gain and white balance as a lookup table (256, 1, 3)."""
    steps = np.linspace(0, 1, 256)[:, None] ** np.exp(rng.normal(0, 0.15))
    gains = rng.normal(1, 0.06, 3) * rng.uniform(0.8, 1.12)
    return np.asarray((steps * gains * 255).clip(0, 255)[:, None, :], np.uint8)
