"""Puts a foreign object, a hair or mould onto a filled vessel."""

from dataclasses import replace
from typing import Any

import numpy as np

from studio.heap import Heap
from studio.intruders import INTRUDERS
from studio.mesh import Array, Mesh, linear, mix, normals, smoothstep, turn, upright
from studio.noise import fbm
from studio.stage import Contents, Strand


def add(heap: Heap, what: Contents, defect: dict[str, Any], seed: int) -> None:
    """Add one defect of a scene.

    Args:
        heap: the filled vessel; mould recolours its pieces.
        what: receives the new things.
        defect: `kind`, `at` (x, y in cm; a solid object seeks the flattest place near it) and,
            by kind, `turn_deg`, `radius_cm`, `count`, `length_cm`, `sink`, `within_cm`.
        seed: draws its shape.
    """
    rng = np.random.default_rng(seed + 5)
    if defect["kind"] == "mould":
        _mould(heap, what, defect, rng)
    elif defect["kind"] == "hair":
        what.foreign_strands += hair(heap, defect, rng)
    else:
        what.foreign += _intruder(heap, defect, rng)


def _intruder(heap: Heap, defect: dict[str, Any], rng: np.random.Generator) -> list[Mesh]:
    """A solid object, settled on the surface as one body."""
    x, y = heap.flat_place(*defect["at"], within=defect.get("within_cm", 1.8), radius=1.3)
    parts = INTRUDERS[defect["kind"]](rng)
    lean = upright(heap.normal(x, y, 0.7)) @ turn(np.radians(defect.get("turn_deg", 0.0)))
    posed = [p.posed(lean, np.array([x, y, 0.0])) for p in parts]
    points = np.concatenate([p.vertices for p in posed])
    gap = heap.top[heap.cell(points)] - points[:, 2]
    lift = np.array([0, 0, float(np.quantile(gap, 1.0 - defect.get("sink", 0.04)))])
    return [p.at(p.vertices + lift) for p in posed]


def hair(heap: Heap, defect: dict[str, Any], rng: np.random.Generator) -> list[Strand]:
    """One dark hair that lies over the food and bridges its hollows."""
    x, y = defect["at"]
    count = int(defect.get("length_cm", 9.0) / 0.15)
    heading = np.radians(defect.get("turn_deg", 0.0)) + np.cumsum(
        0.09 * np.sin(np.arange(count) * 0.13 + rng.uniform(0, 6)) + rng.normal(0, 0.035, count)
    )
    path = 0.15 * np.stack([np.cos(heading), np.sin(heading)], 1).cumsum(0)
    path = path - path.mean(0) + np.array([x, y])
    ground = np.array([heap.height(px, py, 0.2) for px, py in path])
    window = np.hanning(15) / np.hanning(15).sum()
    z = np.convolve(np.pad(ground, 7, mode="edge"), window, mode="valid")
    z = np.maximum(z, ground) + 0.06
    z = np.convolve(np.pad(z, 3, mode="edge"), np.ones(7) / 7, mode="valid")
    return [Strand(np.column_stack([path, z]), defect.get("radius_cm", 0.0055), linear(24, 16, 12))]


def _mould(heap: Heap, what: Contents, defect: dict[str, Any], rng: np.random.Generator) -> None:
    """White felt with a grey-green middle, on what lies near the surface around a place."""
    x, y = defect["at"]
    radius, seed = defect["radius_cm"], int(rng.integers(1 << 30))
    found: list[tuple[Array, Array, Array]] = []
    for k, piece in enumerate(heap.pieces):
        points = piece.vertices
        far = np.hypot(points[:, 0] - x, points[:, 1] - y)
        far = far * (1 + 0.4 * fbm(points * 0.8, seed, 3)) + 0.18 * radius * fbm(
            points * 3, seed, 2
        )
        near = points[:, 2] > heap.top[heap.cell(points)] - 1.0
        cover = smoothstep(radius, radius * 0.7, far) * near
        if cover.max() <= 0:
            continue
        core = smoothstep(radius * 0.66, radius * 0.4, far + 0.25 * fbm(points * 2, seed + 3, 3))
        heap.pieces[k] = _felted(piece, cover, core, seed)
        rooted = (cover > 0.3) & (points[:, 2] > heap.top[heap.cell(points)] - 0.35)
        found.append((heap.pieces[k].vertices[rooted], normals(piece)[rooted], core[rooted]))
    if found:
        roots, ways, cores = (np.concatenate([f[i] for f in found]) for i in range(3))
        what.mould_strands += _fuzz(roots, ways, cores, int(defect.get("count", 2600)), rng)


def _felted(piece: Mesh, cover: Array, core: Array, seed: int) -> Mesh:
    """A piece whose covered part is matt, pale and slightly swollen."""
    points = piece.vertices
    mottle = 0.5 + 0.5 * fbm(points * 5, seed + 7, 3)
    felt = mix(linear(222, 222, 214), linear(196, 198, 190), mottle)
    spores = mix(linear(96, 118, 98), linear(62, 84, 72), mottle)
    colour = mix(piece.colour, mix(felt, spores, 0.85 * core), 0.92 * cover)
    lift = np.stack([0 * cover, 0 * cover, 0.09 * cover * mottle], 1)
    return replace(
        piece,
        vertices=points + lift,
        colour=colour,
        roughness=piece.roughness * (1 - cover) + 0.95 * cover,
        spoiled=np.maximum(piece.spoiled, (cover > 0.5).astype(float)),
    )


def _fuzz(
    roots: Array, ways: Array, cores: Array, count: int, rng: np.random.Generator
) -> list[Strand]:
    """Fine curved fibres from random roots."""
    made = []
    for k in rng.integers(0, len(roots), count):
        way = ways[k] * np.sign(ways[k][2] + 1e-9) + rng.normal(0, 0.45, 3)
        way = way / np.linalg.norm(way)
        length = rng.uniform(0.12, 0.34)
        t = np.linspace(-0.2, 1, 6)[:, None]
        droop = rng.normal(0, 0.16, 3) * t**2
        colour = linear(112, 128, 112) if rng.random() < 0.7 * cores[k] else linear(230, 230, 224)
        made.append(
            Strand(roots[k] + length * (way * t + droop), rng.uniform(0.003, 0.006), colour)
        )
    return made
