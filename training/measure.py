"""Runs a model over cases and keeps the raw figures that calibration and evaluation need."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from model.calibration import Calibration
from model.layout import OTHER, prepare_input
from model.photo import Photo
from model.quality import find_problems
from model.regions import find_objects, find_place, score_picture, sigmoid
from model.scorer import Outputs, is_not_food, read_scene, read_scores
from model.scores import NO_PORTION, Scores
from model.severity import Grade, default_rules, grade
from model.weights import Session
from training.cases import Case

_OBJECT_CELL = 0.35
"""Where the calibration's `foreign_cell` comes out; kinds are measured before it is known."""

SHOWN_FROM = 0.3
"""Probability of an object from which it is shown, see `model.overlay`."""

Run = Callable[[NDArray[np.uint8]], Outputs]


class Named(NamedTuple):
    """A region: mean logit, probability of its likeliest kind, whether that names an object."""

    score: float
    share: float
    is_right: bool


@dataclass(frozen=True)
class Measured:
    """What the network said about one case; maps as uint8 probabilities (0 to 255) to save room.

    Attributes:
        case: the case, without its pixels.
        maps: probability maps by name, uint8 (rows, columns).
        scores: mean logit of the strongest cells: foreign, spoiled, mould.
        scene: float32 (4,) logits.
        peak_hit: whether the strongest foreign cell lies on the object; None without one.
        named: what every region of the foreign map would be named as, were all kinds named.
        object_cells: bool (rows, columns), cells of the object; None without one.
        severity: grade under the default rules; None before there is a calibration.
        problems: the same by problem: spoilage, foreign_object; none where the photo is unusable.
        box_hit: whether the centre of a reported box lies on the object; None without one.
        named_kind: kind that the surest such box names; None without one.
        shown_kinds: kinds named on the boxes that are likely enough to be shown.
        thumbnail: JPEG of the picture beside its foreign (red) and spoiled (yellow) maps.
    """

    case: Case
    maps: dict[str, NDArray[np.uint8]]
    scores: dict[str, float]
    scene: NDArray[np.float32]
    peak_hit: bool | None
    object_cells: NDArray[np.bool_] | None
    named: tuple[Named, ...] = ()
    severity: str | None = None
    problems: Mapping[str, str] = field(default_factory=dict)
    box_hit: bool | None = None
    named_kind: str | None = None
    shown_kinds: tuple[str, ...] = ()
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
    place = find_place(outputs.maps["food"], outputs.maps["spoiled"])
    everywhere = np.ones_like(place)
    scores = {
        "foreign": score_picture(outputs.maps["foreign"], place, "foreign"),
        "spoiled": score_picture(outputs.maps["spoiled"], everywhere, "spoiled"),
        "mould": score_picture(outputs.maps["mould"], everywhere, "mould"),
    }
    cells, hit = None, None
    if case.object_mask is not None:
        size = (place.shape[1], place.shape[0])
        cells = np.asarray(
            cv2.resize(case.object_mask.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0
        )
        strongest = np.where(place, outputs.maps["foreign"], -30).argmax()
        hit = bool(cv2.dilate(cells.astype(np.uint8), np.ones((3, 3), np.uint8)).flat[strongest])
    named = _name_regions(outputs, place, cells, case.kind)
    read = _read(outputs, case, calibration) if calibration else _Read(None, {})
    light = replace(case, bgr=np.zeros((0, 0, 3), np.uint8), object_mask=None)
    stored = {
        name: (values * 255).round().astype(np.uint8)
        for name, values in maps.items()
        if name in ("food", "spoiled", "foreign")
    }
    picture = _draw_thumbnail(case.bgr, maps)
    return Measured(light, stored, scores, outputs.scene, hit, cells, named, *read, picture)


def _name_regions(
    outputs: Outputs,
    place: NDArray[np.bool_],
    cells: NDArray[np.bool_] | None,
    kind: str | None,
) -> tuple[Named, ...]:
    """Names every region by its likeliest kind; on a clean photo every name is wrong."""
    regions = find_objects(outputs.maps["foreign"], outputs.kinds, place, _OBJECT_CELL, 0.0)
    return tuple(
        Named(r.score, r.kind_share, r.kind == kind and _touches(r.box, cells))
        for r in regions
        if r.kind != OTHER
    )


def _touches(box: tuple[int, int, int, int], cells: NDArray[np.bool_] | None) -> bool:
    x0, y0, x1, y1 = box
    return cells is not None and bool(cells[y0:y1, x0:x1].any())


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

    severity: str | None
    problems: Mapping[str, str]
    box_hit: bool | None = None
    named_kind: str | None = None
    shown_kinds: tuple[str, ...] = ()


def read_answer(
    outputs: Outputs, bgr: NDArray[np.uint8], calibration: Calibration
) -> tuple[Scores, Grade]:
    """Returns the scores and the grade that the product would answer, portion aside."""
    photo = Photo("", bgr.shape[1], bgr.shape[0], bgr, 1.0)
    scene = read_scene(outputs, calibration)
    problems = find_problems(photo) or (("not_food",) if is_not_food(outputs, calibration) else ())
    if problems:
        scores = Scores(scene, None, None, NO_PORTION)
    else:
        scores = read_scores(outputs, photo, scene, NO_PORTION, calibration)
    return scores, grade(scores, default_rules(), problems)


def _read(outputs: Outputs, case: Case, calibration: Calibration) -> _Read:
    height, width = case.bgr.shape[:2]
    scores, graded = read_answer(outputs, case.bgr, calibration)
    severity, problems = graded.severity, dict(graded.problems)
    objects = scores.foreign_object.objects if scores.foreign_object else ()
    shown = tuple(o.kind for o in objects if o.probability >= SHOWN_FROM and o.kind != OTHER)
    if case.object_mask is None or not objects:
        box_hit = None if case.object_mask is None else False
        return _Read(severity, problems, box_hit, shown_kinds=shown)
    near = cv2.dilate(case.object_mask.astype(np.uint8), np.ones((9, 9), np.uint8))
    kinds = [
        o.kind
        for o in objects
        if near[
            min((o.box_px[1] + o.box_px[3]) // 2, height - 1),
            min((o.box_px[0] + o.box_px[2]) // 2, width - 1),
        ]
    ]
    return _Read(severity, problems, bool(kinds), kinds[0] if kinds else None, shown)
