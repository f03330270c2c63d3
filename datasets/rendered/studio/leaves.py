"""Salad leaves: a grid bent, ruffled and veined."""

from dataclasses import dataclass

import numpy as np

from studio.mesh import Array, Mesh, grid_faces, linear, mix, painted, smoothstep
from studio.noise import fbm

ROWS, COLUMNS = 64, 44


@dataclass(frozen=True)
class Leaf:
    """How one sort of leaf looks; lengths in cm, colours sRGB 0..255."""

    length: tuple[float, float]
    aspect: tuple[float, float]
    ruffle: float
    blister: float
    lobes: float
    torn: float
    deep: tuple[float, float, float]
    pale: tuple[float, float, float]
    rib: tuple[float, float, float]
    rib_width: float
    gloss: float


LEAVES = {
    "lettuce": Leaf(
        (5.5, 8.5),
        (0.75, 1.1),
        0.85,
        0.16,
        0.12,
        0.25,
        (84, 124, 36),
        (176, 200, 84),
        (226, 232, 178),
        0.07,
        0.34,
    ),
    "romaine": Leaf(
        (5.0, 7.5),
        (0.55, 0.8),
        0.38,
        0.14,
        0.06,
        0.5,
        (66, 118, 38),
        (166, 194, 92),
        (232, 236, 200),
        0.13,
        0.33,
    ),
    "spinach": Leaf(
        (3.8, 5.6),
        (0.55, 0.72),
        0.14,
        0.07,
        0.02,
        0.0,
        (34, 82, 28),
        (66, 116, 44),
        (140, 168, 92),
        0.035,
        0.28,
    ),
    "rocket": Leaf(
        (5.5, 8.0),
        (0.32, 0.42),
        0.2,
        0.04,
        0.75,
        0.0,
        (48, 100, 34),
        (92, 138, 58),
        (166, 188, 118),
        0.05,
        0.36,
    ),
    "radicchio": Leaf(
        (3.5, 5.5),
        (0.7, 0.95),
        0.4,
        0.1,
        0.05,
        0.6,
        (84, 18, 44),
        (138, 40, 74),
        (240, 224, 228),
        0.1,
        0.3,
    ),
    "oakleaf": Leaf(
        (5.0, 7.5),
        (0.6, 0.8),
        0.6,
        0.1,
        0.45,
        0.1,
        (74, 34, 30),
        (120, 142, 58),
        (214, 214, 160),
        0.06,
        0.33,
    ),
}


def _outline(leaf: Leaf, u: Array, rng: np.random.Generator, seed: int) -> Array:
    """Half width (1 = half the leaf's width) along u in 0..1, one column per side."""
    shape = np.sin(np.pi * np.clip(u, 0, 1) ** rng.uniform(0.65, 0.85)) ** 0.62
    sides = []
    for side in (0, 1):
        ragged = fbm(np.stack([u * 7.0, np.full_like(u, side * 9.0)], 1), seed + side, 4)
        lobed = 0.5 + 0.5 * np.cos(u * 2 * np.pi * rng.uniform(3.2, 4.4) + rng.uniform(0, 6))
        width = shape * (1.0 - leaf.lobes * lobed * smoothstep(0.0, 0.25, u))
        if rng.random() < leaf.torn:
            width = np.minimum(width, rng.uniform(0.55, 0.95) + 0.25 * (u - 0.5))
        sides.append(np.maximum(width * (1.0 + 0.13 * ragged), 0.012))
    return np.stack(sides, 1)


