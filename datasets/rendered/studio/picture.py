"""From a scene to a photograph: render, denoise, and what a phone does to a picture."""

from typing import Any

import cv2
import numpy as np

from studio.mesh import Array


def render(mi: Any, scene: dict[str, Any], samples: int, seed: int, denoise: bool) -> Array:
    """Linear RGB (H, W, 3) of a scene.

    Args:
        mi: the mitsuba module, variant set.
        scene: dictionary from `stage.lit_scene`.
        samples: paths per pixel.
        seed: of the sampler.
        denoise: clean with Open Image Denoise, guided by albedo and normals.
    """
    loaded = mi.load_dict(scene)
    path = mi.load_dict({"type": "path", "max_depth": 8, "rr_depth": 4})
    out = np.array(mi.render(loaded, integrator=path, spp=samples, seed=seed))
    colour = np.ascontiguousarray(np.nan_to_num(out[..., :3]), dtype=np.float32)
    if not denoise:
        return colour.astype(float)
    import pyoidn

    guides = mi.load_dict({"type": "aov", "aovs": "albedo:albedo,normal:sh_normal"})
    guide = np.nan_to_num(np.array(mi.render(loaded, integrator=guides, spp=8, seed=seed + 1)))
    albedo = np.ascontiguousarray(np.clip(guide[..., -6:-3], 0, 1), dtype=np.float32)
    normal = np.ascontiguousarray(guide[..., -3:], dtype=np.float32)
    return np.asarray(pyoidn.denoise(colour, albedo, normal, hdr=True), dtype=float)


def render_truth(mi: Any, scene: dict[str, Any], samples: int) -> Array:
    """Shares (H, W, 3) of each pixel that are food, spoiled and foreign, in 0..1."""
    loaded = mi.load_dict(scene)
    integrator = mi.load_dict({"type": "aov", "aovs": "albedo:albedo"})
    out = np.array(mi.render(loaded, integrator=integrator, spp=samples, seed=1))
    return np.clip(np.nan_to_num(out[..., -3:]), 0.0, 1.0).astype(float)


def develop(linear_rgb: Array, spec: dict[str, Any]) -> np.ndarray:
    """8-bit BGR as a phone would write it.

    Args:
        linear_rgb: (H, W, 3) radiance.
        spec: scene with `exposure`, `white`, `noise`, `shake_px` and `seed`.
    """
    rng = np.random.default_rng(spec["seed"] + 99)
    height, width = linear_rgb.shape[:2]
    light = linear_rgb / np.exp(np.mean(np.log(linear_rgb.mean(2) + 1e-3))) * 0.175
    light = light * spec.get("exposure", 1.0) * np.asarray(spec.get("white", [1, 1, 1]))
    y, x = np.mgrid[0:height, 0:width]
    far = np.hypot((x - width / 2), (y - height / 2)) / np.hypot(width / 2, height / 2)
    light = light * (1.0 - 0.28 * far**2)[..., None]
    glow = cv2.GaussianBlur(np.minimum(light, 4.0), (0, 0), width / 90)
    light = 0.96 * light + 0.04 * glow
    light = _shaken(light, spec.get("shake_px", 0.0) * width / 1280)
    noise = spec.get("noise", 1.0) * 0.0055
    grain = rng.normal(size=(height, width, 3)) * np.sqrt(np.maximum(light, 0) + 0.02) * noise
    light = np.maximum(light + 0.7 * grain + 0.9 * cv2.GaussianBlur(grain, (0, 0), 1.1), 0.0)
    toned = light * (2.51 * light + 0.03) / (light * (2.43 * light + 0.59) + 0.14)
    toned = np.clip(0.35 * toned + 0.65 * (1 - np.exp(-1.9 * light)), 0, 1)
    srgb = np.where(toned <= 0.0031308, 12.92 * toned, 1.055 * toned ** (1 / 2.4) - 0.055)
    grey = srgb.mean(2, keepdims=True)
    srgb = grey + (srgb - grey) * 0.97
    soft = cv2.GaussianBlur(srgb, (0, 0), 1.2)
    srgb = srgb + 0.45 * np.clip(srgb - soft, -0.12, 0.12)
    return np.clip(srgb[..., ::-1] * 255 + rng.uniform(0, 1, srgb.shape), 0, 255).astype(np.uint8)


def _shaken(light: Array, reach_px: float) -> Array:
    """Hand shake along a curved path of about `reach_px` pixels, with some defocus."""
    if reach_px <= 0:
        return light
    side = int(reach_px) * 2 + 5
    kernel = np.zeros((side, side))
    for t in np.linspace(-1, 1, 400):
        x, y = 0.5 * reach_px * t, 0.22 * reach_px * t * t - 0.1 * reach_px
        kernel[round(side / 2 + y), round(side / 2 + x)] += 1.0
    kernel = cv2.GaussianBlur(kernel, (0, 0), max(reach_px / 9, 0.5))
    return np.asarray(cv2.filter2D(light, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REFLECT))
