"""Foreign objects: what must not lie in food."""

import numpy as np

from studio.mesh import (
    Array,
    Mesh,
    ellipsoid,
    grid_faces,
    linear,
    merge,
    mix,
    painted,
    revolve,
    smoothstep,
    turn,
)
from studio.noise import cells, fbm
from studio.props import rod


def _wing(side: float) -> Mesh:
    """Veined wing from the thorax backwards."""
    u, v = np.meshgrid(np.linspace(0, 1, 40), np.linspace(-1, 1, 24), indexing="ij")
    u, v = u.ravel(), v.ravel()
    half = 0.15 * np.sin(np.pi * u**0.62) ** 0.6
    x, y = -0.72 * u, v * half + 0.05
    vein = np.abs(np.sin((v * 1.7 + 0.4 * u) * 3.1)) < 0.16
    colour = mix(linear(176, 170, 156), linear(52, 40, 30), vein * 0.9)
    z = 0.05 + 0.06 * u - 0.03 * v**2
    place = np.stack([x, side * y, z], 1) @ turn(side * -0.34).T + np.array(
        [0.12, side * 0.11, 0.2]
    )
    return painted(place, grid_faces(40, 24), colour, 0.2, "wing")


def insect(rng: np.random.Generator) -> list[Mesh]:
    """A fly 1.2 cm long, standing on z = 0, head towards +x."""
    grey, black = linear(70, 66, 60), linear(22, 20, 20)
    parts = []
    for radii, centre, dark in (
        ((0.3, 0.17, 0.15), (-0.22, 0, 0.2), 0.25),
        ((0.2, 0.17, 0.17), (0.16, 0, 0.24), 0.55),
        ((0.1, 0.14, 0.12), (0.4, 0, 0.22), 0.7),
    ):
        vertices, faces = ellipsoid(radii, 36)
        bands = (
            np.abs(np.sin(vertices[:, 0] * 15.0))
            if centre[0] < 0
            else np.abs(np.sin(vertices[:, 1] * 26.0))
        )
        fuzz = fbm(vertices * 16, 5, 2)
        colour = mix(grey, black, dark + 0.5 * smoothstep(0.4, 0.9, bands) + 0.2 * fuzz)
        vertices = vertices * (1 + 0.04 * fuzz)[:, None]
        parts.append(painted(vertices + np.array(centre), faces, colour, 0.3))
    for side in (-1.0, 1.0):
        eye, faces = ellipsoid((0.075, 0.06, 0.09), 18)
        parts.append(
            painted(eye + np.array([0.43, side * 0.1, 0.25]), faces, linear(96, 26, 18), 0.2)
        )
        for at, spread in ((0.26, 0.5), (0.14, 0.05), (0.04, -0.5)):
            hip = np.array([at, side * 0.1, 0.16])
            knee = hip + np.array([spread * 0.28, side * 0.24, 0.1]) + rng.normal(0, 0.025, 3)
            foot = knee + np.array([spread * 0.36, side * 0.2, -0.27]) + rng.normal(0, 0.03, 3)
            for a, b, thick in ((hip, knee, 0.026), (knee, foot, 0.016)):
                parts.append(rod(list(a), list(b), (thick, thick * 0.7), black, 0.4, "wet"))
    return [p.at(1.25 * p.vertices) for p in (merge(parts), merge([_wing(-1.0), _wing(1.0)]))]


def screw(rng: np.random.Generator) -> list[Mesh]:
    """Pan head screw, 2.5 cm, lying along x."""
    t = np.linspace(0, 1, 320)
    core = np.where(t < 0.85, 0.13, 0.13 * (1 - t) / 0.15 + 0.004)
    vertices, faces = revolve(core, t * 1.7, 48)
    angle = np.arctan2(vertices[:, 1], vertices[:, 0])
    thread = 0.5 + 0.5 * np.cos(angle - 2 * np.pi * vertices[:, 2] / 0.14)
    reach = 1 + 0.55 * smoothstep(0.45, 0.95, thread) * (vertices[:, 2] > 0.12)
    vertices = vertices * np.stack([reach, reach, np.ones_like(reach)], 1)
    shank = painted(vertices, faces, linear(150, 150, 152), 0.2, "metal")
    theta = np.linspace(0, np.pi / 2, 40)
    head_v, head_f = revolve(np.sin(theta) * 0.34, -0.2 * np.cos(theta) ** 0.7, 96)
    cross = np.minimum(np.abs(head_v[:, 0]), np.abs(head_v[:, 1])) < 0.035
    deep = cross & (np.hypot(head_v[:, 0], head_v[:, 1]) < 0.19)
    head_v = head_v + np.stack([np.zeros(len(deep))] * 2 + [0.11 * deep], 1)
    head = painted(head_v, head_f, linear(150, 150, 152), 0.2, "metal")
    under_v, under_f = revolve(np.array([0.34, 0.1]), np.array([0.0, 0.0]), 96)
    under = painted(under_v, under_f, linear(150, 150, 152), 0.2, "metal")
    whole = merge([shank, head, under])
    return [
        whole.at(1.35 * whole.vertices).posed(turn(0, np.pi / 2 - 0.12), np.array([-0.9, 0, 0.3]))
    ]


