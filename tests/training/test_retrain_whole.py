"""From an export of labelled claims to a verdict: retraining as an operator runs it."""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from shutil import copy, copytree, ignore_patterns
from typing import Any

import cv2
import numpy as np
import pytest
import torch

from model.scorer import Scorer
from model.weights import CALIBRATION, RELEASE, WEIGHTS, identify, load_release
from tests.training.pictures import COLUMNS, draw_meal, draw_texture, name_groups
from training.build import build
from training.candidates import CHECKPOINT
from training.checkpoints import load_members
from training.claims import read_claims
from training.manifests import OPEN, TEST
from training.release import FILES, PREVIOUS
from training.retrain import LEAST_CLAIMS, compare_on_claims

CHECKOUT = Path(__file__).resolve().parents[2]
PHOTOS, CLAIMS = 4, 76
RUN = """
import json, sys
from pathlib import Path
import cv2
from training.candidates import Scope
from training.retrain import RetrainSettings, retrain
cv2.setNumThreads(0)
claims, run, build, weights = (Path(name) for name in sys.argv[1:])
settings = RetrainSettings(steps=1, build=build, scope=Scope(each=1, pairs=6))
retrain(claims, run, settings, weights)
"""


def list_columns() -> list[str]:
    """The columns of an export, from the page that promises them."""
    page = (CHECKOUT / "docs" / "manifest.md").read_text("utf-8")
    return re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)


def label(number: int, *, dirty: bool) -> dict[str, str]:
    boxes = [[100, 80, 150, 130, "insect"]] if dirty else []
    return {
        "path": f"photos/{number % PHOTOS}.jpg",
        "role": "claim",
        "source": "shop",
        "class": "salad",
        "licence": "customer: to judge claims and to train",
        "group": f"shop/{number}",
        "spoilage": "yes" if dirty else "no",
        "foreign_object_kinds": "insect" if dirty else "none",
        "boxes": json.dumps(boxes),
        "severity": "moderate" if dirty else "none",
        "blind": "1",
        "audit_propensity": "0.1",
        "decision": "approve",
    }


def write_rows(folder: Path, rows: list[dict[str, str]]) -> None:
    with (folder / "manifest.csv").open("w", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, list_columns(), restval="")
        writer.writeheader()
        writer.writerows(rows)


def write_claims(folder: Path) -> Path:
    """An export in which agents could not tell anything from the photos that are set aside."""
    (folder / "photos").mkdir(parents=True)
    for number in range(PHOTOS):
        cv2.imwrite(str(folder / "photos" / f"{number}.jpg"), draw_meal(900 + number))
    rows = [label(number, dirty=number % 2 == 0) for number in range(CLAIMS)]
    write_rows(folder, rows)
    said_nothing = {"spoilage": "", "foreign_object_kinds": "", "boxes": "[]"}
    held = {claim.group for claim in read_claims(folder) if claim.split == TEST}
    write_rows(folder, [row | said_nothing if row["group"] in held else row for row in rows])
    return folder


def write_clean_claims(folder: Path) -> Path:
    """An export of clean sample meals, each of them twice."""
    (folder / "photos").mkdir(parents=True)
    meals = sorted((CHECKOUT / "datasets" / "rendered" / "photos").glob("*_clean_*.jpg"))
    for number, meal in enumerate(meals[:PHOTOS]):
        copy(meal, folder / "photos" / f"{number}.jpg")
    count = min(PHOTOS, len(meals))
    write_rows(folder, [label(n % count, dirty=False) for n in range(2 * count)])
    return folder


def write_photos(root: Path, folder: Path) -> Path:
    """The drawn photos, and healthy leaves on every side of the split."""
    copytree(root, folder)
    with (folder / "manifest.csv").open("a", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, COLUMNS)
        for seed, group in enumerate(name_groups("healthy")):
            path = f"decay/{group}.png"
            cv2.imwrite(str(folder / path), draw_texture(500 + seed, (60, 150, 60)))
            mask = np.zeros((240, 320), np.uint8)
            cv2.ellipse(mask, (160, 120), (120, 80), 0, 0, 360, 128, -1)
            cv2.imwrite(str(folder / f"{path}.mask.png"), mask)
            row = {"path": path, "role": "decay", "source": "coffee_leaves", "class": "healthy"}
            more = {"licence": "open", "group": group, "mask": f"{path}.mask.png"}
            writer.writerow(row | more)
    return folder


