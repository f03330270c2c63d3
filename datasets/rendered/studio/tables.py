"""Table tops as linear RGB pictures, and the rooms that light them."""

from functools import lru_cache

import numpy as np

from studio.mesh import Array, linear, mix, smoothstep
from studio.noise import cells, fbm

SIDE_CM, SIDE_PX = 110.0, 1408


def _grid() -> tuple[Array, Array]:
    t = (np.arange(SIDE_PX) + 0.5) / SIDE_PX * SIDE_CM
    x, y = np.meshgrid(t, t)
    return x.ravel(), y.ravel()


def wood(seed: int, dark: tuple[float, ...], light: tuple[float, ...], plank_cm: float) -> Array:
    """Planks along x with rings, pores and gaps."""
    x, y = _grid()
    plank = np.floor(y / plank_cm)
    across = y / plank_cm - plank
    shift = (np.sin(plank * 91.7 + seed) * 43758.5) % 1.0
    warp = fbm(np.stack([x * 0.035 + shift * 50, y * 0.22 + plank * 7], 1), seed, 4)
    rings = 0.5 + 0.5 * np.sin((y * 1.1 + 5.5 * warp + shift * 40) * 2.4)
    fibre = fbm(np.stack([x * 0.5, y * 9.0], 1), seed + 3, 3)
    pores = smoothstep(0.35, 0.8, fbm(np.stack([x * 1.2, y * 16.0], 1), seed + 5, 2))
    tone = 0.25 + 0.4 * rings + 0.3 * fibre + 0.25 * warp + 0.35 * (shift - 0.5)
    colour = mix(linear(*dark), linear(*light), tone)
    colour = colour * (1.0 - 0.3 * pores)[:, None]
    gap = smoothstep(0.014, 0.004, np.minimum(across, 1 - across)) if plank_cm < SIDE_CM else 0.0
    return mix(colour, linear(*dark) * 0.2, gap).reshape(SIDE_PX, SIDE_PX, 3)


def marble(seed: int) -> Array:
    """White stone with grey veins."""
    x, y = _grid()
    points = np.stack([x, y], 1)
    bend = np.stack([fbm(points * 0.04, seed, 4), fbm(points * 0.04, seed + 9, 4)], 1)
    vein = np.abs(fbm(points * 0.035 + 0.8 * bend, seed + 5, 5))
    tone = 0.8 * smoothstep(0.07, 0.0, vein) * (0.5 + 0.6 * bend[:, 0])
    tone = tone + 0.16 * fbm(points * 0.1 + bend, seed + 7, 4) + 0.1
    return mix(linear(232, 230, 226), linear(140, 140, 144), tone).reshape(SIDE_PX, SIDE_PX, 3)


def slate(seed: int) -> Array:
    """Dark speckled stone or worktop."""
    x, y = _grid()
    points = np.stack([x, y], 1)
    tone = 0.4 + 0.35 * fbm(points * 0.15, seed, 4) + 0.3 * fbm(points * 2.2, seed + 3, 3)
    speck = smoothstep(0.2, 0.08, cells(points * 2.6, seed + 5)) * fbm(points, seed + 7, 2) * 0.5
    colour = mix(linear(44, 45, 48), linear(88, 87, 86), tone)
    return mix(colour, linear(150, 146, 140), speck).reshape(SIDE_PX, SIDE_PX, 3)


def cloth(seed: int, ground: tuple[float, ...], stripe: tuple[float, ...]) -> Array:
    """Woven checked cloth."""
    x, y = _grid()
    across = smoothstep(0.45, 0.5, np.abs((x / 5.0) % 1 - 0.5) * 2)
    along = smoothstep(0.45, 0.5, np.abs((y / 5.0) % 1 - 0.5) * 2)
    weave = 0.5 + 0.25 * np.sin(x * 26.0) + 0.25 * np.sin(y * 26.0)
    tone = 0.5 * across + 0.5 * along
    worn = 1.0 + 0.1 * fbm(np.stack([x, y], 1) * 0.3, seed, 4)
    colour = mix(linear(*ground), linear(*stripe), tone) * ((0.8 + 0.25 * weave) * worn)[:, None]
    return np.clip(colour, 0, 1).reshape(SIDE_PX, SIDE_PX, 3)


def laminate(seed: int) -> Array:
    """Pale office desk top."""
    x, y = _grid()
    points = np.stack([x, y], 1)
    tone = 0.5 + 0.25 * fbm(points * 4.0, seed, 2) + 0.3 * fbm(points * 0.05, seed + 3, 3)
    return mix(linear(206, 200, 190), linear(222, 218, 210), tone).reshape(SIDE_PX, SIDE_PX, 3)


@lru_cache(maxsize=8)
def table(name: str) -> tuple[Array, float]:
    """Colours (side, side, 3) and roughness of a table top; turn it to vary what shows."""
    seed = 17
    if name == "oak":
        return wood(seed, (132, 92, 56), (194, 150, 100), 13.0), 0.38
    if name == "walnut":
        return wood(seed, (58, 36, 24), (112, 74, 48), 200.0), 0.3
    if name == "marble":
        return marble(seed), 0.16
    if name == "slate":
        return slate(seed), 0.4
    if name == "cloth":
        return cloth(seed, (222, 216, 204), (108, 128, 150)), 0.9
    return laminate(seed), 0.42


def room(name: str, seed: int) -> Array:
    """Surroundings as a latitude-longitude picture (256, 512, 3), +z up, linear radiance."""
    lat, lon = np.meshgrid(
        np.linspace(0, np.pi, 256), np.linspace(0, 2 * np.pi, 512), indexing="ij"
    )
    points = np.stack([lon.ravel() * 1.5, lat.ravel() * 2], 1)
    lumps = (1 + 0.5 * fbm(points, seed, 4)).reshape(256, 512, 1)
    up = smoothstep(1.9, 0.9, lat)[..., None]
    walls = mix(linear(120, 108, 94), linear(226, 222, 214), up[..., 0])
    picture = 0.32 * walls * lumps
    warm, cool = np.array([1.0, 0.84, 0.64]), np.array([0.86, 0.95, 1.08])
    if name in ("window", "evening"):
        strength = 10.0 if name == "window" else 1.4
        for start in (0.7, 1.35):
            pane = (np.abs(lon - start) < 0.29) & (np.abs(lat - 1.1) < 0.36)
            bars = (np.abs(lat - 1.1) < 0.02) | (np.abs(lon - start) < 0.015)
            picture[pane & ~bars] = strength * cool
    if name in ("kitchen", "evening"):
        for where in (0.6, 2.7, 4.9):
            lamp = (np.abs(lon - where) < 0.32) & (np.abs(lat - 0.42) < 0.13)
            picture[lamp] = 12.0 * warm
    if name == "office":
        for where in np.arange(0.4, 6.2, 1.3):
            tube = (np.abs(lon - where) < 0.16) & (np.abs(lat - 0.55) < 0.3)
            picture[tube] = 9.0 * np.array([0.96, 1.0, 0.94])
    return picture