def plastic(rng: np.random.Generator) -> list[Mesh]:
    """Torn, bent fragment of a blue lid."""
    u, v = np.meshgrid(np.linspace(-1, 1, 70), np.linspace(-1, 1, 70), indexing="ij")
    u, v = u.ravel(), v.ravel()
    angle = np.arctan2(v, u)
    spike = fbm(np.stack([np.cos(angle) * 1.1, np.sin(angle) * 1.1], 1), 23, 4)
    reach = np.maximum(np.abs(u), np.abs(v)) / np.maximum(np.hypot(u, v), 1e-6)
    x, y = u * reach * (1.5 + 0.7 * spike), v * reach * (0.95 + 0.5 * spike)
    z = 0.2 * x**2 + 0.1 * np.sin(3 * y) + 0.12 * smoothstep(0.1, 0.2, np.abs(x - 0.4 * y - 0.2))
    top = np.stack([x, y, z], 1)
    faces = grid_faces(70, 70)
    worn = 0.5 + 0.5 * fbm(top * 3, 29, 3)
    colour = mix(linear(14, 66, 168), linear(48, 110, 206), worn)
    up = painted(top, faces, colour, 0.22, "plastic")
    down = up.at(top - np.array([0, 0, 0.09]))
    return [merge([up, down])]


def paper(rng: np.random.Generator) -> list[Mesh]:
    """Torn scrap of printed receipt, damp and crumpled."""
    u, v = np.meshgrid(np.linspace(-1, 1, 150), np.linspace(-1, 1, 150), indexing="ij")
    flat = np.stack([u.ravel() * 1.9, v.ravel() * 1.4], 1)
    torn = 1 + 0.16 * fbm(flat * 1.8, 31, 5) * np.maximum(np.abs(u), np.abs(v)).ravel() ** 3
    flat = flat * torn[:, None]
    row = np.floor(flat[:, 1] / 0.24)
    letter = fbm(np.stack([flat[:, 0] * 11, row * 5], 1), 37, 1) > -0.05
    line = np.abs((flat[:, 1] / 0.24) % 1 - 0.5) < 0.27
    words = fbm(np.stack([flat[:, 0] * 1.6, row * 3], 1), 39, 1) > -0.35
    colour = mix(linear(236, 232, 220), linear(70, 68, 78), 0.8 * (letter & line & words))
    damp = smoothstep(0.1, 0.6, fbm(flat * 0.9, 41, 3))
    colour = colour * (1 - 0.22 * damp)[:, None]
    fold = np.abs(((flat @ np.array([0.8, 0.6])) * 1.1 + fbm(flat, 43, 2)) % 1 - 0.5)
    z = 0.35 * fold + 0.22 * fbm(flat * 1.1, 45, 3)
    place = np.stack([flat[:, 0], flat[:, 1], z], 1)
    return [painted(place, grid_faces(150, 150), colour, 0.75, "thin")]


def stone(rng: np.random.Generator) -> list[Mesh]:
    """Small grey pebble with quartz specks."""
    vertices, faces = ellipsoid((0.62, 0.46, 0.36), 60)
    lump = fbm(vertices * 1.5, 51, 3)
    vertices = vertices * (1 + 0.25 * lump + 0.05 * fbm(vertices * 6, 53, 3))[:, None]
    speck = smoothstep(0.3, 0.2, cells(vertices * 7, 55))
    tone = 0.5 + 0.5 * fbm(vertices * 4, 57, 4)
    colour = mix(mix(linear(74, 70, 66), linear(132, 124, 114), tone), linear(212, 206, 196), speck)
    return [painted(vertices, faces, colour, 0.55, "matte")]


def glass(rng: np.random.Generator) -> list[Mesh]:
    """Sharp splinter of clear glass, 2 cm, flat faces."""
    outline = np.array(
        [[-1.1, -0.3], [-0.2, -0.62], [0.9, -0.34], [1.35, 0.05], [0.1, 0.42], [-0.8, 0.5]]
    )
    inner = outline * 0.9 + np.array([0.05, 0.02])
    low = np.column_stack([outline, np.zeros(6)])
    high = np.column_stack([inner, 0.3 + 0.1 * outline[:, 0]])
    return [_flat(low, high)]


def _flat(low: Array, high: Array) -> Mesh:
    """Prism between two rings with unshared corners, so that its faces stay flat."""
    count, corners = len(low), []
    for k in range(count):
        n = (k + 1) % count
        corners += [low[k], low[n], high[n], low[k], high[n], high[k]]
    for k in range(1, count - 1):
        corners += [low[0], low[k + 1], low[k], high[0], high[k], high[k + 1]]
    vertices = np.array(corners)
    return painted(
        vertices, np.arange(len(vertices)).reshape(-1, 3), linear(220, 236, 232), 0.02, "glass"
    )


INTRUDERS = {
    "insect": insect,
    "metal": screw,
    "plastic": plastic,
    "paper": paper,
    "stone": stone,
    "glass": glass,
}
