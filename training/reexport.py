"""Exporting the weights in service once more, when serving wants an output that their graph lacks.

Nothing is learnt, calibrated or measured again: the same checkpoint gives the same answers to the
last bit, or nothing changes.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

import cv2
import numpy as np

from model.errors import Conflict
from model.outputs import run_network
from model.weights import CALIBRATION, GRAPH, WEIGHTS, Session, load_release
from training.build import DATASETS
from training.candidates import CHECKPOINT, FIGURES, sign
from training.export import export_fp32, load_network
from training.release import put_in_service

PICTURES = DATASETS / "rendered" / "photos"


def export_again(weights: Path = WEIGHTS, pictures: Path = PICTURES) -> str:
    """Puts the checkpoint in service again, exported as this version does; returns its version.

    Args:
        weights: folder that serves, with its checkpoint.
        pictures: folder of JPEG files on which old and new graph have to say the same.

    Raises:
        Conflict: they do not, as when the graph in service is quantised.
    """
    with tempfile.TemporaryDirectory() as folder:
        candidate = Path(folder)
        for name in (CALIBRATION, CHECKPOINT):
            shutil.copy(weights / name, candidate / name)
        export_fp32(load_network(weights / CHECKPOINT), candidate / GRAPH)
        _check_same(weights / GRAPH, candidate / GRAPH, sorted(pictures.glob("*.jpg")))
        sign(candidate)
        fresh, before = load_release(candidate), load_release(weights)
        if fresh.sha256 == before.sha256:
            return before.version
        figures = json.loads((weights / FIGURES).read_text("utf-8"))
        figures["model"] = {"version": fresh.version, "sha256": fresh.sha256}
        (candidate / FIGURES).write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
        return put_in_service(candidate, weights)


def _check_same(before: Path, after: Path, pictures: list[Path]) -> None:
    old, new = (Session(path.read_bytes(), 1) for path in (before, after))
    for picture in pictures:
        bgr = np.asarray(cv2.imread(str(picture)), np.uint8)
        had, has = run_network(old, bgr), run_network(new, bgr)
        pairs = [(had.kinds, has.kinds), (had.scene, has.scene)]
        pairs += [(had.maps[name], has.maps[name]) for name in had.maps]
        if not all(np.array_equal(one, other) for one, other in pairs):
            raise Conflict(
                "Weights that are exported again answer as before, to the last bit",
                f"other answers on {picture.name}",
                "Prepare and release a candidate: `python -m training evaluate --run`",
                code="other_answers",
            )
