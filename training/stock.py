"""The material that pictures are composed from: what a split holds, read once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from model.errors import InvalidInput
from training.alarms import Alarm
from training.build import Index
from training.claims import ClaimPhoto
from training.manifests import Row, select
from training.materials import Leaf, read_food_objects, read_leaves, read_objects
from training.scene import ANY_FOOD
from training.sprites import Sprite

_SCENE_OF_CLASS = {"salad": 0, "rice_bowl": 1, "boxed_meal": 1, "other_food": 2}


def scene_of(label: str) -> int:
    """Returns the scene label of a class of meals; ANY_FOOD where the kind is not known."""
    return _SCENE_OF_CLASS.get(label, ANY_FOOD)


@dataclass(frozen=True)
class Stock:
    """The material of one split.

    Attributes `alarms` (on food) and `hard_meals` begin with what a model took most surely for a
    foreign object; they are empty where no alarms were looked for.
    """

    index: Index
    meals: list[Row]
    not_food: list[Row]
    produce: list[Row]
    decay: list[Row]
    objects: list[Sprite]
    food_objects: list[Sprite]
    decayed: list[Leaf]
    healthy: list[Leaf]
    claims: Sequence[ClaimPhoto] = ()
    alarms: Sequence[Alarm] = ()
    hard_meals: Sequence[Row] = ()


def load_stock(index: Index, split: str) -> Stock:
    """Reads the material of a split into memory; photos stay on disk."""
    decayed, healthy = read_leaves(index, split)
    return Stock(
        index=index,
        meals=select(index.rows, role="meal", split=split),
        not_food=select(index.rows, role="not_food", split=split),
        produce=select(index.rows, role="produce_fresh", split=split),
        decay=[r for r in select(index.rows, role="decay", split=split) if r.mask],
        objects=read_objects(index, split),
        food_objects=read_food_objects(index, split),
        decayed=decayed,
        healthy=healthy,
    )


def add_alarms(stock: Stock, alarms: Sequence[Alarm]) -> Stock:
    """Returns the stock with false alarms, surest first, on photos that it holds.

    Raises:
        InvalidInput: there is none on its photos.
    """
    rows = {row.path: row for row in stock.meals}
    known = [alarm for alarm in alarms if alarm.path in rows]
    if not known:
        raise InvalidInput(
            "Alarms lie on meals of the training split",
            f"{len(alarms)} alarms, the first on {alarms[0].path if alarms else 'nothing'}",
            "List them anew with `python -m training alarms`",
            code="other_alarms",
        )
    hard_meals = [rows[path] for path in dict.fromkeys(alarm.path for alarm in known)]
    return replace(stock, alarms=[alarm for alarm in known if alarm.on_food], hard_meals=hard_meals)
