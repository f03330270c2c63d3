"""Containers of rendered pairs: five shapes in four materials, drawn at random."""

import numpy as np
from studio.mesh import Array, linear
from studio.vessels import Vessel

SHAPES = ("bowl", "tray", "round_box", "box", "oval_box")
MATERIALS = {
    "black": (linear(26, 26, 28), "plastic", 0.3),
    "white": (linear(234, 232, 226), "plastic", 0.25),
    "kraft": (linear(172, 128, 84), "matte", 0.7),
    "clear": (linear(240, 244, 246), "clear", 0.06),
}

Area = tuple[float, float, float, float]
"""A compartment: x0, x1, y0, y1 in halves of the opening."""


def draw_vessel(rng: np.random.Generator, shape: str, material: str) -> tuple[Vessel, list[Area]]:
    """A container and its compartments; one of them but in trays."""
    colour, finish, roughness = MATERIALS[material]
    half, height, corner, taper, profile = _draw_form(rng, shape)
    walls, areas = _divide(rng) if shape == "tray" else ((), [(-1.0, 1.0, -1.0, 1.0)])
    shade: Array = np.clip(colour * rng.uniform(0.85, 1.05), 0, 1)
    lip = rng.uniform(0.2, 0.55)
    vessel = Vessel(half, height, corner, taper, walls, shade, finish, roughness, lip, profile)
    return vessel, areas


def _draw_form(
    rng: np.random.Generator, shape: str
) -> tuple[tuple[float, float], float, float, float, float]:
    """Half sizes and height in cm, exponent of the outline, taper and profile of the side."""
    if shape == "bowl":
        radius = rng.uniform(7.6, 9.4)
        return (radius, radius), rng.uniform(5.2, 6.8), 2.0, rng.uniform(0.35, 0.55), 1
    if shape == "round_box":
        radius = rng.uniform(7.2, 8.8)
        return (radius, radius), rng.uniform(4.2, 6.2), 2.0, rng.uniform(0.74, 0.86), 4
    width, depth = rng.uniform(8.8, 11.0), rng.uniform(6.2, 8.2)
    if shape == "oval_box":
        return (width, depth), rng.uniform(3.8, 5.4), rng.uniform(2.2, 2.8), 0.8, 4
    return (width, depth), rng.uniform(3.6, 5.0), rng.uniform(5.5, 8.0), rng.uniform(0.8, 0.88), 4


def _divide(
    rng: np.random.Generator,
) -> tuple[tuple[tuple[str, float, float, float], ...], list[Area]]:
    """Inner walls of a tray and its two or three compartments."""
    across = float(rng.uniform(-0.15, 0.3))
    gap = 0.06
    left = (-1.0, across - gap, -1.0, 1.0)
    if rng.random() < 0.4:
        return (("x", across, -1.0, 1.0),), [left, (across + gap, 1.0, -1.0, 1.0)]
    along = float(rng.uniform(-0.2, 0.2))
    walls = (("x", across, -1.0, 1.0), ("y", along, across, 1.0))
    right = [(across + gap, 1.0, -1.0, along - gap), (across + gap, 1.0, along + gap, 1.0)]
    return walls, [left, *right]
