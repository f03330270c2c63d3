"""Real material to compose from: object cutouts, food controls, leaves with their lesions."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from training.build import Index
from training.drawn.catalogue import FAMILIES, draw_sprite
from training.manifests import Row, select, split_of
from training.outlines import draw_outline
from training.sprites import FOOD, UNNAMED, Sprite

_KIND_OF_CLASS = {
    "stone": "stone",
    "metal_screw": "metal",
    "syringe": "plastic",
    "fragment_glass": "glass",
    "fragment_metal": "metal",
    "fragment_paper": "paper",
    "fragment_plastic": "plastic",
    "fragment_trash": "plastic",
    "whole_cardboard": "paper",
    "whole_metal": "metal",
    "whole_paper": "paper",
    "whole_plastic": "plastic",
    "whole_trash": "plastic",
}

_KIND_SHARES = {
    "insect": 0.18,
    "hair": 0.24,
    "plastic": 0.15,
    "metal": 0.12,
    "glass": 0.09,
    "paper": 0.08,
    "stone": 0.07,
    "other": 0.07,
}
"""How often which kind is pasted: what customers find most and what is hardest to see leads. Of
hairs about half are too faint to be a lesson."""
_PATCH_SHARE = 0.12
_FEW = 20
"""Real cutouts of a kind below which it is only drawn: a handful would be learned by heart."""


@dataclass(frozen=True)
class Leaf:
    """A leaf or fruit cut out of a photo.

    Attributes:
        bgra: uint8 (height, width, 4).
        lesion: uint8 (height, width), 1 where it is decayed.
        mould: True where the decay is mildew or mould.
        group: group of its photo.
    """

    bgra: NDArray[np.uint8]
    lesion: NDArray[np.uint8]
    mould: bool
    group: str


def read_objects(index: Index, split: str) -> list[Sprite]:
    """Returns the real foreign objects of one split."""
    sprites = [
        Sprite(picture, kind_of(row.label), row.group)
        for row in select(index.rows, role="cutout", split=split)
        if (picture := index.read(row.path)).ndim == 3 and picture.shape[2] == 4
    ]
    listed = [s for s in index.read_cutouts() if s.kind != FOOD and split_of(s.group) == split]
    return sprites + listed


def read_food_objects(index: Index, split: str) -> list[Sprite]:
    """Returns whole pieces of food, for controls."""
    return [s for s in index.read_cutouts() if s.kind == FOOD and split_of(s.group) == split]


def kind_of(label: str) -> str:
    """Returns the kind of foreign object that a cutout class shows."""
    return "insect" if label.startswith("insect") else _KIND_OF_CLASS[label]


def draw_object(
    rng: np.random.Generator, real: list[Sprite], textures: list[Row], index: Index
) -> Sprite:
    """Returns a foreign object: real, drawn, or a piece of some non-food photo.

    The kind is drawn first, so that neither 231 stones nor many families of one kind drown hair.
    """
    if rng.random() < _PATCH_SHARE:
        row = textures[int(rng.integers(len(textures)))]
        return cut_patch(rng, index.read_bgr(row.path), UNNAMED, row.group)
    kind = str(rng.choice(list(_KIND_SHARES), p=list(_KIND_SHARES.values())))
    same = [sprite for sprite in real if sprite.kind == kind]
    if len(same) >= _FEW and rng.random() < 0.5:
        return same[int(rng.integers(len(same)))]
    families = [name for name, drawn in FAMILIES.items() if drawn == kind]
    family = families[int(rng.integers(len(families)))]
    return draw_sprite(rng, int(rng.integers(48, 129)), family)


def cut_patch(
    rng: np.random.Generator,
    bgr: NDArray[np.uint8],
    kind: str,
    group: str,
    outline: NDArray[np.float32] | None = None,
    *,
    whole: bool = False,
) -> Sprite:
    """Cuts a piece out of a photo, or takes the whole, along an outline: random, or another's."""
    if outline is None:
        outline = draw_outline(rng, 96)
    limit = min(bgr.shape[:2])
    side = limit if whole else int(rng.integers(max(8, limit // 6), max(9, limit // 2)))
    top = int(rng.integers(bgr.shape[0] - side + 1))
    left = int(rng.integers(bgr.shape[1] - side + 1))
    size = (outline.shape[1], outline.shape[0])
    piece = cv2.resize(
        bgr[top : top + side, left : left + side], size, interpolation=cv2.INTER_AREA
    )
    alpha = (outline * 255).astype(np.uint8)
    return Sprite(np.dstack([piece, alpha]).astype(np.uint8), kind, group)


def read_leaves(index: Index, split: str) -> tuple[list[Leaf], list[Leaf]]:
    """Returns decayed and healthy leaves and fruit of one split."""
    decayed: list[Leaf] = []
    healthy: list[Leaf] = []
    for row in select(index.rows, role="decay", split=split):
        leaf = cut_leaf(index, row)
        if leaf is not None:
            (decayed if leaf.lesion.any() else healthy).append(leaf)
    return decayed, healthy


def is_healthy(label: str) -> bool:
    """Tells whether a class of the decay sources is a healthy twin."""
    return label in ("healthy", "leaf_healthy", "fresh")


def find_lesions(bgr: NDArray[np.uint8], body: NDArray[np.bool_], label: str) -> NDArray[np.uint8]:
    """Marks decay within a leaf by colour, against the leaf's own greenest part.

    Yellowing raises CIELAB's a* and b*, browning raises a*, mildew pales: each is a distance from
    the colour of the greenest fifth of the leaf.
    """
    if is_healthy(label) or not body.any():
        return np.zeros(body.shape, np.uint8)
    lab = cv2.cvtColor(bgr.astype(np.float32) / 255, cv2.COLOR_BGR2LAB)
    lab = cv2.GaussianBlur(lab, (0, 0), 1.2)
    lightness, a, b = lab[:, :, 0], lab[:, :, 1], lab[:, :, 2]
    greenest = body & (a <= np.quantile(a[body], 0.2))
    base_l, base_a, base_b = (float(np.median(v[greenest])) for v in (lightness, a, b))
    redder = a > base_a + 8
    yellower = (b > base_b + 14) & (lightness > base_l + 8)
    paler = (lightness > base_l + 15) & (b < base_b - 2)
    inside = cv2.erode(body.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    lost = ((redder | yellower | paler) & inside).astype(np.uint8)
    return np.asarray(cv2.morphologyEx(lost, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)), np.uint8)


def cut_leaf(index: Index, row: Row) -> Leaf | None:
    """Cuts one leaf or tomato out of its photo; None where there is no way to outline it."""
    bgr = index.read_bgr(row.path)
    if row.source == "fgrade_tomato":
        if row.label == "mid_unsure":
            return None
        body = _find_on_white(bgr)
        lesion = body.astype(np.uint8) if row.label == "spoiled" else np.zeros(body.shape, np.uint8)
    elif row.mask:
        mask = cv2.imread(str(index.root / row.mask), cv2.IMREAD_GRAYSCALE)
        if mask is None or mask.shape != bgr.shape[:2]:
            return None
        body = mask > 64
        lesion = (
            (mask > 192).astype(np.uint8)
            if row.source == "coffee_leaves"
            else find_lesions(bgr, body, row.label)
        )
    else:
        return None
    rows, columns = np.nonzero(body)
    if len(rows) < 200:
        return None
    part = np.s_[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    alpha = cv2.GaussianBlur(body.astype(np.float32), (0, 0), 0.8)[part]
    bgra = np.dstack([bgr[part], (alpha * 255).astype(np.uint8)]).astype(np.uint8)
    return Leaf(bgra, lesion[part], "mildew" in row.label, row.group)


def _find_on_white(bgr: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """The object on a white ground: everything the ground does not reach from the corners."""
    canvas = bgr.copy()
    mask = np.zeros((bgr.shape[0] + 2, bgr.shape[1] + 2), np.uint8)
    for x in (0, bgr.shape[1] - 1):
        for y in (0, bgr.shape[0] - 1):
            cv2.floodFill(canvas, mask, (x, y), 0, (12,) * 3, (12,) * 3, 4 | (1 << 8))
    body = (mask[1:-1, 1:-1] == 0).astype(np.uint8)
    return np.asarray(cv2.erode(body, np.ones((3, 3), np.uint8)) > 0)