def _veins(u: Array, v: Array, rib_width: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Strength in 0..1 of the midrib and of the side veins."""
    width = rib_width * (1.15 - u)
    midrib = np.exp(-((v / np.maximum(width, 1e-3)) ** 2))
    count, lean = rng.uniform(6.0, 8.0), rng.uniform(0.3, 0.45)
    phase = u * count - np.abs(v) ** 0.8 * lean * count + 0.5 * (v > 0)
    phase = phase + 0.12 * np.sin(9.0 * v + 5.0 * u)
    side = np.exp(-(((phase - np.round(phase)) / 0.07) ** 2)) * (1.0 - np.abs(v) ** 2)
    return midrib, side * smoothstep(0.02, 0.12, u)


def _bend(x: Array, y: Array, z: Array, leaf: Leaf, rng: np.random.Generator) -> Array:
    """Curl along and across, then twist."""
    length = x.max() - x.min()
    curl = rng.normal(0.25, 0.55) / length * 1.6
    if abs(curl) > 1e-4:
        bent_x = np.sin(x * curl) / curl - z * np.sin(x * curl)
        z = (1.0 - np.cos(x * curl)) / curl + z * np.cos(x * curl)
        x = bent_x
    cup = rng.uniform(0.02, 0.16) * (1.0 if leaf.blister < 0.15 else 0.7)
    z = z + cup * y * y
    twist = rng.normal(0, 0.25) * (x / length)
    return np.stack(
        [x, y * np.cos(twist) - z * np.sin(twist), y * np.sin(twist) + z * np.cos(twist)], 1
    )


def _surface(
    leaf: Leaf, u: Array, v: Array, rng: np.random.Generator, seed: int
) -> tuple[Array, Array, Array]:
    """Positions (N, 3), midrib and side vein strengths (N,)."""
    length = rng.uniform(*leaf.length)
    half = 0.5 * length * rng.uniform(*leaf.aspect)
    rows = np.linspace(0, 1, ROWS)
    widths = _outline(leaf, rows, rng, seed)
    side = np.interp(u, rows, widths[:, 0]) * (v < 0) + np.interp(u, rows, widths[:, 1]) * (v >= 0)
    x, y = (u - 0.5) * length, v * side * half
    midrib, vein = _veins(u, v, leaf.rib_width, rng)
    plane = np.stack([x, y], 1)
    edge = np.abs(v)
    wave = np.sin(u * rng.uniform(9, 15) + np.sign(v) * rng.uniform(0, 3) + 2.0 * v)
    fine = fbm(plane * 1.6, seed + 11, 3)
    z = leaf.ruffle * (0.45 * wave * edge**2 + 0.75 * fine * edge**1.5)
    z = z + leaf.ruffle * 0.5 * fbm(plane * 0.55, seed + 13, 2)
    z = z + leaf.blister * (0.8 * fbm(plane * 3.2, seed + 17, 2) - 0.5 * vein) - 0.12 * midrib
    y = y + leaf.ruffle * 0.3 * edge**2 * fbm(plane * 1.9, seed + 19, 2)
    return _bend(x, y, z, leaf, rng), midrib, vein


def make_leaf(sort: str, rng: np.random.Generator, decay: float = 0.0) -> Mesh:
    """One leaf lying near z = 0, centred.

    Args:
        sort: a name in `LEAVES`.
        rng: draws shape and colour.
        decay: 0 fresh to 1 rotten through; browns from the edges and wilts.
    """
    leaf, seed = LEAVES[sort], int(rng.integers(1 << 30))
    u, v = np.meshgrid(np.linspace(0, 1, ROWS), np.linspace(-1, 1, COLUMNS), indexing="ij")
    u, v = u.ravel(), v.ravel()
    place, midrib, vein = _surface(leaf, u, v, rng, seed)
    tone = 0.5 + 0.5 * fbm(place[:, :2] * 0.5, seed + 3, 3)
    inner = np.clip(1.0 - 1.25 * u, 0, 1) * 0.8 + 0.35 * (1.0 - np.abs(v)) * (1 - u)
    colour = mix(linear(*leaf.deep), linear(*leaf.pale), 0.45 * tone + 0.7 * inner)
    colour = mix(colour, linear(*leaf.pale), 0.6 * vein)
    colour = mix(colour, linear(*leaf.rib), 0.95 * midrib * (1.0 - 0.6 * u) + 0.3 * vein * inner)
    net = fbm(place[:, :2] * 3.0, seed + 23, 3)
    colour = colour * (1.0 - 0.16 * np.clip(net, -1, 1))[:, None]
    colour = colour * rng.uniform(0.82, 1.15) * rng.normal(1.0, 0.035, 3)
    rough = np.clip(leaf.gloss + 0.1 * fbm(place * 2.0, seed + 5, 2), 0.18, 0.7)
    mesh = painted(place, grid_faces(ROWS, COLUMNS), colour, rough, "leaf")
    return rot(mesh, np.stack([u, np.abs(v)], 1), decay, seed) if decay > 0 else mesh


def rot(mesh: Mesh, uv: Array, decay: float, seed: int) -> Mesh:
    """Brown a leaf inwards from its edge, darken it to slime, wilt it flat.

    Args:
        mesh: the fresh leaf.
        uv: (N, 2), 0..1 along the leaf and 0 rib to 1 edge.
        decay: share of the way to rotten, 0..1.
        seed: of the noise that draws the fronts.
    """
    blotch = fbm(mesh.vertices * 0.75, seed + 41, 4)
    fine = fbm(mesh.vertices * 3.5, seed + 43, 3)
    rim = np.maximum(uv[:, 1] ** 2.5, np.abs(2 * uv[:, 0] - 1) ** 5)
    field = 0.75 * rim + 0.75 * blotch + 0.18 * fine
    front = smoothstep(1.12 - 1.55 * decay, 1.32 - 1.55 * decay, field)
    wet = smoothstep(1.42 - 1.55 * decay, 1.85 - 1.55 * decay, field)
    yellowed = smoothstep(0.6 - 1.55 * decay, 1.25 - 1.55 * decay, field)
    colour = mix(mesh.colour, linear(186, 166, 66), 0.7 * yellowed)
    brown = mix(linear(156, 110, 52), linear(96, 62, 28), 0.5 + 0.5 * fine)
    colour = mix(colour, brown, front)
    colour = mix(colour, mix(linear(74, 56, 26), linear(42, 34, 18), 0.5 + 0.5 * blotch), wet)
    rough = mesh.roughness * (1.0 - wet) + 0.13 * wet + 0.15 * front * (1 - wet)
    flat = mesh.vertices * np.array([1.0 - 0.1 * decay, 1.0 - 0.12 * decay, 1.0 - 0.6 * decay])
    flat = flat + np.stack([np.zeros(len(fine)), np.zeros(len(fine)), 0.1 * front * fine], 1)
    return Mesh(flat, mesh.faces, colour, rough, (front > 0.5).astype(float), mesh.finish)
