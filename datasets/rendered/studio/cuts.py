"""Vegetables with a cut face: tomato, cucumber, egg, onion, carrot."""

import numpy as np

from studio.mesh import (
    Array,
    Mesh,
    grid_faces,
    linear,
    merge,
    mix,
    painted,
    revolve,
    smoothstep,
)
from studio.noise import cells, fbm

RINGS, SPOKES = 40, 72


def _disc(radius: float) -> tuple[Array, Array, Array, np.ndarray]:
    """Flat polar disc: vertices, relative radius 0..1, angle, faces."""
    rho = np.linspace(0.0, 1.0, RINGS) ** 0.9
    vertices, faces = revolve(rho * radius, np.zeros(RINGS), SPOKES)
    angle = np.arctan2(vertices[:, 1], vertices[:, 0])
    return vertices, np.repeat(rho, SPOKES), angle, faces


def _lumpy(vertices: Array, seed: int, amount: float, size: float) -> Array:
    """Scaled along its own position by noise, so that no two pieces are alike."""
    return vertices * (1.0 + amount * fbm(vertices / size, seed, 2))[:, None]


def tomato_half(rng: np.random.Generator) -> Mesh:
    """Cherry tomato cut across its chambers, cut face up."""
    seed, radius = int(rng.integers(1 << 30)), rng.uniform(1.15, 1.5)
    red = linear(200, 28, 14) * rng.uniform(0.8, 1.1) * np.array([1.0, rng.uniform(0.7, 1.5), 1.0])
    theta = np.linspace(np.pi / 2, np.pi, 24)
    skin_v, skin_f = revolve(np.sin(theta), np.cos(theta), SPOKES)
    skin_v = skin_v * np.array([radius, radius, radius * rng.uniform(0.85, 1.15)])
    skin = painted(skin_v, skin_f, red, 0.12)
    flat, rho, angle, faces = _disc(radius)
    chambers = rng.integers(2, 4)
    wave = 0.5 + 0.5 * np.cos(chambers * angle + rng.uniform(0, 6))
    wobble = fbm(flat * 2.2, seed, 3)
    gel = smoothstep(0.18, 0.34, wave + 0.3 * wobble - 0.1)
    gel = gel * smoothstep(0.16, 0.28, rho) * smoothstep(0.84, 0.76, rho + 0.05 * wobble)
    seeds = smoothstep(0.28, 0.17, cells(flat * 3.4 / radius, seed + 5)) * gel
    flesh = mix(linear(214, 66, 44), linear(226, 110, 76), 0.5 + 0.6 * wobble)
    flesh = mix(flesh, red, smoothstep(0.9, 0.97, rho))
    colour = mix(flesh, linear(186, 62, 20) * rng.uniform(0.8, 1.2), gel)
    colour = mix(colour, linear(222, 178, 92), 0.9 * seeds)
    dome = 0.06 * np.sqrt(np.clip(1 - rho**2, 0, 1)) - 0.09 * gel + 0.07 * seeds
    flat = flat + np.stack([0 * dome, 0 * dome, dome + 0.03 * wobble], 1)
    face = painted(flat, faces, colour, 0.1 + 0.16 * (1 - gel))
    whole = merge([skin, face])
    return whole.at(_lumpy(whole.vertices, seed, 0.05, 1.5))


def cherry_tomato(rng: np.random.Generator) -> Mesh:
    """Whole cherry tomato with a stalk scar."""
    radius = rng.uniform(1.05, 1.35)
    theta = np.pi * np.linspace(0, 1, 56) ** 1.3
    vertices, faces = revolve(np.sin(theta), np.cos(theta) * rng.uniform(0.92, 1.15), 64)
    vertices = _lumpy(vertices * radius, int(rng.integers(1 << 30)), 0.04, 1.4)
    z = vertices[:, 2] / vertices[:, 2].max()
    around = np.arctan2(vertices[:, 1], vertices[:, 0])
    scar = smoothstep(0.985, 0.992, z + 0.008 * np.cos(5 * around))
    dimple = np.exp(-((z - 1.0) ** 2) / 0.0006)
    vertices[:, 2] -= 0.05 * dimple
    red = linear(192, 24, 13) * rng.uniform(0.75, 1.15) * np.array([1, rng.uniform(0.8, 2.2), 1])
    return painted(vertices, faces, mix(red, linear(92, 96, 40), scar), 0.12 + 0.4 * scar)


