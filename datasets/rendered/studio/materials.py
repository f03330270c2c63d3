"""Finishes of surfaces as Mitsuba materials, and numpy meshes as Mitsuba shapes."""

from typing import Any

import numpy as np

from studio.mesh import Mesh, normals

_COLOUR = {"type": "mesh_attribute", "name": "vertex_color"}
_ROUGH = {"type": "mesh_attribute", "name": "vertex_rough"}


def _two_sided(bsdf: dict[str, Any]) -> dict[str, Any]:
    return {"type": "twosided", "nested": bsdf}


def _principled(**more: float) -> dict[str, Any]:
    return _two_sided({"type": "principled", "base_color": _COLOUR, "roughness": _ROUGH, **more})


FINISHES: dict[str, dict[str, Any]] = {
    "leaf": {
        "type": "principledthin",
        "base_color": _COLOUR,
        "roughness": _ROUGH,
        "diff_trans": 0.52,
        "eta": 1.42,
        "spec_trans": 0.0,
    },
    "wet": _principled(specular=0.5, flatness=0.3),
    "rice": _principled(specular=0.45, flatness=0.6),
    "plastic": _principled(specular=0.5),
    "ceramic": _principled(specular=0.6, clearcoat=0.6, clearcoat_gloss=0.95),
    "matte": _principled(specular=0.25),
    "thin": {
        "type": "principledthin",
        "base_color": _COLOUR,
        "roughness": _ROUGH,
        "diff_trans": 0.35,
        "eta": 1.45,
        "spec_trans": 0.0,
    },
    "clear": {"type": "thindielectric", "int_ior": 1.5},
    "wing": {
        "type": "mask",
        "opacity": 0.45,
        "nested": {
            "type": "principledthin",
            "base_color": _COLOUR,
            "roughness": 0.25,
            "diff_trans": 1.2,
            "eta": 1.6,
        },
    },
    "glass": {"type": "dielectric", "int_ior": 1.52},
    "metal": {"type": "roughconductor", "material": "Cr", "alpha": 0.16},
}
SEE_THROUGH = ("clear",)


def to_shape(mi: Any, mesh: Mesh, bsdf: dict[str, Any], label: np.ndarray | None = None) -> Any:
    """A Mitsuba mesh.

    Args:
        mi: the mitsuba module, variant set.
        mesh: the surface.
        bsdf: material as a Mitsuba dictionary.
        label: (N, 3) colours of the truth picture instead of the material's own.
    """
    properties = mi.Properties()
    properties["mesh_bsdf"] = mi.load_dict(bsdf)
    shape = mi.Mesh("m", len(mesh.vertices), len(mesh.faces), properties, has_vertex_normals=True)
    shape.add_attribute("vertex_color", 3, np.ravel(mesh.colour if label is None else label))
    shape.add_attribute("vertex_rough", 1, np.ravel(mesh.roughness))
    parameters = mi.traverse(shape)
    parameters["vertex_positions"] = np.ravel(mesh.vertices).astype(np.float32)
    parameters["vertex_normals"] = np.ravel(normals(mesh)).astype(np.float32)
    parameters["faces"] = np.ravel(mesh.faces).astype(np.uint32)
    parameters.update()
    return shape
