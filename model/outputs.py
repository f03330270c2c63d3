"""The network's answer for one photo, seen whole and then larger, on the photo's own axes."""

from __future__ import annotations

from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from model.layout import FINE_SIDE_PX, LONG_SIDE_PX, MAPS, STRIDE, prepare_input
from model.orientation import undo_turn
from model.weights import Answer, Session

_OVERLAP_PX = 64
"""How far each half of the larger view reaches beyond the middle: what lies there is seen in its
surroundings. A half takes less than twice the memory of the smaller view, all of it thrice."""

_FOREIGN = MAPS.index("foreign")
"""The map that both views speak for; food, containers and spoilage are judged as a whole."""

Maps = NDArray[np.float32]


class Outputs:
    """What the network says about a photo.

    Attributes:
        maps: logits by name of map, each float32 (rows, columns).
        kinds: float32 (8, rows, columns) logits.
        scene: float32 (4,) logits.
        embedding: float32 (320,), of the photo as a whole; None where the weights give none.
    """

    def __init__(
        self,
        maps: Maps,
        kinds: Maps,
        scene: NDArray[np.float32],
        embedding: NDArray[np.float32] | None = None,
    ) -> None:
        """Takes the maps (5, rows, columns) and kinds of a photo on its own axes."""
        self.maps = {name: maps[i] for i, name in enumerate(MAPS)}
        self.kinds = kinds
        self.scene = scene
        self.embedding = embedding


def run_network(session: Session, bgr: NDArray[np.uint8]) -> Outputs:
    """Runs the network on a photo as a whole, then on its two halves at a larger scale.

    A foreign object that is thin or small shows in the larger view alone; both views err in their
    own way, so that the mean of their logits errs less (`docs/decisions/0012-two-views.md`).

    Args:
        session: of some weights.
        bgr: uint8 (height, width, 3).
    """
    maps, kinds, scene, embedding = _view(session, bgr, LONG_SIDE_PX)
    fine = _view(session, bgr, FINE_SIDE_PX)
    [foreign] = _shrink(fine.maps[_FOREIGN : _FOREIGN + 1], maps.shape[1:])
    maps[_FOREIGN] = (maps[_FOREIGN] + foreign) / 2
    kinds = (kinds + _shrink(fine.kinds, kinds.shape[1:])) / np.float32(2)
    return Outputs(maps, kinds, scene, embedding)


def describe_photo(session: Session, bgr: NDArray[np.uint8]) -> NDArray[np.float32] | None:
    """Returns the embedding that `run_network` gives, by the smaller view alone."""
    return session.run(prepare_input(bgr, LONG_SIDE_PX)[0]).embedding


def _view(session: Session, bgr: NDArray[np.uint8], side_px: int) -> Answer:
    """The answer at one scale, its maps and kinds cropped to the photo and turned back."""
    image, frame = prepare_input(bgr, side_px)
    run = session.run if side_px <= LONG_SIDE_PX else partial(_run_halves, session)
    answer = run(image)
    rows, columns = frame.height_px // STRIDE, frame.width_px // STRIDE
    return answer._replace(
        maps=undo_turn(answer.maps[:, :rows, :columns], frame.turn),
        kinds=undo_turn(answer.kinds[:, :rows, :columns], frame.turn),
    )


def _run_halves(session: Session, image: NDArray[np.float32]) -> Answer:
    """Runs the halves along the long side, each with some of the other; the rest of the first."""
    upright = image.shape[2] == FINE_SIDE_PX
    rows = image if upright else image.swapaxes(2, 3)
    half, cells = FINE_SIDE_PX // 2, FINE_SIDE_PX // 2 // STRIDE
    answers = []
    for part in (rows[:, :, : half + _OVERLAP_PX], rows[:, :, half - _OVERLAP_PX :]):
        held = part if upright else part.swapaxes(2, 3)
        answers.append(session.run(np.ascontiguousarray(held)))
    first, second = answers

    def join(one: Maps, other: Maps) -> Maps:
        if upright:
            return np.concatenate([one[:, :cells], other[:, -cells:]], 1)
        return np.concatenate([one[:, :, :cells], other[:, :, -cells:]], 2)

    return first._replace(maps=join(first.maps, second.maps), kinds=join(first.kinds, second.kinds))


def _shrink(maps: Maps, shape: tuple[int, ...]) -> Maps:
    """Brings maps (count, rows, columns) to the cells of the smaller view."""
    size = (shape[1], shape[0])
    shrunk = [cv2.resize(layer, size, interpolation=cv2.INTER_AREA) for layer in maps]
    return np.asarray(np.stack(shrunk), np.float32)
