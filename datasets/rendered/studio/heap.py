"""Food fills a vessel: every piece is dropped onto a height map until the level is reached."""

from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np

from studio.mesh import Array, Mesh, grid_faces, linear, mix, painted, turn, upright
from studio.noise import fbm
from studio.vessels import Vessel

CELL_CM = 0.12
Region = Callable[[Array, Array], np.ndarray]


@dataclass
class Heap:
    """Height map of what lies in a vessel, and the pieces so far.

    Attributes:
        vessel: the container.
        rng: draws places and turns.
        floor: (Y, X) height of the empty vessel in cm.
        top: (Y, X) height of the food's surface in cm.
        pieces: meshes in place.
    """

    vessel: Vessel
    rng: np.random.Generator
    floor: Array = field(init=False)
    top: Array = field(init=False)
    pieces: list[Mesh] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._reach = (self.vessel.half[0] + 1.5, self.vessel.half[1] + 1.5)
        xs = np.arange(-self._reach[0], self._reach[0], CELL_CM)
        ys = np.arange(-self._reach[1], self._reach[1], CELL_CM)
        self.x, self.y = np.meshgrid(xs, ys)
        self.floor = self.vessel.floor(self.x, self.y)
        self.top = self.floor.copy()
        self.inside = self.vessel.reach(self.x, self.y) < 0.99

    def cell(self, points: Array) -> tuple[np.ndarray, np.ndarray]:
        """Row and column of each point (N, 2 or 3)."""
        column = ((points[:, 0] + self._reach[0]) / CELL_CM).astype(int)
        row = ((points[:, 1] + self._reach[1]) / CELL_CM).astype(int)
        return np.clip(row, 0, self.top.shape[0] - 1), np.clip(column, 0, self.top.shape[1] - 1)

    def height(self, x: float, y: float, radius: float = 0.5) -> float:
        """Mean height of the surface around a place."""
        near = (self.x - x) ** 2 + (self.y - y) ** 2 < radius**2
        return float(self.top[near].mean())

    def normal(self, x: float, y: float, radius: float = 1.2) -> Array:
        """Upward unit normal of the smoothed surface at a place."""
        d = radius
        dx = self.height(x + d, y, d) - self.height(x - d, y, d)
        dy = self.height(x, y + d, d) - self.height(x, y - d, d)
        n = np.array([-dx, -dy, 2 * d])
        return n / np.linalg.norm(n)

    def volume(self) -> float:
        """Food under the surface in cubic cm, the gaps between pieces included."""
        return float((self.top - self.floor)[self.inside].sum() * CELL_CM**2)

    def squash(self, points: Array, limit: float, soft: float) -> Array:
        """Points pulled inside the opening, those beyond `limit - soft` ever more."""
        reach = self.vessel.reach(points[:, 0], points[:, 1])
        start = limit - soft
        bent = start + soft * np.tanh((reach - start) / soft)
        scale = np.where(reach > start, bent / np.maximum(reach, 1e-6), 1.0)
        return points * np.stack([scale, scale, np.ones_like(scale)], 1)

    def drop(self, mesh: Mesh, sink: float, drape: float = 0.0) -> Mesh:
        """Let a mesh, already over its place, come down onto the surface.

        Args:
            mesh: with x and y final, z relative.
            sink: share of the vertices that may sink into what lies below.
            drape: 0 stiff to 1 follows the ground like cloth.
        """
        points = self.squash(mesh.vertices, *((0.965, 0.12) if drape else (0.985, 0.08)))
        if drape:
            smooth = cv2.GaussianBlur(self.top, (0, 0), 0.55 / CELL_CM)
            ground = smooth[self.cell(points)]
            points = points + np.stack(
                [0 * ground, 0 * ground, drape * (ground - ground.mean())], 1
            )
        gap = self.top[self.cell(points)] - points[:, 2]
        points = points + np.array([0, 0, float(np.quantile(gap, 1.0 - sink))])
        lowest = self.floor[self.cell(points)] + 0.04
        points[:, 2] = np.maximum(points[:, 2], lowest)
        placed = mesh.at(points)
        self.pieces.append(placed)
        self._raise(points, 0.55 if drape > 0.3 else 1.0)
        return placed

    def _raise(self, points: Array, share: float) -> None:
        rows, columns = self.cell(points)
        highest = self.top.copy()
        np.maximum.at(highest, (rows, columns), points[:, 2])
        highest = cv2.morphologyEx(highest, cv2.MORPH_CLOSE, np.ones((3, 3)))
        self.top = self.top + share * (highest - self.top)

    def settle(self) -> None:
        """Set the height map to what is really on top; while filling, leaves count as half full."""
        top = self.floor.copy()
        for piece in self.pieces:
            np.maximum.at(top, self.cell(piece.vertices), piece.vertices[:, 2])
        self.top = cv2.morphologyEx(top, cv2.MORPH_CLOSE, np.ones((3, 3)))

    def flat_place(self, x: float, y: float, within: float, radius: float) -> tuple[float, float]:
        """The place with the smoothest, most level surface within some cm of (x, y)."""
        side = int(radius / CELL_CM) | 1
        rough = cv2.blur(self.top**2, (side, side)) - cv2.blur(self.top, (side, side)) ** 2
        near = (self.x - x) ** 2 + (self.y - y) ** 2 < within**2
        best = np.unravel_index(np.argmin(np.where(near & self.inside, rough, np.inf)), rough.shape)
        return float(self.x[best]), float(self.y[best])

    def lowest_place(
        self, target: Array, region: np.ndarray, tries: int = 14
    ) -> tuple[float, float]:
        """The place, among some drawn at random, that lies furthest below the target."""
        rows, columns = np.nonzero(region)
        pick = self.rng.integers(0, len(rows), tries)
        lack = (target - self.top)[rows[pick], columns[pick]]
        best = pick[int(np.argmax(lack + 0.35 * self.rng.random(tries)))]
        return float(self.x[rows[best], columns[best]]), float(self.y[rows[best], columns[best]])

    def lay(self, mesh: Mesh, x: float, y: float, tilt: float, sink: float, drape: float) -> Mesh:
        """Turn a piece at random, lean it with the ground, and drop it at a place."""
        rng = self.rng
        lean = upright(self.normal(x, y) + rng.normal(0, tilt, 3) * np.array([1, 1, 0.0]))
        posed = mesh.posed(lean @ turn(rng.uniform(0, 2 * np.pi)))
        return self.drop(posed.at(posed.vertices + np.array([x, y, 0.0])), sink, drape)


