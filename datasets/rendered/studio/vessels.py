"""Bowls and boxes: where the floor is, how far food may reach, and the mesh itself."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from studio.mesh import Array, Mesh, grid_faces, linear, merge, painted, smoothstep

WALL_CM, FOOT_CM = 0.12, 0.3


@dataclass(frozen=True)
class Vessel:
    """A container standing on z = 0.

    Attributes:
        half: half width and half depth of the opening in cm.
        height: of the rim in cm.
        corner: exponent of the outline: 2 is round, 8 a box with round corners.
        taper: share of the opening that the base still measures.
        walls: inner divider lines as (axis, position, from, to), in halves of the opening.
        colour: linear RGB.
        finish: material name.
        roughness: of the surface.
        lip: width of the rim's flange in cm.
        profile: how the side rises: 1 is a bowl, 4 a box with a flat floor.
    """

    half: tuple[float, float]
    height: float
    corner: float
    taper: float
    walls: tuple[tuple[str, float, float, float], ...]
    colour: Array
    finish: str
    roughness: float
    lip: float
    profile: float

    def reach(self, x: Array, y: Array) -> Array:
        """0 in the middle, 1 at the rim of the opening."""
        a, b = np.abs(x) / self.half[0], np.abs(y) / self.half[1]
        return (a**self.corner + b**self.corner) ** (1.0 / self.corner)

    def floor(self, x: Array, y: Array) -> Array:
        """Height of the inside surface in cm; the rim's height outside the opening."""
        return np.maximum(self._side(self.reach(x, y)), self._dividers(x, y))

    def _side(self, reach: Array) -> Array:
        """Height of the inner wall where it has a given reach."""
        t = np.clip((reach - self.taper) / (1.0 - self.taper), 0.0, 1.0)
        bowl = 1.0 - np.sqrt(np.clip(1.0 - t * t, 0.0, 1.0))
        side = bowl if self.profile < 2 else 0.15 * t + 0.85 * t**1.2
        return FOOT_CM + (self.height - FOOT_CM) * side

    def _dividers(self, x: Array, y: Array) -> Array:
        top = np.zeros_like(x)
        for axis, where, start, stop in self.walls:
            across, along = (x, y) if axis == "x" else (y, x)
            k, j = (0, 1) if axis == "x" else (1, 0)
            gap = np.abs(across - where * self.half[k])
            on = (along > start * self.half[j]) & (along < stop * self.half[j])
            top = np.maximum(top, on * 0.82 * self.height * smoothstep(0.55, 0.12, gap))
        return top

    def mesh(self) -> Mesh:
        """Inside, rim flange and outside as one surface."""
        inside = _polar(self, lambda x, y: self.floor(x, y))
        edge = np.linspace(0, 2 * np.pi, 720, endpoint=False)
        return merge([inside, self._outside(edge)])

    def _outside(self, edge: Array) -> Mesh:
        """Flange and outer wall, swept along the outline."""
        lip, high = self.lip, self.height
        steps = [
            (0.0, high),
            (0.02, high + 0.09),
            (lip * 0.5, high + 0.1),
            (lip * 0.92, high + 0.06),
            (lip, high - 0.06),
            (lip * 0.9, high - 0.14),
            (WALL_CM + 0.03, high - 0.2),
        ]
        rings = [_ring(self, edge, 1.0, out, z) for out, z in steps]
        shares = np.linspace(1.0, self.taper, 26)
        for share, z in zip(shares[1:], self._side(shares)[1:], strict=True):
            rings.append(_ring(self, edge, float(share), WALL_CM, float(z) - 0.16))
        rings.append(_ring(self, edge, self.taper * 0.98, 0.0, 0.0))
        vertices = np.concatenate(rings)
        faces = grid_faces(len(rings), len(edge), wrap=True)
        return painted(vertices, faces, self.colour, self.roughness, self.finish)


def _ring(vessel: Vessel, edge: Array, share: float, out: float, z: float) -> Array:
    """Outline scaled by `share` and pushed outwards by `out` cm, at height z."""
    power = 2.0 / vessel.corner
    x = np.sign(np.cos(edge)) * np.abs(np.cos(edge)) ** power * (vessel.half[0] * share + out)
    y = np.sign(np.sin(edge)) * np.abs(np.sin(edge)) ** power * (vessel.half[1] * share + out)
    return np.stack([x, y, np.full_like(x, z)], 1)


def _polar(vessel: Vessel, height: Callable[[Array, Array], Array]) -> Mesh:
    """Height field over the opening, laid out so that its border is the rim."""
    side = 300 if vessel.walls else 160
    t = np.linspace(-1.0, 1.0, side)
    a, b = np.meshgrid(t, t, indexing="ij")
    reach = np.maximum(np.abs(a), np.abs(b))
    norm = (np.abs(a) ** vessel.corner + np.abs(b) ** vessel.corner) ** (1 / vessel.corner)
    pull = np.where(norm > 1e-9, reach / np.maximum(norm, 1e-9), 1.0)
    x, y = (a * pull * vessel.half[0]).ravel(), (b * pull * vessel.half[1]).ravel()
    vertices = np.stack([x, y, height(x, y)], 1)
    faces = grid_faces(side, side)
    return painted(vertices, faces, vessel.colour, vessel.roughness, vessel.finish)


VESSELS = {
    "black_bowl": Vessel(
        (8.6, 8.6), 6.2, 2.0, 0.5, (), linear(26, 26, 28), "plastic", 0.28, 0.45, 1
    ),
    "white_bowl": Vessel(
        (9.4, 9.4), 6.4, 2.0, 0.34, (), linear(236, 233, 226), "ceramic", 0.1, 0.22, 1
    ),
    "kraft_bowl": Vessel(
        (8.4, 8.4), 6.0, 2.0, 0.78, (), linear(172, 128, 84), "matte", 0.7, 0.25, 4
    ),
    "clear_box": Vessel(
        (9.6, 7.4), 5.0, 6.0, 0.82, (), linear(240, 244, 246), "clear", 0.06, 0.5, 4
    ),
    "black_box": Vessel(
        (11.5, 8.4),
        4.4,
        7.0,
        0.86,
        (("x", 0.12, -1, 1), ("y", 0.06, 0.12, 1)),
        linear(24, 24, 26),
        "plastic",
        0.3,
        0.5,
        4,
    ),
    "white_box": Vessel(
        (11.0, 8.0),
        4.2,
        7.0,
        0.86,
        (("x", -0.06, -1, 1), ("y", -0.1, -0.06, 1)),
        linear(230, 230, 226),
        "plastic",
        0.35,
        0.5,
        4,
    ),
}
