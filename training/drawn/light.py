"""One light a sprite: where it stands, its tint, and the room that metal mirrors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.drawn.noise import Array

_MIRROR_STEPS = 64


@dataclass(frozen=True)
class Material:
    """How a surface answers light.

    Attributes:
        gloss: strength of the highlight, 0 (matte) to about 1.
        shine: sharpness of the highlight; 5 is waxy, 80 is lacquer.
        metal: share of the colour that is a mirrored room, 0 to 1.
    """

    gloss: float = 0.1
    shine: float = 15.0
    metal: float = 0.0


MATTE = Material(0.03, 5.0)
WAXY = Material(0.25, 10.0)
GLOSSY = Material(0.7, 40.0)


@dataclass(frozen=True)
class Light:
    """A light from above, the same for every part of a sprite.

    Attributes:
        towards: float32 (3,) unit vector to the light: x right, y down, z to the viewer.
        halfway: float32 (3,) unit vector between light and viewer.
        tint: float32 (3,) factors for blue, green, red, near 1.
        ambient: share of the light that comes from everywhere, 0 to 1.
        sky: float32 (3,) axis along which the mirrored room changes.
        room: float32 (64,) brightness of the mirrored room along that axis.
    """

    towards: Array
    halfway: Array
    tint: Array
    ambient: float
    sky: Array
    room: Array

    def shade(self, albedo: Array, normals: Array, material: Material) -> Array:
        """Colours of a lit surface.

        Args:
            albedo: float32 (..., 3) own colours, 0 to 255.
            normals: float32 (..., 3) unit normals, z to the viewer.
            material: how it shines.

        Returns:
            float32 (..., 3), not yet clipped to 255.
        """
        facing = np.maximum(normals @ self.towards, 0)
        lit = np.float32(self.ambient) + np.float32(1.15 - self.ambient) * facing
        if material.metal:
            lit = lit + np.float32(material.metal) * (self._mirror(normals) - lit)
        bright = albedo * (lit[..., None] * self.tint)
        if material.gloss:
            # exp(-p (1 - c)) is nearly c ** p where it matters, and far cheaper.
            glint = np.exp((normals @ self.halfway - 1) * np.float32(material.shine))
            bright = bright + (np.float32(230 * material.gloss) * glint)[..., None]
        return np.asarray(bright, np.float32)

    def _mirror(self, normals: Array) -> Array:
        # The viewer looks down z, so its mirror image is 2 (n.z) n - z.
        seen = 2 * normals[..., 2] * (normals @ self.sky) - self.sky[2]
        steps = np.clip((seen + 1) * (0.5 * _MIRROR_STEPS), 0, _MIRROR_STEPS - 1)
        return np.asarray(self.room[steps.astype(np.int32)])


def _unit(vector: Array) -> Array:
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def draw_light(rng: np.random.Generator) -> Light:
    """A light at a random height and side, warm or cool, in a random room."""
    turn, height = rng.uniform(0, 2 * np.pi), rng.uniform(0.6, 1.7)
    towards = _unit(np.asarray([np.cos(turn), np.sin(turn), height], np.float32))
    # Kitchens and restaurants are lit warmer than the studio the palettes are from.
    warmth = rng.normal(0.08, 0.06)
    return Light(
        towards=towards,
        halfway=_unit(towards + np.asarray([0, 0, 1], np.float32)),
        tint=np.asarray([1 - warmth, 1, 1 + warmth], np.float32)
        * np.float32(rng.uniform(0.85, 1.1)),
        ambient=float(rng.uniform(0.3, 0.6)),
        sky=_unit(rng.normal(0, 1, 3).astype(np.float32) + towards),
        room=_draw_room(rng),
    )


def _draw_room(rng: np.random.Generator) -> Array:
    """Windows and dark corners: a few soft-edged bands of light along one axis."""
    at = np.linspace(0, 1, _MIRROR_STEPS, dtype=np.float32)
    room = np.full(_MIRROR_STEPS, rng.uniform(0.3, 0.75), np.float32)
    for _ in range(int(rng.integers(2, 5))):
        centre, width = rng.random(), rng.uniform(0.04, 0.18)
        soft = rng.uniform(0.01, 0.05)
        band = 0.5 - 0.5 * np.tanh((np.abs(at - centre) - width) / soft)
        room += np.float32(rng.uniform(-0.5, 1.3)) * band
    return np.clip(room, 0.08, 1.5)