def bed(
    heap: Heap, level: Array, colours: tuple[tuple[float, ...], ...], region: np.ndarray
) -> None:
    """A lumpy ground of food under the pieces, so that no gap shows the vessel's floor.

    Args:
        heap: gets the ground as a piece.
        level: (Y, X) height in cm.
        colours: two sRGB colours to mix.
        region: (Y, X) where it lies.
    """
    points = np.stack([heap.x.ravel(), heap.y.ravel()], 1)
    bumps = fbm(points * 1.1, 7, 4).reshape(heap.x.shape)
    surface = np.where(
        region, np.maximum(level + 0.35 * bumps, heap.floor - 0.05), heap.floor - 0.3
    )
    vertices = np.stack([heap.x, heap.y, surface], -1).reshape(-1, 3)
    tone = 0.5 + 0.6 * fbm(points * 1.7, 9, 4)
    faces = grid_faces(*heap.x.shape)
    kept = region.ravel()[faces].all(1)
    colour = mix(linear(*colours[0]), linear(*colours[1]), tone)
    heap.pieces.append(
        painted(
            vertices, faces[kept], colour, 0.4, "leaf" if colours[0][1] > colours[0][0] else "rice"
        )
    )
    heap.top = np.where(region, np.maximum(heap.top, surface), heap.top)
