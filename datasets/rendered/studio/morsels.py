"""Foods without a cut pattern: rice, broccoli, chicken, corn, peas, cubes, seeds."""

import numpy as np

from studio.mesh import Array, Mesh, ellipsoid, linear, merge, mix, painted, smoothstep, turn
from studio.noise import cells, fbm


def rice_grain(rng: np.random.Generator) -> Mesh:
    """One cooked short grain."""
    vertices, faces = ellipsoid((rng.uniform(0.3, 0.37), 0.155, rng.uniform(0.12, 0.14)), 9)
    vertices = vertices + np.stack(
        [
            0 * vertices[:, 0],
            0.25 * vertices[:, 0] ** 2 * rng.normal(),
            0.3 * vertices[:, 0] ** 2 * rng.normal(),
        ],
        1,
    )
    return painted(vertices, faces, linear(229, 225, 212) * rng.uniform(0.92, 1.04), 0.26, "rice")


def sesame(rng: np.random.Generator) -> Mesh:
    """White sesame seed."""
    return _seed(linear(226, 202, 152) * rng.uniform(0.85, 1.05))


def black_sesame(rng: np.random.Generator) -> Mesh:
    """Black sesame seed."""
    return _seed(linear(30, 26, 24) * rng.uniform(0.7, 1.3))


def _seed(colour: Array) -> Mesh:
    vertices, faces = ellipsoid((0.19, 0.11, 0.06), 8)
    narrow = 1 - 2.0 * vertices[:, 0]
    vertices = vertices * np.stack([np.ones_like(narrow), narrow, np.ones_like(narrow)], 1)
    return painted(vertices, faces, colour, 0.4)


def plum(rng: np.random.Generator) -> Mesh:
    """Pickled plum, wrinkled and wet."""
    seed = int(rng.integers(1 << 30))
    vertices, faces = ellipsoid((1.15, 1.05, 0.85), 64)
    fold = np.abs(fbm(vertices * 1.3, seed, 3))
    vertices = vertices * (0.9 + 0.32 * np.sqrt(fold))[:, None]
    tone = smoothstep(0.0, 0.4, fold)
    colour = mix(linear(98, 18, 18), linear(178, 52, 44), tone)
    return painted(vertices, faces, colour, 0.22)


def corn(rng: np.random.Generator) -> Mesh:
    """Kernel of sweet corn with a pale tip."""
    vertices, faces = ellipsoid((0.5, 0.42, 0.3), 14)
    vertices[:, 1] *= 1 - 0.35 * smoothstep(-0.5, 0.5, vertices[:, 0])
    dent = np.exp(-((vertices[:, 0] + 0.2) ** 2 + vertices[:, 1] ** 2) / 0.05)
    vertices[:, 2] -= 0.06 * dent * (vertices[:, 2] > 0)
    tip = smoothstep(0.3, 0.5, vertices[:, 0])
    colour = mix(linear(240, 186, 34) * rng.uniform(0.85, 1.08), linear(244, 226, 160), tip)
    return painted(vertices, faces, colour, 0.14)


def pea(rng: np.random.Generator) -> Mesh:
    """Edamame bean."""
    vertices, faces = ellipsoid((0.68, 0.46, 0.4), 16)
    vertices[:, 1] += 0.16 * vertices[:, 0] ** 2
    shade = linear(134, 174, 64) * rng.uniform(0.85, 1.1)
    return painted(vertices, faces, shade, 0.2)


def _blob(radii: tuple[float, float, float], rows: int, seed: int, amount: float) -> Array:
    vertices, _ = ellipsoid(radii, rows)
    power = np.array([0.75, 0.75, 0.8])
    boxy = np.sign(vertices) * np.abs(vertices / radii) ** power * np.asarray(radii)
    return boxy * (1.0 + amount * fbm(boxy * 0.7, seed, 3))[:, None]


