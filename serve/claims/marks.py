"""What is marked on a photo where its evidence is drawn, so that a legend names no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.layout import MAPS

if TYPE_CHECKING:
    from model.assessment import Assessment

_LEAST_CELL = 0.5
_LEAST_OBJECT = 0.3
"""Probabilities from which `model.overlay` draws; the test of this file holds them to it."""


def list_marks(found: Assessment) -> list[str]:
    """Returns which marks `draw_overlay` draws: spoiled, mould, object, container.

    Args:
        found: fresh from the scorer; without evidence there are no marks.
    """
    evidence, foreign = found.evidence, found.scores.foreign_object
    if evidence is None:
        return []
    objects = foreign.objects if foreign else ()
    drawn = {
        "spoiled": bool(evidence.maps[MAPS.index("spoiled")].max() >= _LEAST_CELL),
        "mould": bool(evidence.maps[MAPS.index("mould")].max() >= _LEAST_CELL),
        "object": any(item.probability >= _LEAST_OBJECT for item in objects),
        "container": evidence.container is not None,
    }
    return [mark for mark, is_drawn in drawn.items() if is_drawn]