def copy_champion(folder: Path) -> Path:
    copytree(WEIGHTS, folder, ignore=ignore_patterns(PREVIOUS))
    return folder


def read_files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def retrain(tmp_path: Path, root: Path, claims: Path, weights: Path) -> dict[str, Any]:
    """Retrains in a process of its own, which forks; returns what was written down."""
    photos = write_photos(root, tmp_path / "root")
    build(photos, tmp_path / "build", [OPEN])
    names = (claims, tmp_path / "run", tmp_path / "build", weights)
    subprocess.run(
        [sys.executable, "-c", RUN, *map(str, names)],
        cwd=CHECKOUT,
        env={**os.environ, "FRESHCLAIM_PHOTOS": str(photos)},
        check=True,
    )
    verdict: dict[str, Any] = json.loads((tmp_path / "run" / "verdict.json").read_text("utf-8"))
    return verdict


def spoil_calibration(weights: Path) -> Path:
    """Makes a champion that is sure of defects everywhere."""
    calibration = json.loads((weights / CALIBRATION).read_text("utf-8"))
    for name in ("foreign", "spoiled"):
        calibration[name] = {"slope": 0.0, "offset": 5.0}
    (weights / CALIBRATION).write_text(json.dumps(calibration), "utf-8")
    graph = (weights / "network.onnx").read_bytes()
    sha256 = identify(graph, (weights / CALIBRATION).read_bytes())
    (weights / RELEASE).write_text(json.dumps({"version": "sure", "sha256": sha256}), "utf-8")
    return weights


@pytest.mark.slow
def test_claims_that_show_no_gain_leave_the_champion_as_it_is(tmp_path: Path, root: Path) -> None:
    claims = write_claims(tmp_path / "claims")
    weights = copy_champion(tmp_path / "model" / "weights")
    before = read_files(weights)
    verdict = retrain(tmp_path, root, claims, weights)
    assert "gain on claims not above zero: no labels" in verdict["objections"]
    assert verdict["log_loss_gain"] == {"foreign_object": "no labels", "spoilage": "no labels"}
    held = verdict["claims"]["compared_on"]
    assert held >= LEAST_CLAIMS
    assert verdict["claims"]["learned_from"] == CLAIMS - held
    assert "released" not in verdict
    assert read_files(weights) == before
    candidate = tmp_path / "run" / "candidate"
    assert load_release(candidate).sha256 != load_release(weights).sha256
    assert (candidate / CHECKPOINT).read_bytes() != (weights / CHECKPOINT).read_bytes()
    assert all((candidate / name).is_file() for name in FILES)
    pairs = zip(
        load_members(candidate / CHECKPOINT), load_members(weights / CHECKPOINT), strict=True
    )
    assert all(not torch.equal(fresh.maps.weight, old.maps.weight) for fresh, old in pairs)


@pytest.fixture(scope="module")
def scorers(tmp_path_factory: pytest.TempPathFactory) -> tuple[Scorer, Scorer]:
    """The weights that ship, and ones that see a defect everywhere."""
    folder = copy_champion(tmp_path_factory.mktemp("sure") / "weights")
    return Scorer(), Scorer(spoil_calibration(folder))


def test_on_clean_claims_the_model_that_sees_none_wins(
    tmp_path: Path, scorers: tuple[Scorer, Scorer]
) -> None:
    shipped, sure = scorers
    claims = read_claims(write_clean_claims(tmp_path / "claims"))
    assert not compare_on_claims(sure, shipped, claims)["objections"]
    objections = compare_on_claims(shipped, sure, claims)["objections"]
    assert [text.split(":")[0] for text in objections] == [
        "gain on claims not above zero",
        "worse at foreign_object",
        "worse at spoilage",
    ]
    [objection] = compare_on_claims(shipped, shipped, claims)["objections"]
    assert objection.startswith("gain on claims not above zero: 0.0000")