def chicken(rng: np.random.Generator) -> Mesh:
    """Slice of grilled chicken breast: seared rim, pale fibrous face."""
    seed = int(rng.integers(1 << 30))
    radii = (rng.uniform(1.9, 2.6), rng.uniform(0.95, 1.25), rng.uniform(0.32, 0.45))
    vertices, faces = _blob(radii, 44, seed, 0.26), ellipsoid(radii, 44)[1]
    rim = np.hypot(vertices[:, 0] / radii[0], vertices[:, 1] / radii[1])
    fibre = fbm(vertices * np.array([1.2, 7.0, 2.0]), seed + 3, 4)
    seared = smoothstep(0.82, 1.02, rim + 0.12 * fbm(vertices * 1.7, seed + 5, 3))
    colour = mix(linear(222, 196, 158), linear(238, 218, 186), 0.5 + 0.6 * fibre)
    brown = mix(linear(164, 98, 42), linear(82, 42, 16), 0.5 + 0.7 * fbm(vertices * 2.6, seed, 3))
    colour = mix(colour, brown, seared)
    vertices = vertices + (0.035 * fibre * (1 - seared))[:, None] * np.array([0, 0, 1.0])
    return painted(vertices, faces, colour, 0.34 - 0.1 * seared)


def karaage(rng: np.random.Generator) -> Mesh:
    """Fried chicken: craggy golden crust."""
    seed, radii = int(rng.integers(1 << 30)), tuple(rng.uniform(1.2, 1.9, 3) * (1.15, 0.95, 0.75))
    vertices, faces = ellipsoid(radii, 72)
    crag = 0.45 * fbm(vertices * 0.7, seed, 2) + 0.22 * fbm(vertices * 2.0, seed + 3, 4)
    crust = cells(vertices * 2.4, seed + 7)
    push = crag - 0.16 * crust
    vertices = vertices * (1.0 + push * 0.55)[:, None]
    tone = 0.5 + 1.1 * (push + 0.05) + 0.25 * fbm(vertices * 4.0, seed + 9, 3)
    colour = mix(linear(112, 54, 16), linear(204, 134, 52), tone)
    return painted(vertices, faces, colour * rng.uniform(0.85, 1.1), 0.3 + 0.2 * crust)


def cube(rng: np.random.Generator) -> Mesh:
    """Feta cube: crumbly and matt."""
    seed, side = int(rng.integers(1 << 30)), rng.uniform(0.6, 0.85)
    radii = (side, side * rng.uniform(0.8, 1.2), side * rng.uniform(0.7, 1.0))
    vertices, faces = ellipsoid(radii, 36)
    vertices = np.sign(vertices) * np.abs(vertices / radii) ** 0.36 * np.asarray(radii)
    crumb = fbm(vertices * 2.4, seed, 4) + 1.4 * np.minimum(fbm(vertices * 0.9, seed + 3, 2), 0)
    vertices = vertices * (1 + 0.1 * crumb)[:, None]
    colour = mix(linear(226, 220, 200), linear(246, 243, 232), 0.6 + 0.6 * crumb)
    return painted(vertices, faces, colour, 0.6)


def crouton(rng: np.random.Generator) -> Mesh:
    """Toasted bread cube with open crumb."""
    seed, side = int(rng.integers(1 << 30)), rng.uniform(0.6, 0.85)
    vertices, faces = ellipsoid((side, side, side), 46)
    vertices = np.sign(vertices) * np.abs(vertices / side) ** 0.38 * side
    holes = smoothstep(0.42, 0.15, cells(vertices * 3.0, seed))
    vertices = vertices * (1 - 0.13 * holes + 0.05 * fbm(vertices * 2, seed + 3, 3))[:, None]
    edge = smoothstep(0.55, 0.95, np.linalg.norm(vertices, axis=1) / (1.65 * side))
    tone = np.clip(edge + 0.4 * fbm(vertices * 1.6, seed + 5, 3), 0, 1)
    colour = mix(linear(228, 186, 116), linear(150, 88, 30), tone)
    return painted(vertices, faces, mix(colour, linear(190, 134, 66), 0.4 * holes), 0.7)


