"""A Mitsuba scene out of meshes, hairs, table, room and camera."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from studio.materials import FINISHES, SEE_THROUGH, to_shape
from studio.mesh import Array, Mesh, merge
from studio.tables import SIDE_CM, room, table

BLACK, FOOD, SPOILED, FOREIGN = (0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 0, 1)


@dataclass(frozen=True)
class Strand:
    """Round fibre: (N, 3) control points and radius in cm, linear RGB colour."""

    points: Array
    radius: float
    colour: Array


@dataclass
class Contents:
    """All that stands in one picture, by what it counts as."""

    food: list[Mesh] = field(default_factory=list)
    other: list[Mesh] = field(default_factory=list)
    foreign: list[Mesh] = field(default_factory=list)
    foreign_strands: list[Strand] = field(default_factory=list)
    mould_strands: list[Strand] = field(default_factory=list)


def _camera(
    mi: Any, camera: dict[str, Any], width: int, height: int, samples: int
) -> dict[str, Any]:
    azimuth, rise = np.radians(camera["azimuth_deg"]), np.radians(camera["rise_deg"])
    target = np.array([*camera.get("target", [0.0, 0.0]), 3.0])
    away = np.array([np.cos(rise) * np.cos(azimuth), np.cos(rise) * np.sin(azimuth), np.sin(rise)])
    eye = target + away * camera["distance_cm"]
    level = np.array([-np.sin(azimuth), np.cos(azimuth), 0.0])
    up = np.cross(away, level)
    roll = np.radians(camera.get("roll_deg", 0.0))
    up = up * np.cos(roll) + level * np.sin(roll)
    return {
        "type": "thinlens",
        "fov": camera.get("fov_deg", 48.0),
        "fov_axis": "larger",
        "aperture_radius": camera.get("aperture_cm", 0.16),
        "focus_distance": camera["distance_cm"] * camera.get("focus", 0.97),
        "to_world": mi.ScalarTransform4f().look_at(
            origin=eye.tolist(), target=target.tolist(), up=up.tolist()
        ),
        "sampler": {"type": "independent", "sample_count": samples},
        "film": {
            "type": "hdrfilm",
            "width": width,
            "height": height,
            "rfilter": {"type": "box"},
            "component_format": "float32",
        },
    }


def _strands(name: str, strands: list[Strand], bsdf: dict[str, Any], folder: str) -> dict[str, Any]:
    """Strands of one colour share one curve shape, written as a text file for Mitsuba."""
    shapes: dict[str, Any] = {}
    by_colour: dict[tuple[float, ...], list[Strand]] = {}
    for strand in strands:
        by_colour.setdefault(tuple(np.round(strand.colour, 3)), []).append(strand)
    for k, (colour, group) in enumerate(by_colour.items()):
        path = f"{folder}/{name}_{k}.txt"
        with open(path, "w", encoding="ascii") as file:
            for strand in group:
                for point in strand.points:
                    file.write(" ".join(f"{c:.5f}" for c in (*point, strand.radius)) + "\n")
                file.write("\n")
        fill = {"type": "rgb", "value": list(colour)}
        shapes[f"{name}_{k}"] = {
            "type": "bsplinecurve",
            "filename": path,
            "bsdf": {**bsdf, "reflectance" if bsdf["type"] == "diffuse" else "base_color": fill},
        }
    return shapes


def _room(mi: Any, spec: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "envmap",
        "bitmap": mi.Bitmap(room(spec["room"], spec["seed"]).astype(np.float32)),
        "to_world": mi.ScalarTransform4f()
        .rotate([0, 0, 1], spec.get("room_turn", 0))
        .rotate([1, 0, 0], 90),
    }


def _table(mi: Any, spec: dict[str, Any]) -> dict[str, Any]:
    colours, roughness = table(spec["table"])
    bitmap = {"type": "bitmap", "raw": True, "bitmap": mi.Bitmap(colours.astype(np.float32))}
    return {
        "type": "rectangle",
        "to_world": mi.ScalarTransform4f()
        .rotate([0, 0, 1], spec.get("table_turn", 0))
        .scale([SIDE_CM / 2, SIDE_CM / 2, 1]),
        "bsdf": {
            "type": "principled",
            "roughness": roughness,
            "specular": 0.4,
            "base_color": bitmap,
        },
    }


def _lamps(mi: Any, spec: dict[str, Any]) -> dict[str, Any]:
    """Square softboxes that point at the vessel."""
    lamps = {}
    for k, lamp in enumerate(spec.get("lamps", [])):
        aim = mi.ScalarTransform4f().look_at(origin=lamp["at"], target=[0, 0, 0], up=[0.1, 0.2, 1])
        lamps[f"lamp_{k}"] = {
            "type": "rectangle",
            "to_world": aim @ mi.ScalarTransform4f().scale(lamp["half_cm"]),
            "emitter": {"type": "area", "radiance": {"type": "rgb", "value": lamp["rgb"]}},
        }
    return lamps


def lit_scene(
    mi: Any, what: Contents, spec: dict[str, Any], size: tuple[int, int], samples: int, folder: str
) -> dict[str, Any]:
    """The scene as the camera sees it."""
    scene = {
        "type": "scene",
        "sensor": _camera(mi, spec["camera"], *size, samples),
        "room": _room(mi, spec),
        "table": _table(mi, spec),
        **_lamps(mi, spec),
    }
    groups: dict[str, list[Mesh]] = {}
    for mesh in [*what.food, *what.other, *what.foreign]:
        groups.setdefault(mesh.finish, []).append(mesh)
    for name, meshes in groups.items():
        scene[f"mesh_{name}"] = to_shape(mi, merge(meshes), FINISHES[name])
    hair = {"type": "principled", "roughness": 0.3, "specular": 0.6}
    scene |= _strands("hair", what.foreign_strands, hair, folder)
    scene |= _strands("mould", what.mould_strands, {"type": "diffuse"}, folder)
    return scene


def truth_scene(
    mi: Any, what: Contents, spec: dict[str, Any], size: tuple[int, int], samples: int, folder: str
) -> dict[str, Any]:
    """The same view painted by meaning: red food, green spoiled, blue foreign."""
    sensor = _camera(mi, spec["camera"], *size, samples)
    flat = {
        "type": "twosided",
        "nested": {
            "type": "diffuse",
            "reflectance": {"type": "mesh_attribute", "name": "vertex_color"},
        },
    }
    scene: dict[str, Any] = {"type": "scene", "sensor": sensor}
    half = SIDE_CM
    scene["table"] = {
        "type": "rectangle",
        "to_world": mi.ScalarTransform4f().scale([half, half, 1]),
        "bsdf": {"type": "diffuse", "reflectance": 0.0},
    }
    kinds = (("food", what.food), ("other", what.other), ("foreign", what.foreign))
    for name, meshes in kinds:
        solid = [m for m in meshes if m.finish not in SEE_THROUGH]
        if solid:
            whole = merge(solid)
            label = np.tile(
                np.array({"food": FOOD, "other": BLACK, "foreign": FOREIGN}[name], float),
                (len(whole.vertices), 1),
            )
            label[:, 1] = whole.spoiled * (name == "food")
            scene[f"mesh_{name}"] = to_shape(mi, whole, flat, label)
    marked = [Strand(s.points, s.radius, np.array(FOREIGN)) for s in what.foreign_strands]
    scene |= _strands("hair", marked, {"type": "diffuse"}, folder)
    fuzz = [Strand(s.points, s.radius, np.array(SPOILED)) for s in what.mould_strands]
    scene |= _strands("mould", fuzz, {"type": "diffuse"}, folder)
    return scene
