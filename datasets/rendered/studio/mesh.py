"""Triangle meshes with per-vertex colour, gloss and truth."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Faces = NDArray[np.int64]


@dataclass(frozen=True)
class Mesh:
    """One surface.

    Attributes:
        vertices: (N, 3) positions in cm.
        faces: (M, 3) vertex indices.
        colour: (N, 3) linear RGB albedo in 0..1.
        roughness: (N,) GGX roughness in 0..1.
        spoiled: (N,) 1 where the food is spoiled, else 0.
        finish: name of the material in `materials.FINISHES`.
    """

    vertices: Array
    faces: Faces
    colour: Array
    roughness: Array
    spoiled: Array = field(default_factory=lambda: np.zeros(0))
    finish: str = "wet"

    def __post_init__(self) -> None:
        if len(self.spoiled) != len(self.vertices):
            object.__setattr__(self, "spoiled", np.zeros(len(self.vertices)))

    def at(self, vertices: Array) -> "Mesh":
        """The same surface with its vertices elsewhere."""
        return replace(self, vertices=vertices)

    def posed(self, rotation: Array, shift: Array | None = None) -> "Mesh":
        """Rotated by a 3x3 matrix, then shifted by a vector in cm."""
        moved = self.vertices @ rotation.T
        return self.at(moved if shift is None else moved + shift)


def painted(
    vertices: Array, faces: Faces, colour: Array, roughness: Array | float, finish: str = "wet"
) -> Mesh:
    """A mesh from one colour or one per vertex, likewise the roughness."""
    count = len(vertices)
    return Mesh(
        vertices,
        faces,
        np.clip(np.broadcast_to(np.asarray(colour, float), (count, 3)), 0.0, 1.0).copy(),
        np.broadcast_to(np.asarray(roughness, float), (count,)).copy(),
        finish=finish,
    )


def merge(meshes: list[Mesh]) -> Mesh:
    """One mesh out of several of the same finish."""
    starts = np.cumsum([0] + [len(m.vertices) for m in meshes[:-1]])
    return Mesh(
        np.concatenate([m.vertices for m in meshes]),
        np.concatenate([m.faces + s for m, s in zip(meshes, starts, strict=True)]),
        np.concatenate([m.colour for m in meshes]),
        np.concatenate([m.roughness for m in meshes]),
        np.concatenate([m.spoiled for m in meshes]),
        meshes[0].finish,
    )


def linear(*srgb: float) -> Array:
    """SRGB 0..255 as linear RGB 0..1."""
    values = np.asarray(srgb, float) / 255.0
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def mix(first: Array, second: Array, weight: Array | float) -> Array:
    """Blend of two colours; a weight per vertex gives a colour per vertex."""
    share = np.clip(np.asarray(weight, float), 0.0, 1.0)
    share = share[..., None] if share.ndim else share
    return first * (1.0 - share) + second * share


def smoothstep(low: float, high: float, values: Array) -> Array:
    """0 below `low`, 1 above `high`, smooth between."""
    t = np.clip((values - low) / (high - low), 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


def grid_faces(rows: int, columns: int, wrap: bool = False) -> Faces:
    """Triangles over a row-major grid of vertices; `wrap` joins the last column to the first."""
    across = columns if wrap else columns - 1
    r, c = np.meshgrid(np.arange(rows - 1), np.arange(across), indexing="ij")
    right = (c + 1) % columns
    a, b = r * columns + c, r * columns + right
    d, e = (r + 1) * columns + c, (r + 1) * columns + right
    return np.concatenate(
        [np.stack([a, b, e], -1).reshape(-1, 3), np.stack([a, e, d], -1).reshape(-1, 3)]
    ).astype(np.int64)


def revolve(radius: Array, height: Array, segments: int) -> tuple[Array, Faces]:
    """Surface of revolution around z from a profile of radii and heights."""
    angle = np.linspace(0.0, 2.0 * np.pi, segments, endpoint=False)
    x = radius[:, None] * np.cos(angle)
    y = radius[:, None] * np.sin(angle)
    z = np.broadcast_to(height[:, None], x.shape)
    vertices = np.stack([x, y, z], -1).reshape(-1, 3)
    return vertices, grid_faces(len(radius), segments, wrap=True)


def ellipsoid(radii: tuple[float, float, float], rows: int = 24) -> tuple[Array, Faces]:
    """Closed ellipsoid with `rows` rings."""
    theta = np.linspace(0.0, np.pi, rows)
    vertices, faces = revolve(np.sin(theta), np.cos(theta), rows * 2)
    return vertices * np.asarray(radii), faces


def normals(mesh: Mesh) -> Array:
    """Area-weighted unit normals, (N, 3)."""
    corner = mesh.vertices[mesh.faces]
    face = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
    total = np.zeros_like(mesh.vertices)
    for k in range(3):
        for axis in range(3):
            total[:, axis] += np.bincount(
                mesh.faces[:, k], weights=face[:, axis], minlength=len(total)
            )
    length = np.linalg.norm(total, axis=1, keepdims=True)
    return np.where(length > 1e-12, total / np.maximum(length, 1e-12), [0.0, 0.0, 1.0])


def turn(yaw: float, pitch: float = 0.0, roll: float = 0.0) -> Array:
    """Rotation matrix: roll about x, then pitch about y, then yaw about z (radians)."""
    cz, sz, cy, sy = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch)
    cx, sx = np.cos(roll), np.sin(roll)
    about_z = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1.0]])
    about_y = np.array([[cy, 0, sy], [0, 1.0, 0], [-sy, 0, cy]])
    about_x = np.array([[1.0, 0, 0], [0, cx, -sx], [0, sx, cx]])
    return about_z @ about_y @ about_x


def upright(normal: Array) -> Array:
    """Rotation that takes +z to `normal`."""
    n = normal / np.linalg.norm(normal)
    side = np.cross([0.0, 1.0, 0.0], n)
    side = side / max(float(np.linalg.norm(side)), 1e-9)
    return np.stack([side, np.cross(n, side), n], axis=1)
