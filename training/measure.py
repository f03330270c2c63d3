"""Runs a model over cases and keeps the raw figures that calibration and evaluation need."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import NamedTuple, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from model.calibration import Calibration
from model.layout import OTHER
from model.outputs import Outputs, run_network
from model.photo import Photo
from model.quality import find_problems
from model.regions import find_objects, find_place, score_picture, sigmoid
from model.scorer import is_not_food, read_scene, read_scores
from model.scores import NO_PORTION, Box, Scores
from model.severity import Grade, default_rules, grade
from model.weights import Session
from training.cases import Case
from training.thumbnails import draw_thumbnail

_OBJECT_CELL = 0.35
"""Where the calibration's `foreign_cell` comes out; kinds are measured before it is known."""

_THIN = 0.5
"""Share of its convex hull below which an object is a thin one: hairs, threads, rings, wires."""

SHOWN_FROM = 0.3
"""Probability of an object from which it is shown, see `model.overlay`."""

Run = Callable[[NDArray[np.uint8]], Outputs]
_MOST_THREADS = 8

Item = TypeVar("Item")
Result = TypeVar("Result")


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
        surest_box_hit: the same of the surest reported box alone.
        named_kind: kind that the surest box on the object names; None without one.
        shown_kinds: kinds named on the boxes that are likely enough to be shown.
        boxes: x0, y0, x1, y1 of all reported objects in pixels, surest first.
        thumbnail: JPEG of the picture beside its maps, see `training.thumbnails`.
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
    surest_box_hit: bool | None = None
    boxes: tuple[Box, ...] = ()
    thumbnail: bytes = b""


def run_with(session: Session) -> Run:
    """Returns a function from a picture to the network's outputs."""

    def run(bgr: NDArray[np.uint8]) -> Outputs:
        return run_network(session, bgr)

    return run


def measure_cases(
    run: Run, cases: Iterable[Case], calibration: Calibration | None = None
) -> list[Measured]:
    """Runs the network over cases; pictures are dropped as soon as they are measured."""
    return list(map_many(lambda case: _measure(run(case.bgr), case, calibration), cases, "measure"))


def map_many(work: Callable[[Item], Result], items: Iterable[Item], title: str) -> Iterator[Result]:
    """Yields the results in the order of the items, worked on by as many threads as cores.

    Only a few items are taken ahead of their turn: they hold pictures.
    """
    threads = min(len(os.sched_getaffinity(0)), _MOST_THREADS)
    source = iter(items)
    with ThreadPoolExecutor(threads) as pool, tqdm(desc=title) as progress:
        while chunk := list(islice(source, 4 * threads)):
            yield from pool.map(work, chunk)
            progress.update(len(chunk))


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
    picture = draw_thumbnail(case.bgr, maps, case.object_mask, read.boxes)
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


class _Read(NamedTuple):
    """What the product would answer: severity, whether a box is on the object, kind it names."""

    severity: str | None
    problems: Mapping[str, str]
    box_hit: bool | None = None
    named_kind: str | None = None
    shown_kinds: tuple[str, ...] = ()
    surest_box_hit: bool | None = None
    boxes: tuple[Box, ...] = ()


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
    scores, graded = read_answer(outputs, case.bgr, calibration)
    severity, problems = graded.severity, dict(graded.problems)
    objects = scores.foreign_object.objects if scores.foreign_object else ()
    boxes = tuple(o.box_px for o in objects)
    shown = tuple(o.kind for o in objects if o.probability >= SHOWN_FROM and o.kind != OTHER)
    if case.object_mask is None:
        return _Read(severity, problems, shown_kinds=shown, boxes=boxes)
    near = cover_object(case.object_mask)
    hits = [_is_centred(box, near) for box in boxes]
    kinds = [o.kind for o, hit in zip(objects, hits, strict=True) if hit]
    surest_hit = bool(hits) and hits[0]
    kind = kinds[0] if kinds else None
    return _Read(severity, problems, any(hits), kind, shown, surest_hit, boxes)


def cover_object(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Returns where the centre of a box must lie to be on an object: the object and a cell around.

    What is thin and curved, as a hair, counts as wide as its convex hull, since the middle of a
    curve lies beside it.

    Args:
        mask: bool (height, width), in pixels of the network's input, 4 to a cell.
    """
    solid = mask.astype(np.uint8)
    points = cv2.findNonZero(solid)
    if points is not None:
        hull = np.zeros_like(solid)
        cv2.fillConvexPoly(hull, cv2.convexHull(points), 1)
        if solid.sum() < _THIN * hull.sum():
            solid = hull
    return np.asarray(cv2.dilate(solid, np.ones((9, 9), np.uint8)) > 0)


def _is_centred(box: Box, near: NDArray[np.bool_]) -> bool:
    height, width = near.shape
    x, y = (box[0] + box[2]) // 2, (box[1] + box[3]) // 2
    return bool(near[min(y, height - 1), min(x, width - 1)])
