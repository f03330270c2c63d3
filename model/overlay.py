"""Evidence drawn on the photo: spoiled food tinted, objects boxed, the container outlined."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from model.assessment import Assessment
from model.errors import InvalidInput

_LONG_SIDE_PX = 1024
"""Sharp on a phone held upright, and about 150 kB."""
_LEAST_PROBABILITY = 0.3
"""Of a defect to be drawn: below, it would draw attention to what is most likely not there."""
_LEAST_MOULD_CELL = 0.5
_BOX, _SPOILED, _MOULD, _CONTAINER = (36, 28, 237), (0, 96, 255), (255, 80, 200), (255, 200, 60)
_JPEG = [cv2.IMWRITE_JPEG_QUALITY, 85]
_SMOOTH_CELLS = 2.0
"""Cells over which an outline is smoothed: single cells at a rim are noise, and hard to look at."""


def list_marks(assessment: Assessment) -> list[str]:
    """Returns what `draw_overlay` marks: spoiled, mould, object, container.

    Args:
        assessment: fresh from `Scorer.assess`; on a stored one nothing can be marked.
    """
    evidence, scores = assessment.evidence, assessment.scores
    if evidence is None or scores.spoilage is None or scores.foreign_object is None:
        return []
    spoiled = bool(evidence.spoiled.max() >= evidence.spoiled_cell)
    mouldy = bool(evidence.mould.max() >= _LEAST_MOULD_CELL)
    drawn = {
        "spoiled": spoiled and scores.spoilage.probability >= _LEAST_PROBABILITY,
        "mould": mouldy and scores.spoilage.mould_probability >= _LEAST_PROBABILITY,
        "object": any(o.probability >= _LEAST_PROBABILITY for o in scores.foreign_object.objects),
        "container": evidence.container is not None,
    }
    return [mark for mark, is_drawn in drawn.items() if is_drawn]


def draw_overlay(assessment: Assessment) -> bytes:
    """Draws what an assessment rests on.

    Args:
        assessment: fresh from `Scorer.assess`; a stored one has no pixels.

    Returns:
        A JPEG, upright, long side at most 1024 px.

    Raises:
        InvalidInput: the assessment has no evidence to draw.
    """
    evidence = assessment.evidence
    if evidence is None:
        raise InvalidInput(
            "An overlay is drawn from a fresh assessment of a usable photo",
            ", ".join(assessment.problems) or "a stored assessment",
            "Assess the photo again",
            code="no_evidence",
        )
    scale = min(1.0, _LONG_SIDE_PX / max(evidence.bgr.shape[:2]))
    picture = np.asarray(
        cv2.resize(evidence.bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
    )
    marks = list_marks(assessment)
    if "spoiled" in marks:
        _tint(picture, _enlarge(evidence.spoiled, picture) >= evidence.spoiled_cell, _SPOILED)
    if "mould" in marks:
        _tint(picture, _enlarge(evidence.mould, picture) >= _LEAST_MOULD_CELL, _MOULD)
    if evidence.container is not None:
        _outline(picture, evidence.container)
    _draw_boxes(picture, assessment, evidence.scale * scale)
    return cv2.imencode(".jpg", picture, _JPEG)[1].tobytes()


def _enlarge(cells: NDArray[np.float32], picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    size = (picture.shape[1], picture.shape[0])
    return np.asarray(cv2.resize(cells, size, interpolation=cv2.INTER_LINEAR), np.float32)


def _tint(picture: NDArray[np.uint8], mask: NDArray[np.bool_], colour: tuple[int, ...]) -> None:
    """Colours a region so that the food stays visible, and draws its edge."""
    mixed = picture[mask].astype(np.float32) * 0.8 + np.array(colour, np.float32) * 0.2
    picture[mask] = mixed.astype(np.uint8)
    edges, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    cv2.drawContours(picture, edges, -1, colour, _line_px(picture) // 2 + 1, cv2.LINE_AA)


def _outline(picture: NDArray[np.uint8], opening: NDArray[np.uint8]) -> None:
    size = (picture.shape[1], picture.shape[0])
    soft = cv2.GaussianBlur(opening.astype(np.float32), (0, 0), _SMOOTH_CELLS)
    mask = (cv2.resize(soft, size, interpolation=cv2.INTER_CUBIC) >= 0.5).astype(np.uint8)
    edges, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    cv2.drawContours(picture, edges, -1, _CONTAINER, _line_px(picture), cv2.LINE_AA)


def _draw_boxes(picture: NDArray[np.uint8], assessment: Assessment, scale: float) -> None:
    foreign = assessment.scores.foreign_object
    line = _line_px(picture)
    for item in foreign.objects if foreign else ():
        if item.probability < _LEAST_PROBABILITY:
            continue
        x0, y0, x1, y1 = (round(v * scale) for v in item.box_px)
        x0, y0, x1, y1 = x0 - 2 * line, y0 - 2 * line, x1 + 2 * line, y1 + 2 * line
        cv2.rectangle(picture, (x0, y0), (x1, y1), _BOX, line, cv2.LINE_AA)
        _write(picture, f"{item.kind} {item.probability:.0%}", x0, y0)


def _write(picture: NDArray[np.uint8], text: str, x: int, y: int) -> None:
    """Writes white on the box's colour, above the point where there is room, else below."""
    size = max(picture.shape[:2]) / 1024
    font, thick = cv2.FONT_HERSHEY_SIMPLEX, max(1, round(2 * size))
    (width, height), base = cv2.getTextSize(text, font, 0.9 * size, thick)
    x = min(max(x, 0), max(picture.shape[1] - width, 0))
    top = y - height - 2 * base if y - height - 2 * base >= 0 else y
    cv2.rectangle(picture, (x, top), (x + width, top + height + 2 * base), _BOX, -1)
    cv2.putText(
        picture, text, (x, top + height + base), font, 0.9 * size, (255,) * 3, thick, cv2.LINE_AA
    )


def _line_px(picture: NDArray[np.uint8]) -> int:
    height, width = picture.shape[:2]
    return int(max(2, max(height, width) // 320))
