"""Renders pairs of a packing photo and a customer's photo with the exact volume that is missing.

`python datasets/portion_pairs/build.py --out runs/portion_pairs`; a folder begun is gone on with.
The food is coloured from meal photos, so the pictures stay out of the repository.
"""

import argparse
import csv
import os
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

FOLDER = Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER.parents[1]), str(FOLDER.parent / "rendered")]

import cv2
import numpy as np
from containers import MATERIALS, SHAPES, draw_vessel
from heaps import MEALS, Course, pile
from studio import picture, stage
from studio.heap import Heap
from studio.vessels import Vessel

from training.bases import cut_food
from training.build import Index, load_index
from training.manifests import photos_root, select
from training.portion_pairs import COLUMNS, MANIFEST

SPLITS = ("calibration", "test")
MOST_SHORT = 0.7
TABLES = ("oak", "walnut", "marble", "slate", "cloth", "laminate")
ROOMS = ("window", "kitchen", "office", "evening")
_GOLDEN = 0.618034
"""Steps of this share through a range cover it evenly, whatever their number."""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder outside git")
    parser.add_argument("--pairs", type=int, default=40, help="of each split (default 40)")
    parser.add_argument("--index", type=Path, default=Path("runs/build"), help="see training build")
    parser.add_argument("--width-px", type=int, default=384, help="longer side (default 384)")
    parser.add_argument("--samples", type=int, default=12, help="paths per pixel (default 12)")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--variant", default="scalar_rgb", help="see datasets/rendered/build.py")
    return parser.parse_args()


def cut_patches(
    rng: np.random.Generator, index: Index, split: str, count: int
) -> tuple[list[np.ndarray], list[str]]:
    """Squares of meal photos that are food throughout, and the groups of their photos."""
    rows = [
        r
        for r in select(index.rows, role="meal", split=split)
        if r.label in ("salad", "rice_bowl", "other_food")
    ]
    patches: list[np.ndarray] = []
    groups: list[str] = []
    while len(patches) < count:
        row = rows[int(rng.integers(len(rows)))]
        patch = cut_food(rng, index.read_bgr(row.path), index.read_food_mask(row))
        if patch is not None:
            side = min(patch.shape[:2])
            patches.append(
                cv2.resize(patch[:side, :side], (160, 160), interpolation=cv2.INTER_AREA)
            )
            groups.append(row.group)
    return patches, groups


def draw_courses(
    rng: np.random.Generator, areas: list[Any], patches: list[np.ndarray]
) -> list[Course]:
    """A full meal: one course a compartment."""
    return [
        Course(
            area, str(rng.choice(list(MEALS))), rng.uniform(0.7, 0.92), rng.uniform(0.2, 1.6), patch
        )
        for area, patch in zip(areas, patches, strict=True)
    ]


def take_away(rng: np.random.Generator, courses: list[Course], shortfall: float) -> list[Course]:
    """The same meal with food missing: a lower level, one side bare, or one compartment short."""
    lean = float(rng.uniform(0, 360)) if rng.random() < 0.35 else None
    if shortfall == 0:
        return courses
    if len(courses) == 1 or rng.random() < 0.5:
        return [replace(course, left=1 - shortfall, lean_deg=lean) for course in courses]
    hit = int(rng.integers(len(courses)))
    left = max(0.05, 1 - shortfall * len(courses))
    return [replace(c, left=left, lean_deg=lean) if n == hit else c for n, c in enumerate(courses)]


