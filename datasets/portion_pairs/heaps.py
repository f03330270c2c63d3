"""Heaps of food of exact volume, coloured from patches of meal photos."""

from dataclasses import dataclass

import numpy as np
from containers import Area
from studio.filling import DRAPE, PIECES, TILT
from studio.heap import Heap, bed
from studio.leaves import make_leaf
from studio.mesh import Array, Mesh, turn
from studio.vessels import Vessel

PATCH_CM = 9.0
"""What the side of a photo's patch measures on the food."""
MEALS = {
    "leaves": (("lettuce", "romaine", "spinach", "oakleaf"), ("tomato_half", "cucumber", "corn")),
    "chunks": ((), ("chicken", "karaage", "broccoli", "carrot_coin", "cube", "pea")),
    "grains": ((), ("pea", "corn", "sesame")),
}
BED = ((120, 120, 90), (150, 140, 110))
_LEAF_CM2, _PIECE_CM2 = 5.0, 7.0
"""Area of a compartment for one leaf, and for one piece."""


@dataclass(frozen=True)
class Course:
    """What lies in one compartment.

    Attributes:
        area: the compartment.
        sort: leaves, chunks or grains.
        level: height of a full compartment as a share of the rim's.
        dome: how far its middle lies above that, in cm.
        patch: uint8 (side, side, 3) BGR, food throughout.
        left: share of the full volume to aim at, in (0, 1].
        lean_deg: direction that the rest lies in; None where the whole level is lower.
    """

    area: Area
    sort: str
    level: float
    dome: float
    patch: np.ndarray
    left: float = 1.0
    lean_deg: float | None = None


def pile(vessel: Vessel, courses: list[Course], seed: int) -> Heap:
    """Fills a container; `Heap.volume()` is then the truth."""
    heap = Heap(vessel, np.random.default_rng(seed))
    for course in courses:
        start = len(heap.pieces)
        _pile_course(heap, course)
        heap.pieces[start:] = [
            _paint(heap.rng, piece, course.patch) for piece in heap.pieces[start:]
        ]
    heap.settle()
    return heap


def _pile_course(heap: Heap, course: Course) -> None:
    region = _mark(heap, course.area, 0.0)
    level = _aim(heap, course, region)
    names, pieces = MEALS[course.sort]
    cover = {"leaves": 0.9, "chunks": 0.8, "grains": 0.25}[course.sort]
    bed(heap, level - cover, BED, region)
    # Pieces lie where food is to lie, not on the bare floor beside it.
    inner = _mark(heap, course.area, 0.9) & (level - heap.floor > 0.35)
    size_cm2 = float(inner.sum()) * 0.12**2
    if size_cm2 < 2:
        return
    for _ in range(round(size_cm2 / _LEAF_CM2) if names else 0):
        leaf = make_leaf(str(heap.rng.choice(names)), heap.rng, 0.0)
        heap.lay(leaf, *heap.lowest_place(level, inner, 10), 0.3, 0.3, 0.45)
    dense = 2.5 if course.sort == "grains" else 1.0
    for _ in range(round(dense * size_cm2 / (_PIECE_CM2 * (3 if names else 1)))):
        name = str(heap.rng.choice(pieces))
        make, sink = PIECES[name]
        place = heap.lowest_place(level, inner, 12)
        heap.lay(make(heap.rng), *place, TILT.get(name, 0.4), sink, DRAPE.get(name, 0.0))


def _mark(heap: Heap, area: Area, margin_cm: float) -> np.ndarray:
    """Cells of a compartment, less a margin."""
    x0, x1 = area[0] * heap.vessel.half[0], area[1] * heap.vessel.half[0]
    y0, y1 = area[2] * heap.vessel.half[1], area[3] * heap.vessel.half[1]
    m = margin_cm
    inside = (heap.x > x0 + m) & (heap.x < x1 - m) & (heap.y > y0 + m) & (heap.y < y1 - m)
    return inside & (heap.vessel.reach(heap.x, heap.y) < 0.99 - m / max(heap.vessel.half))


def _aim(heap: Heap, course: Course, region: np.ndarray) -> Array:
    """Height to fill up to: a dome, lowered throughout or cut away from one side."""
    x, y = heap.x - heap.x[region].mean(), heap.y - heap.y[region].mean()
    far = (x / np.ptp(heap.x[region])) ** 2 + (y / np.ptp(heap.y[region])) ** 2
    dome = course.dome * np.clip(1.0 - 3.2 * far, -0.3, 1.0)
    deep = np.maximum(course.level * heap.vessel.height + dome - heap.floor, 0.0)
    if course.lean_deg is None:
        return heap.floor + course.left * deep
    lean = np.radians(course.lean_deg)
    along = x * np.cos(lean) + y * np.sin(lean)
    low, high = along.min() - 3, along.max() + 3
    for _ in range(30):
        middle = (low + high) / 2
        kept = deep * np.clip((along - middle) / 2.5 + 0.5, 0, 1)
        low, high = (
            (middle, high)
            if kept[region].sum() > course.left * deep[region].sum()
            else (low, middle)
        )
    return np.asarray(heap.floor + kept)


def _paint(rng: np.random.Generator, piece: Mesh, patch: np.ndarray) -> Mesh:
    """Colours from a photo: its patch laid flat over the piece, shifted and turned at random."""
    side = patch.shape[0]
    flat = piece.vertices @ turn(rng.uniform(0, 6.3)).T
    place = flat[:, :2] * side / PATCH_CM + rng.uniform(0, side, 2)
    folded = (side - 1 - np.abs(np.mod(place, 2 * side - 2) - (side - 1))).astype(int)
    srgb = patch[folded[:, 1], folded[:, 0], ::-1].astype(float) / 255
    albedo = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    shade = piece.colour.mean(1, keepdims=True)
    shade = shade / max(float(shade.mean()), 1e-3)
    piece.colour[:] = np.clip(1.25 * albedo * (0.75 + 0.25 * shade), 0.004, 0.9)
    return piece
