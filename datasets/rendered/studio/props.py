"""Things that lie beside the food, or on a desk without any."""

import numpy as np

from studio.mesh import Mesh, ellipsoid, grid_faces, linear, merge, mix, painted, revolve, turn
from studio.noise import fbm


def slab(
    size: tuple[float, float, float],
    colour: np.ndarray,
    roughness: float,
    finish: str = "plastic",
    round_off: float = 0.12,
) -> Mesh:
    """Box with rounded edges standing on z = 0; sizes are full lengths in cm."""
    vertices, faces = ellipsoid((1.0, 1.0, 1.0), 40)
    vertices = np.sign(vertices) * np.abs(vertices) ** round_off
    vertices = vertices / np.abs(vertices).max()
    vertices = vertices * (np.asarray(size) / 2) + np.array([0, 0, size[2] / 2])
    return painted(vertices, faces, colour, roughness, finish)


def rod(
    start: list[float],
    end: list[float],
    radii: tuple[float, float],
    colour: np.ndarray,
    roughness: float = 0.45,
    finish: str = "matte",
) -> Mesh:
    """Tapered round rod between two places."""
    a, b = np.asarray(start, float), np.asarray(end, float)
    length = float(np.linalg.norm(b - a))
    along = np.array([0.0, 0.002, 0.3, 0.7, 0.998, 1.0])
    wide = radii[0] + (radii[1] - radii[0]) * along
    wide[[0, -1]] = 1e-3
    vertices, faces = revolve(wide, along * length, 20)
    axis = (b - a) / length
    side = np.cross(axis, [0.12, 0.3, 0.95])
    side = side / np.linalg.norm(side)
    frame = np.stack([side, np.cross(axis, side), axis], 1)
    return painted(vertices @ frame.T + a, faces, colour, roughness, finish)


def chopsticks(rng: np.random.Generator) -> list[Mesh]:
    """A pair of bamboo chopsticks on the table."""
    tan, made = linear(206, 166, 110), []
    for k in range(2):
        skew = rng.normal(0, 0.6)
        made.append(
            rod(
                [-10 + skew, 1.1 * k, 0.35],
                [11 + skew, 1.1 * k + rng.normal(0, 0.6), 0.3],
                (0.2, 0.36),
                tan * rng.uniform(0.9, 1.05),
            )
        )
    return made


def napkin(rng: np.random.Generator) -> list[Mesh]:
    """Folded, slightly crumpled paper napkin."""
    u, v = np.meshgrid(np.linspace(-1, 1, 120), np.linspace(-1, 1, 120), indexing="ij")
    flat = np.stack([u.ravel() * 7, v.ravel() * 7], 1)
    seed = int(rng.integers(1 << 30))
    z = 0.22 + 0.2 * np.abs(fbm(flat * 0.25, seed, 3)) + 0.02 * fbm(flat * 5, seed, 2)
    z = z + 0.5 * np.clip(np.hypot(flat[:, 0], flat[:, 1]) / 9.0 - 0.5, 0, 1) ** 2
    points = np.stack([flat[:, 0], flat[:, 1], z], 1)
    sheet = painted(points, grid_faces(120, 120), linear(240, 238, 232), 0.85, "thin")
    under = sheet.at(points * 0.98 @ turn(0.14).T - np.array([0, 0, 0.12]))
    return [sheet, under]


def cup(rng: np.random.Generator) -> list[Mesh]:
    """Paper cup with a dark drink."""
    radius = np.array([0.01, 2.6, 2.7, 3.7, 3.75, 3.85, 3.85, 3.72, 3.6, 3.4])
    height = np.array([0, 0, 0.1, 9.4, 9.5, 9.5, 9.65, 9.65, 9.4, 8.0])
    vertices, faces = revolve(radius, height, 96)
    body = painted(vertices, faces, linear(226, 222, 214), 0.5, "matte")
    band = (vertices[:, 2] > 2) & (vertices[:, 2] < 6)
    body.colour[band] = linear(150, 98, 58)
    top, top_faces = revolve(np.array([3.44, 0.001]), np.array([8.1, 8.1]), 96)
    return [body, painted(top, top_faces, linear(58, 32, 18), 0.05, "ceramic")]


def lid(rng: np.random.Generator) -> list[Mesh]:
    """Clear lid laid beside the bowl."""
    radius = np.array([0.01, 6.5, 7.6, 8.0, 8.6, 8.9, 9.0])
    height = np.array([1.3, 1.3, 1.1, 0.4, 0.35, 0.1, 0.02])
    vertices, faces = revolve(radius, height, 160)
    return [painted(vertices, faces, linear(240, 240, 240), 0.1, "clear")]


def laptop(rng: np.random.Generator) -> list[Mesh]:
    """Keyboard half of a laptop."""
    grey = linear(150, 152, 156)
    parts = [slab((31, 21, 1.2), grey, 0.35, round_off=0.06)]
    for row in range(5):
        for column in range(13):
            key = slab((1.75, 1.75, 0.3), linear(32, 32, 34), 0.45, round_off=0.2)
            place = np.array([-12.4 + 2.07 * column + 0.25 * (row % 2), -1.5 + 2.05 * row, 1.15])
            parts.append(key.at(key.vertices + place))
    pad = slab((10, 6, 0.06), grey * 0.9, 0.25, round_off=0.06)
    return [merge([*parts, pad.at(pad.vertices + np.array([0, -6.6, 1.19]))])]


def notebook(rng: np.random.Generator) -> list[Mesh]:
    """Open ruled notebook with some writing, and a pen."""
    u, v = np.meshgrid(np.linspace(0, 1, 360), np.linspace(0, 1, 360), indexing="ij")
    x, y = (u.ravel() - 0.5) * 15, (v.ravel() - 0.5) * 20
    z = 0.9 + 0.05 * fbm(np.stack([x, y], 1) * 0.2, 3, 2)
    rule = np.abs((y / 0.8) % 1 - 0.5) > 0.46
    line = np.floor(y / 0.8)
    ends = 1.5 + 5 * np.sin(line * 12.9)
    pen_height = 0.5 + 0.28 * fbm(np.stack([x * 3.4, line * 7], 1), 5, 2)
    near = np.abs((y / 0.8) % 1 - pen_height) < 0.06
    ink = near & (fbm(np.stack([x * 1.3, line * 3], 1), 9, 1) > -0.5) & (x < ends) & (line > -7)
    colour = mix(linear(238, 236, 226), linear(160, 180, 206), rule * 0.7)
    colour = mix(colour, linear(30, 36, 70), ink * 0.85)
    page = painted(np.stack([x, y, z], 1), grid_faces(360, 360), colour, 0.8, "matte")
    block = slab((15.4, 20.4, 0.85), linear(40, 44, 60), 0.5, round_off=0.06)
    pen = rod([3, -9, 1.35], [8, 4, 1.35], (0.12, 0.4), linear(24, 40, 96), 0.2, "plastic")
    return [page, block, pen]


PROPS = {
    "chopsticks": chopsticks,
    "napkin": napkin,
    "cup": cup,
    "lid": lid,
    "laptop": laptop,
    "notebook": notebook,
}


def place(name: str, x: float, y: float, yaw: float, rng: np.random.Generator) -> list[Mesh]:
    """A prop standing on the table at a place, turned by `yaw` degrees."""
    shift = np.array([x, y, 0.0])
    return [m.posed(turn(np.radians(yaw)), shift) for m in PROPS[name](rng)]
