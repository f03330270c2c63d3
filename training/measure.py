"""Runs a model over cases and keeps the raw figures that calibration and evaluation need."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from model.calibration import Calibration
from model.layout import prepare_input
from model.photo import Photo
from model.regions import average_kinds, find_place_of_food, score_picture, sigmoid
from model.scorer import Outputs, read_scene, read_scores
from model.scores import NO_PORTION, Scores
from model.severity import default_rules, grade
from model.weights import Session
from training.cases import Case

_OBJECT_CELL = 0.35
"""Where the calibration's `foreign_cell` comes out; kinds are measured before it is known."""

Run = Callable[[NDArray[np.uint8]], Outputs]


@dataclass(frozen=True)
class Measured:
    """What the network said about one case; maps as uint8 probabilities (0 to 255) to save room.

    Attributes:
        case: the case, without its pixels.
        maps: probability maps by name, uint8 (rows, columns).
        scores: mean logit of the strongest cells: foreign, spoiled, mould.
        scene: float32 (4,) logits.
        peak_hit: whether the strongest foreign cell lies on the object; None without one.
        kind_shares: float32 (8,), the kinds' probabilities over the object's cells that are seen;
            None without any.
        object_cells: bool (rows, columns), cells of the object; None without one.
        severity: grade under the default rules; None before there is a calibration.
        box_hit: whether the centre of a reported box lies on the object; None without one.
        named_kind: kind that the surest such box names; None without one.
        thumbnail: JPEG of the picture beside its foreign (red) and spoiled (yellow) maps.
    """

    case: Case
    maps: dict[str, NDArray[np.uint8]]
    scores: dict[str, float]
    scene: NDArray[np.float32]
    peak_hit: bool | None
    object_cells: NDArray[np.bool_] | None
    kind_shares: NDArray[np.float32] | None = None
    severity: str | None = None
    box_hit: bool | None = None
    named_kind: str | None = None
    thumbnail: bytes = b""


def run_with(session: Session) -> Run:
    """Returns a function from a picture to the network's outputs."""

    def run(bgr: NDArray[np.uint8]) -> Outputs:
        image, frame = prepare_input(bgr)
        return Outputs(*session.run(image), frame)

    return run


def measure_cases(
    run: Run, cases: Iterable[Case], calibration: Calibration | None = None
) -> list[Measured]:
    """Runs the network over cases; pictures are dropped as soon as they are measured."""
    return [_measure(run(case.bgr), case, calibration) for case in tqdm(cases, "measure")]


def _measure(outputs: Outputs, case: Case, calibration: Calibration | None) -> Measured:
    maps = {name: sigmoid(values) for name, values in outputs.maps.items()}
    spoiled_cell = calibration.spoiled_cell if calibration else 0.5
    place = find_place_of_food((maps["food"] >= 0.5) | (maps["spoiled"] >= spoiled_cell))
    everywhere = np.ones_like(place)
    scores = {
        "foreign": score_picture(outputs.maps["foreign"], place, "foreign"),
        "spoiled": score_picture(outputs.maps["spoiled"], everywhere, "spoiled"),
        "mould": score_picture(outputs.maps["mould"], everywhere, "mould"),
    }
    cells, hit, shares = None, None, None
    if case.object_mask is not None:
        size = (place.shape[1], place.shape[0])
        cells = np.asarray(
            cv2.resize(case.object_mask.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0
        )
        strongest = np.where(place, outputs.maps["foreign"], -30).argmax()
        hit = bool(cv2.dilate(cells.astype(np.uint8), np.ones((3, 3), np.uint8)).flat[strongest])
        member = cells & (maps["foreign"] >= _OBJECT_CELL) & place
        shares = average_kinds(outputs.kinds, member) if member.any() else None
    read = _read(outputs, case, calibration) if calibration else _Read()
    light = replace(case, bgr=np.zeros((0, 0, 3), np.uint8), object_mask=None)
    stored = {
        name: (values * 255).round().astype(np.uint8)
        for name, values in maps.items()
        if name in ("food", "spoiled", "foreign")
    }
    picture = _draw_thumbnail(case.bgr, maps)
    return Measured(light, stored, scores, outputs.scene, hit, cells, shares, *read, picture)


def _draw_thumbnail(bgr: NDArray[np.uint8], maps: dict[str, NDArray[np.float32]]) -> bytes:
    height, width = maps["food"].shape
    size = (2 * width, 2 * height)
    chart = np.zeros((height, width, 3), np.float32)
    chart[:, :, 0] = 0.25 * maps["food"]
    chart[:, :, 1] = maps["spoiled"]
    chart[:, :, 2] = np.maximum(maps["foreign"], maps["spoiled"])
    sides = [cv2.resize(bgr, size, interpolation=cv2.INTER_AREA), cv2.resize(chart * 255, size)]
    joined = np.hstack([np.asarray(side, np.uint8) for side in sides])
    return cv2.imencode(".jpg", joined, [cv2.IMWRITE_JPEG_QUALITY, 70])[1].tobytes()


class _Read(NamedTuple):
    """What the product would answer: severity, whether a box is on the object, kind it names."""

    severity: str | None = None
    box_hit: bool | None = None
    named_kind: str | None = None


def read_answer(
    outputs: Outputs, bgr: NDArray[np.uint8], calibration: Calibration
) -> tuple[Scores, str]:
    """Returns the scores and the severity that the product would answer, portion aside."""
    photo = Photo("", bgr.shape[1], bgr.shape[0], bgr, 1.0)
    scores = read_scores(outputs, photo, read_scene(outputs, calibration), NO_PORTION, calibration)
    return scores, grade(scores, default_rules()).severity


def _read(outputs: Outputs, case: Case, calibration: Calibration) -> _Read:
    height, width = case.bgr.shape[:2]
    scores, severity = read_answer(outputs, case.bgr, calibration)
    if case.object_mask is None or scores.foreign_object is None:
        return _Read(severity)
    near = cv2.dilate(case.object_mask.astype(np.uint8), np.ones((9, 9), np.uint8))
    kinds = [
        o.kind
        for o in scores.foreign_object.objects
        if near[
            min((o.box_px[1] + o.box_px[3]) // 2, height - 1),
            min((o.box_px[0] + o.box_px[2]) // 2, width - 1),
        ]
    ]
    return _Read(severity, bool(kinds), kinds[0] if kinds else None)
