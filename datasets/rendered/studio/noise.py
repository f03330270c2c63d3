"""Gradient-free noise over points: same points and seed, same values."""

import numpy as np

from studio.mesh import Array

_PRIMES = (np.uint64(73856093), np.uint64(19349663), np.uint64(83492791))


def _hashed(cell: np.ndarray, seed: int) -> Array:
    """Uniform 0..1 per integer cell (N, D)."""
    value = np.full(cell.shape[0], np.uint64((seed * 2654435761) & 0xFFFFFFFF))
    for axis in range(cell.shape[1]):
        value = value ^ (cell[:, axis].astype(np.int64).astype(np.uint64) * _PRIMES[axis])
        value = (value ^ (value >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
        value = value ^ (value >> np.uint64(32))
    return (value >> np.uint64(11)).astype(np.float64) / float(1 << 53)


def value_noise(points: Array, seed: int) -> Array:
    """Smooth noise in 0..1 at `points` (N, D), D of 2 or 3, with cells of side 1."""
    base = np.floor(points)
    part = points - base
    part = part * part * part * (part * (part * 6.0 - 15.0) + 10.0)
    dims = points.shape[1]
    total = np.zeros(len(points))
    for corner in range(1 << dims):
        bits = np.array([(corner >> k) & 1 for k in range(dims)])
        weight = np.prod(np.where(bits, part, 1.0 - part), axis=1)
        total += weight * _hashed(base + bits, seed)
    return total


def fbm(points: Array, seed: int, octaves: int = 4) -> Array:
    """Sum of octaves of value noise, about -1..1, mean about 0."""
    total, weight, norm = np.zeros(len(points)), 1.0, 0.0
    for k in range(octaves):
        total += weight * (value_noise(points * (2.03**k) + 17.3 * k, seed + k) * 2.0 - 1.0)
        norm += weight
        weight *= 0.5
    return total / norm * 1.6


def cells(points: Array, seed: int) -> Array:
    """Distance to the nearest scattered point (Worley noise), about 0..1, cells of side 1."""
    base = np.floor(points)
    dims = points.shape[1]
    nearest = np.full(len(points), 9.0)
    for corner in range(3**dims):
        offset = np.array([(corner // 3**k) % 3 - 1 for k in range(dims)])
        cell = base + offset
        feature = cell + np.stack([_hashed(cell, seed + 31 * k) for k in range(dims)], 1)
        nearest = np.minimum(nearest, np.linalg.norm(points - feature, axis=1))
    return nearest