def olive(rng: np.random.Generator) -> Mesh:
    """Black olive ring."""
    a, b = np.meshgrid(
        np.linspace(0, 2 * np.pi, 40, endpoint=False),
        np.linspace(0, 2 * np.pi, 14, endpoint=False),
        indexing="ij",
    )
    ring = 0.58 + 0.26 * np.cos(b)
    vertices = np.stack([ring * np.cos(a), ring * np.sin(a), 0.2 * np.sin(b)], -1).reshape(-1, 3)
    rows, columns = 40, 14
    r, c = np.meshgrid(np.arange(rows), np.arange(columns), indexing="ij")
    p, q = r * columns + c, r * columns + (c + 1) % columns
    s, t = (r + 1) % rows * columns + c, (r + 1) % rows * columns + (c + 1) % columns
    faces = np.concatenate([np.stack([p, t, q], -1), np.stack([p, s, t], -1)]).reshape(-1, 3)
    flesh = smoothstep(0.5, -0.4, np.cos(b).ravel())
    colour = mix(linear(26, 20, 24), linear(84, 66, 52), flesh) * rng.uniform(0.8, 1.2)
    return painted(vertices, faces, colour, 0.16)


def broccoli(rng: np.random.Generator) -> Mesh:
    """Floret: forked stalk under a crown of buds."""
    seed, parts = int(rng.integers(1 << 30)), []
    crown = rng.uniform(1.5, 2.0)
    for _ in range(int(rng.integers(7, 10))):
        angle, far = rng.uniform(0, 2 * np.pi), crown * np.sqrt(rng.uniform(0, 0.62))
        size = rng.uniform(0.55, 0.85)
        bud, faces = ellipsoid((size, size, size * 0.85), 46)
        knobs = cells(bud * 4.6, int(rng.integers(1 << 30)))
        grain = fbm(bud * 9.0, seed, 2)
        bud = bud * (1.1 - 0.26 * knobs + 0.05 * grain)[:, None]
        shade = mix(linear(96, 142, 58), linear(30, 76, 30), 1.5 * knobs + 0.25 * grain)
        below = smoothstep(-0.15, -0.5, bud[:, 2])
        shade = mix(shade, linear(146, 174, 96), below) * rng.uniform(0.8, 1.15)
        centre = [far * np.cos(angle), far * np.sin(angle), 0.9 - 0.28 * far**2]
        parts.append(painted(bud + np.array(centre), faces, shade, 0.42))
        stalk, stalk_faces = ellipsoid((0.24, 0.24, 1.0), 16)
        lean = turn(angle, 0.33 * far)
        foot = np.array([0.45 * far * np.cos(angle), 0.45 * far * np.sin(angle), 0.0])
        parts.append(painted(stalk @ lean.T + foot, stalk_faces, linear(168, 194, 116), 0.3))
    stem, stem_faces = ellipsoid((0.62, 0.55, 1.3), 24)
    parts.append(painted(stem + np.array([0, 0, -0.7]), stem_faces, linear(172, 196, 120), 0.3))
    return merge(parts)


def carrot_coin(rng: np.random.Generator) -> Mesh:
    """Cooked carrot chunk, cut on the slant."""
    seed, radius = int(rng.integers(1 << 30)), rng.uniform(0.9, 1.2)
    vertices, faces = ellipsoid((radius, radius, rng.uniform(0.5, 0.8)), 36)
    flat = np.tanh(vertices[:, 2] * 3.0) * 0.5
    vertices = np.stack([vertices[:, 0] + 0.4 * flat, vertices[:, 1], flat], 1)
    rho = np.hypot(vertices[:, 0] - 0.4 * flat, vertices[:, 1]) / radius
    rays = fbm(np.stack([np.arctan2(vertices[:, 1], vertices[:, 0]) * 4, rho * 2], 1), seed, 3)
    colour = mix(linear(236, 132, 40), linear(216, 92, 16), smoothstep(0.42, 0.6, rho + 0.1 * rays))
    return painted(vertices, faces, colour * rng.uniform(0.88, 1.08), 0.2)