def cucumber(rng: np.random.Generator) -> Mesh:
    """Round slice with dark skin and three rows of seeds."""
    seed, radius, thick = int(rng.integers(1 << 30)), rng.uniform(1.7, 2.1), rng.uniform(0.28, 0.45)
    flat, rho, angle, faces = _disc(radius)
    wobble = fbm(flat * 1.8, seed, 3)
    three = np.abs(np.sin(1.5 * angle + rng.uniform(0, 3)))
    core = smoothstep(0.66, 0.56, rho + 0.06 * wobble + 0.05 * three)
    seeds = smoothstep(0.3, 0.16, cells(np.stack([angle * 2.2, rho * 3.4], 1), seed + 3))
    seeds = seeds * smoothstep(0.2, 0.3, rho) * core
    colour = mix(linear(200, 220, 142), linear(216, 228, 172), 0.5 + 0.5 * wobble)
    colour = mix(colour, linear(182, 204, 124), 0.75 * core)
    colour = mix(colour, linear(226, 230, 186), 0.85 * seeds)
    colour = mix(colour, linear(120, 168, 68), smoothstep(0.86, 0.95, rho))
    colour = mix(colour, linear(34, 72, 26), smoothstep(0.962, 0.985, rho))
    height = 0.02 * wobble - 0.035 * core + 0.035 * seeds
    top = flat + np.stack([0 * height, 0 * height, height + thick / 2], 1)
    bend = 0.04 * (flat[:, 0] * np.cos(seed) + flat[:, 1] * np.sin(seed)) ** 2
    up, down = (
        painted(top, faces, colour, 0.16),
        painted(flat - np.array([0, 0, thick / 2]), faces[:, ::-1], colour, 0.18),
    )
    side_v, side_f = revolve(
        np.array([radius, radius * 1.015, radius]), np.array([0.5, 0, -0.5]) * thick, SPOKES
    )
    stripes = 0.5 + 0.5 * np.cos(9 * np.arctan2(side_v[:, 1], side_v[:, 0]))
    side = painted(side_v, side_f, mix(linear(24, 58, 20), linear(74, 116, 44), stripes), 0.2)
    whole = merge([up, down, side])
    count = len(bend)
    lift = np.concatenate([bend, bend, np.zeros(len(side_v))])
    lift[2 * count :] = (
        0.04 * (side_v[:, 0] * np.cos(seed) + side_v[:, 1] * np.sin(seed)) ** 2
    )  # the rim follows the faces
    return whole.at(whole.vertices + np.stack([0 * lift, 0 * lift, lift], 1))


def egg_half(rng: np.random.Generator) -> Mesh:
    """Half a boiled egg, cut face up."""
    seed, long, wide = int(rng.integers(1 << 30)), rng.uniform(2.6, 2.9), rng.uniform(2.0, 2.2)
    flat, _, _, faces = _disc(1.0)
    wobble = fbm(flat * 2.5, seed, 3)
    off = np.hypot(flat[:, 0] - rng.uniform(-0.1, 0.1), flat[:, 1] - rng.uniform(-0.08, 0.08))
    yolk = smoothstep(0.615, 0.585, off + 0.025 * wobble)
    grain = fbm(flat * 14.0, seed + 5, 2)
    soft = smoothstep(0.5, 0.1, off) * rng.uniform(0.2, 0.9)
    yellow = mix(linear(240, 176, 62), linear(226, 126, 22), soft) * (1 + 0.05 * grain[:, None])
    ring = np.exp(-(((off - 0.6) / 0.03) ** 2)) * 0.35
    white = mix(linear(240, 236, 226), linear(214, 206, 168), ring)
    colour = mix(white, yellow, yolk)
    dome = 0.05 * np.sqrt(np.clip(1 - (off / 0.62) ** 2, 0, 1)) * yolk + 0.012 * wobble
    top = np.stack([flat[:, 0] * long, flat[:, 1] * wide, dome], 1)
    face = painted(top, faces, colour, 0.2 + 0.25 * yolk)
    theta = np.linspace(np.pi / 2, np.pi, 22)
    skin_v, skin_f = revolve(np.sin(theta), np.cos(theta), SPOKES)
    skin = painted(skin_v * np.array([long, wide, wide]), skin_f, linear(240, 235, 224), 0.22)
    whole = merge([skin, face])
    taper = 1.0 + 0.07 * whole.vertices[:, :1] / long
    return whole.at(whole.vertices * np.concatenate([np.ones_like(taper), taper, taper], 1))


def onion_ring(rng: np.random.Generator) -> Mesh:
    """Thin ring of red onion, often broken open."""
    radius, section = rng.uniform(1.2, 2.3), np.linspace(0, 2 * np.pi, 10)
    span = rng.uniform(0.5, 1.0) * 2 * np.pi
    turn_at = np.linspace(0, span, 70)
    a, b = np.meshgrid(turn_at, section, indexing="ij")
    ring = radius * (1 + 0.08 * np.sin(2 * a + 1)) + 0.16 * np.cos(b)
    place = np.stack(
        [
            ring * np.cos(a),
            ring * np.sin(a) * rng.uniform(0.7, 1),
            0.16 * np.sin(b) + 0.25 * np.sin(a * 1.5),
        ],
        -1,
    ).reshape(-1, 3)
    skin = smoothstep(0.3, 0.9, np.cos(b).ravel())
    colour = mix(linear(232, 214, 226), linear(126, 34, 84), skin)
    return painted(place, grid_faces(70, 10), colour, 0.2)


def carrot_stick(rng: np.random.Generator) -> Mesh:
    """Julienne strip, slightly bent."""
    length, side = rng.uniform(2.6, 5.0), rng.uniform(0.14, 0.26)
    along = np.linspace(-0.5, 0.5, 26)
    corner = np.array(
        [[-1, -1], [0, -1.1], [1, -1], [1.1, 0], [1, 1], [0, 1.1], [-1, 1], [-1.1, 0]]
    )
    x = np.repeat(along * length, 8)
    taper = np.repeat(np.clip(14 * (0.53 - np.abs(along)), 0.45, 1), 8)
    y = np.tile(corner[:, 0], 26) * side / 2 * taper + 0.06 * rng.normal() * x**2
    z = np.tile(corner[:, 1], 26) * side / 2 * taper + 0.05 * rng.normal() * x**2
    place = np.stack([x, y, z], 1)
    grain = fbm(place * np.array([0.8, 6.0, 6.0]), int(rng.integers(1 << 30)), 3)
    colour = mix(linear(226, 104, 20), linear(242, 142, 50), 0.5 + 0.6 * grain)
    return painted(place, grid_faces(26, 8, wrap=True), colour * rng.uniform(0.85, 1.1), 0.25)
