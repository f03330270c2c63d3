"""False alarms: where a model takes clean training photos for showing a foreign object.

Hard negatives are mined (Sung and Poggio 1998): the photos with the strongest alarms are learned
from more often, and pieces of food that raised one are pasted as controls.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from model.errors import InvalidInput
from model.outputs import Outputs
from model.regions import find_place
from training.build import Index
from training.manifests import Row

_MOST = 3
"""Alarms kept of one photo."""
_REACH_CELLS = 12
"""Cells around an alarm in which no other one is looked for."""


@dataclass(frozen=True)
class Alarm:
    """One place on a clean photo.

    Attributes:
        path: the photo.
        logit: of the strongest cell there.
        x: place as a share of the photo's width.
        y: of its height.
        on_food: whether the place is food by the photo's own mask.
    """

    path: str
    logit: float
    x: float
    y: float
    on_food: bool


def find_alarms(
    run: Callable[[NDArray[np.uint8]], Outputs], index: Index, meals: Iterable[Row]
) -> list[Alarm]:
    """Returns the strongest places of each clean photo, strongest first."""
    found: list[Alarm] = []
    for row in tqdm(list(meals), "alarms"):
        outputs = run(index.read_bgr(row.path))
        place = find_place(outputs.maps["food"], outputs.maps["spoiled"])
        logits = np.where(place, outputs.maps["foreign"], -20)
        food = index.read_food_mask(row)
        for logit, x, y in _find_peaks(logits):
            on_food = food[int(y * food.shape[0]), int(x * food.shape[1])] == 1
            found.append(Alarm(row.path, round(logit, 3), round(x, 4), round(y, 4), bool(on_food)))
    return sorted(found, key=lambda alarm: -alarm.logit)


def _find_peaks(logits: NDArray[np.float32]) -> Iterator[tuple[float, float, float]]:
    """The strongest cells, each out of reach of the ones before, as logit, x and y shares."""
    rest = np.array(logits, np.float32)
    rows, columns = rest.shape
    for _ in range(_MOST):
        row, column = divmod(int(rest.argmax()), columns)
        if rest[row, column] <= -20:
            return
        yield float(rest[row, column]), (column + 0.5) / columns, (row + 0.5) / rows
        cv2.circle(rest, (column, row), _REACH_CELLS, -20.0, -1)


def write_alarms(alarms: Iterable[Alarm], path: Path) -> None:
    """Writes alarms as a table."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.writer(lines)
        writer.writerow(field.name for field in fields(Alarm))
        writer.writerows((*astuple(alarm)[:-1], int(alarm.on_food)) for alarm in alarms)


def read_alarms(path: Path) -> list[Alarm]:
    """Reads what `write_alarms` wrote.

    Raises:
        InvalidInput: the file is no such table, or an empty one.
    """
    try:
        with path.open(newline="", encoding="utf-8") as lines:
            alarms = [
                Alarm(
                    r["path"], float(r["logit"]), float(r["x"]), float(r["y"]), r["on_food"] == "1"
                )
                for r in csv.DictReader(lines)
            ]
    except (KeyError, TypeError, ValueError, csv.Error) as error:
        raise _not_alarms(path, f"{type(error).__name__}: {error}") from error
    if not alarms:
        raise _not_alarms(path, "no rows")
    return alarms


def _not_alarms(path: Path, received: str) -> InvalidInput:
    return InvalidInput(
        f"A table of alarms has the columns {', '.join(field.name for field in fields(Alarm))}",
        f"{path}: {received}",
        "Make it with `python -m training alarms`",
        code="no_alarms",
    )