def draw_view(
    rng: np.random.Generator, rise_deg: float, reach_cm: float, seed: int
) -> dict[str, Any]:
    """Camera, light and table."""
    tint = rng.uniform(-0.1, 0.1)
    return {
        "seed": seed,
        "room": str(rng.choice(ROOMS)),
        "room_turn": float(rng.uniform(0, 360)),
        "table": str(rng.choice(TABLES)),
        "table_turn": float(rng.uniform(0, 360)),
        "camera": {
            "azimuth_deg": float(
                rng.normal(-90, 30) if rng.random() < 0.7 else rng.uniform(0, 360)
            ),
            "rise_deg": rise_deg,
            "distance_cm": reach_cm * float(rng.uniform(3.7, 4.9)),
            "roll_deg": float(rng.normal(0, 6)),
            "target": rng.normal(0, 0.8, 2).tolist(),
            "aperture_cm": 0.08,
        },
        "exposure": float(rng.uniform(0.8, 1.3)),
        "white": [1 + tint, 1.0, 1 - tint],
        "noise": float(rng.uniform(0.5, 1.8)),
    }


def take_photo(
    mi: ModuleType, vessel: Vessel, heap: Heap, view: dict[str, Any], options: argparse.Namespace
) -> np.ndarray:
    """One developed picture, uint8 (height, width, 3) BGR, 4:3."""
    what = stage.Contents(food=heap.pieces, other=[vessel.mesh()])
    size = (options.width_px, options.width_px * 3 // 4)
    with tempfile.TemporaryDirectory() as folder:
        lit = stage.lit_scene(mi, what, view, size, options.samples, folder)
        light = picture.render(mi, lit, options.samples, view["seed"], denoise=True)
    return picture.develop(light, view)


def build_pair(
    mi: ModuleType, index: Index, split: str, number: int, options: argparse.Namespace
) -> dict[str, str]:
    """Renders one pair and returns its row of the manifest."""
    rng = np.random.default_rng((options.seed, SPLITS.index(split), number))
    shape = SHAPES[number % len(SHAPES)]
    material = tuple(MATERIALS)[(number // len(SHAPES) + number) % len(MATERIALS)]
    vessel, areas = draw_vessel(rng, shape, material)
    patches, groups = cut_patches(rng, index, split, len(areas))
    full = draw_courses(rng, areas, patches)
    wanted = max(0.0, MOST_SHORT * 1.08 * (number * _GOLDEN % 1) - 0.08 * MOST_SHORT)
    heaps = [
        pile(vessel, meal, int(rng.integers(2**31)))
        for meal in (full, take_away(rng, full, wanted))
    ]
    rises = (float(rng.uniform(80, 90)), float(rng.uniform(52, 84)))
    row = {
        "pair": f"{split}_{number:03}",
        "split": split,
        "shape": shape,
        "material": material,
        "shortfall": f"{1 - heaps[1].volume() / heaps[0].volume():.4f}",
        "rise_deg": f"{rises[1]:.0f}",
        "groups": " ".join(groups),
    }
    for side, heap, rise in zip(("packing", "customer"), heaps, rises, strict=True):
        view = draw_view(rng, rise, max(vessel.half), int(rng.integers(2**31)))
        row[side] = f"{row['pair']}_{side}.jpg"
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(80, 95))]
        cv2.imwrite(
            str(options.out / row[side]), take_photo(mi, vessel, heap, view, options), quality
        )
    return row


def main() -> None:
    options = arguments()
    import mitsuba

    mitsuba.set_variant(options.variant)
    index = load_index(photos_root(), options.index).trainable()
    options.out.mkdir(parents=True, exist_ok=True)
    manifest, rows = options.out / MANIFEST, []
    if manifest.exists():
        with manifest.open(newline="", encoding="utf-8") as lines:
            rows = list(csv.DictReader(lines))
    made = {row["pair"] for row in rows}
    for number in range(options.pairs):
        for split in SPLITS:
            if f"{split}_{number:03}" in made:
                continue
            start = time.perf_counter()
            rows.append(build_pair(mitsuba, index, split, number, options))
            partial = manifest.with_suffix(".part")
            with partial.open("w", newline="", encoding="utf-8") as lines:
                writer = csv.DictWriter(lines, COLUMNS, lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
            os.replace(partial, manifest)
            print(f"{rows[-1]['pair']}: {time.perf_counter() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
