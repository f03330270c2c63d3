"""Outlines, the masks they fill, and the relief a mask gets when light falls on it."""

from __future__ import annotations

import cv2
import numpy as np

from training.drawn.canvas import Canvas
from training.drawn.light import Material
from training.drawn.noise import Array, fbm


def blob(rng: np.random.Generator, rough: float, aspect: float, harmonics: int = 6) -> Array:
    """A closed, rounded outline: float32 (72, 2) in the unit square, long axis along x."""
    angle = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    radius = np.ones_like(angle)
    for k in range(2, 2 + harmonics):
        radius += rng.normal(0, rough / k**0.8) * np.cos(k * angle + rng.uniform(0, 2 * np.pi))
    radius = np.clip(radius, 0.3, None) / radius.max()
    return np.stack([radius * np.cos(angle), radius * np.sin(angle) * aspect], 1).astype(np.float32)


def shard(rng: np.random.Generator, corners: int, aspect: float) -> Array:
    """A convex, sharp-cornered outline: float32 (corners, 2)."""
    gaps = rng.uniform(0.35, 1.0, corners)
    angle = np.cumsum(gaps) / gaps.sum() * 2 * np.pi
    radius = rng.uniform(0.65, 1.0, corners)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle) * aspect], 1).astype(np.float32)


def panel(rng: np.random.Generator, aspect: float, skew: float = 0.12) -> Array:
    """A four-cornered outline that is nearly a rectangle: float32 (4, 2)."""
    corners = np.asarray([[-1, -aspect], [1, -aspect], [1, aspect], [-1, aspect]])
    return (corners + rng.normal(0, skew * aspect, (4, 2))).clip(-1, 1).astype(np.float32)


def disc(radius: float = 1.0, corners: int = 64) -> Array:
    """A circle about the centre: float32 (corners, 2)."""
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    return (radius * np.stack([np.cos(angle), np.sin(angle)], 1)).astype(np.float32)


def fill(canvas: Canvas, *outlines: Array, soften_px: float = 0.0) -> Array:
    """Coverage of outlines, float32 (size, size) 0 to 1; where two overlap there is a hole."""
    mask = np.zeros((canvas.size, canvas.size), np.uint8)
    shapes = [(canvas.place(outline) * 8).astype(np.int32) for outline in outlines]
    cv2.fillPoly(mask, shapes, 255, cv2.LINE_AA, 3)
    if soften_px > 0:
        # Blurred and cut again at the half: corners come out round.
        blurred = cv2.GaussianBlur(mask, (0, 0), soften_px)
        return np.clip((blurred.astype(np.float32) - 110) / 36, 0, 1)
    return mask.astype(np.float32) / np.float32(255)


def inset(mask: Array) -> Array:
    """Distance in pixels from each pixel of a mask to its edge, 0 outside."""
    solid = (mask > 0.5).astype(np.uint8)
    return np.asarray(cv2.distanceTransform(solid, cv2.DIST_L2, 3), np.float32)


def tear(rng: np.random.Generator, mask: Array, depth_px: float, cells: float = 8) -> Array:
    """The mask with a ragged edge: noise moves it by about `depth_px`."""
    solid = (mask > 0.5).astype(np.uint8)
    outside = cv2.distanceTransform(1 - solid, cv2.DIST_L2, 3)
    edge = cv2.distanceTransform(solid, cv2.DIST_L2, 3) - outside
    return np.clip(edge + fbm(rng, mask.shape[0], cells, 4) * depth_px - depth_px + 0.5, 0, 1)


def dome(mask: Array, bevel_px: float) -> Array:
    """Heights of a body with a round rim `bevel_px` wide and a flat top, in pixels."""
    inner = 1 - np.minimum(inset(mask) / np.float32(max(bevel_px, 1)), 1)
    return np.asarray(np.sqrt(1 - inner * inner) * np.float32(max(bevel_px, 1)), np.float32)


def slopes(height: Array, smooth_px: float = 1.0) -> Array:
    """Unit normals float32 (rows, columns, 3) of a height field in pixels, z to the viewer."""
    if smooth_px > 0:
        height = np.asarray(cv2.GaussianBlur(height, (0, 0), smooth_px))
    normals = np.empty((*height.shape, 3), np.float32)
    normals[..., 0] = cv2.Sobel(height, cv2.CV_32F, 1, 0, ksize=3, scale=-0.125)
    normals[..., 1] = cv2.Sobel(height, cv2.CV_32F, 0, 1, ksize=3, scale=-0.125)
    normals[..., 2] = 1
    normals /= np.sqrt(np.einsum("ijk,ijk->ij", normals, normals))[..., None]
    return normals


def emboss(
    canvas: Canvas, mask: Array, albedo: Array, height: Array, material: Material, smooth_px: float
) -> None:
    """Paints a lit relief.

    Args:
        canvas: painted on.
        mask: float32 (size, size) coverage.
        albedo: float32 (size, size, 3) or (3,), 0 to 255.
        height: float32 (size, size) in pixels.
        material: how it shines.
        smooth_px: how much the relief is smoothed before it is lit.
    """
    normals = slopes(height, smooth_px)
    colours = albedo if albedo.ndim == 3 else np.broadcast_to(albedo, normals.shape)
    canvas.cover(canvas.light.shade(colours, normals, material), mask)
