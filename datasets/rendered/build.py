"""Render the sample pictures with their truth: `python datasets/rendered/build.py --out DIR`.

Same machine, variant and command give the same pictures; every scene draws from its own seed.
"""

import argparse
import csv
import tempfile
import time
import tomllib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from studio import defects, filling, picture, props, stage, truth
from studio.vessels import VESSELS

HERE = Path(__file__).parent
JPEG_QUALITY = 88
TRUTH_SAMPLES = 9


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--out", type=Path, required=True, help="folder for photos, masks, manifest"
    )
    parser.add_argument("--only", action="append", metavar="NAME", help="this scene (repeatable)")
    parser.add_argument("--width-px", type=int, default=1152, help="longer side (default 1152)")
    parser.add_argument("--samples", type=int, default=14, help="paths per pixel (default 14)")
    parser.add_argument(
        "--variant",
        default="scalar_rgb",
        help="Mitsuba variant; llvm_ad_rgb is 3 times faster and needs LLVM 16 or later "
        "(its library named in DRJIT_LIBLLVM_PATH)",
    )
    parser.add_argument("--raw", action="store_true", help="skip the denoiser")
    return parser.parse_args()


def furnish(scene: dict[str, Any], recipes: dict[str, Any]) -> tuple[stage.Contents, float]:
    """All meshes of a scene, and the share of the full portion that is in the vessel."""
    what, fraction = stage.Contents(), 1.0
    rng = np.random.default_rng(scene["seed"] + 1)
    for name, x, y, yaw in scene.get("props", []):
        what.other += props.place(name, x, y, yaw, rng)
    if "vessel" not in scene:
        return what, 0.0
    vessel, recipe = VESSELS[scene["vessel"]], recipes[scene["recipe"]]
    share = scene.get("share", 1.0)
    heap = filling.fill(vessel, recipe, share, scene["seed"], scene.get("rot", {}))
    if share < 1.0:
        full = filling.fill(vessel, recipe, 1.0, scene["seed"], {})
        fraction = heap.volume() / full.volume()
    for defect in scene.get("defects", []):
        defects.add(heap, what, defect, scene["seed"])
    what.food += heap.pieces
    what.other.append(vessel.mesh())
    return what, fraction


def size_px(scene: dict[str, Any], longer_px: int) -> tuple[int, int]:
    """Width and height, 4:3 or upright."""
    shorter = longer_px * 3 // 4
    return (shorter, longer_px) if scene.get("upright") else (longer_px, shorter)


def build_scene(
    mi: Any, scene: dict[str, Any], recipes: dict[str, Any], options: argparse.Namespace
) -> dict[str, str]:
    """Write one picture and its mask; return its row of the manifest."""
    what, fraction = furnish(scene, recipes)
    size, name = size_px(scene, options.width_px), scene["name"]
    with tempfile.TemporaryDirectory() as folder:
        lit = stage.lit_scene(mi, what, scene, size, options.samples, folder)
        light = picture.render(mi, lit, options.samples, scene["seed"], not options.raw)
        marked = stage.truth_scene(mi, what, scene, size, TRUTH_SAMPLES, folder)
        shares = picture.render_truth(mi, marked, TRUTH_SAMPLES)
    photo, mask = f"photos/{name}.jpg", f"masks/{name}.png" if "vessel" in scene else ""
    for part in ("photos", "masks"):
        (options.out / part).mkdir(parents=True, exist_ok=True)
    cv2.imwrite(
        str(options.out / photo),
        picture.develop(light, scene),
        [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY, cv2.IMWRITE_JPEG_OPTIMIZE, 1],
    )
    if mask:
        cv2.imwrite(str(options.out / mask), truth.mask(shares), [cv2.IMWRITE_PNG_COMPRESSION, 9])
    return {
        "path": photo,
        "role": "sample",
        "source": "rendered",
        "class": scene["class"],
        "licence": "Apache-2.0",
        "group": scene.get("group", name),
        "mask": mask,
        "note": scene.get("note", ""),
        "defect": scene.get("defect", "none"),
        "kind": scene.get("kind", ""),
        "box_px": truth.box(shares),
        "spoiled_fraction": f"{truth.spoiled_fraction(shares):.3f}",
        "filled_fraction": f"{fraction:.3f}",
        "packing": scene.get("packing", ""),
    }


def write_manifest(out: Path, rows: dict[str, dict[str, str]], order: list[str]) -> None:
    """Rows in the order of the scenes."""
    with (out / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, truth.COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows[path] for path in order if path in rows)


def main() -> None:
    options = arguments()
    import mitsuba

    mitsuba.set_variant(options.variant)
    table = tomllib.loads((HERE / "scenes.toml").read_text(encoding="utf-8"))
    scenes = table["scene"]
    names = [s["name"] for s in scenes]
    if unknown := set(options.only or []) - set(names):
        raise SystemExit(
            f"no such scene: {', '.join(sorted(unknown))}; there are {', '.join(names)}"
        )
    manifest, rows = options.out / "manifest.csv", {}
    if manifest.exists():
        with manifest.open(newline="", encoding="utf-8") as file:
            rows = {row["path"]: row for row in csv.DictReader(file)}
    for scene in scenes:
        if options.only and scene["name"] not in options.only:
            continue
        start = time.perf_counter()
        row = build_scene(mitsuba, scene, table["recipes"], options)
        rows[row["path"]] = row
        write_manifest(options.out, rows, [f"photos/{name}.jpg" for name in names])
        print(f"{scene['name']}: {time.perf_counter() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
