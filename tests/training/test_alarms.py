from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from model.errors import InvalidInput
from model.outputs import Outputs
from training.alarms import Alarm, find_alarms, read_alarms, write_alarms
from training.compositor import compose, draw_control
from training.manifests import Row
from training.recipe import Recipe
from training.sprites import FOOD
from training.stock import Stock, add_alarms

SPOTS = {(0.5, 0.5): 3.0, (0.35, 0.6): 1.5}
"""Where the network below sees something, as shares of width and height, and how surely."""


def see_spots(bgr: NDArray[np.uint8]) -> Outputs:
    rows, columns = 84, 112
    maps = np.full((5, rows, columns), -9.0, np.float32)
    maps[0] = 9.0
    maps[4] = -4.0
    for (x, y), logit in SPOTS.items():
        maps[4, int(y * rows), int(x * columns)] = logit
    kinds, scene = np.zeros((8, rows, columns), np.float32), np.zeros(4, np.float32)
    return Outputs(maps, kinds, scene)


@pytest.fixture
def alarms(stock: Stock) -> list[Alarm]:
    return find_alarms(see_spots, stock.index, stock.meals)


def test_the_strongest_places_of_each_photo_come_first(stock: Stock, alarms: list[Alarm]) -> None:
    logits = [alarm.logit for alarm in alarms]
    assert logits == sorted(logits, reverse=True)
    for row in stock.meals:
        strongest = [alarm for alarm in alarms if alarm.path == row.path][: len(SPOTS)]
        assert [alarm.logit for alarm in strongest] == list(SPOTS.values())
        for alarm, (x, y) in zip(strongest, SPOTS, strict=True):
            assert alarm.x == pytest.approx(x, abs=0.02)
            assert alarm.y == pytest.approx(y, abs=0.02)


def test_a_place_is_named_once(alarms: list[Alarm]) -> None:
    for one in alarms:
        near = [
            other
            for other in alarms
            if other.path == one.path and np.hypot(other.x - one.x, other.y - one.y) < 0.05
        ]
        assert near == [one]


def test_alarms_are_read_as_they_were_written(alarms: list[Alarm], tmp_path: Path) -> None:
    write_alarms(alarms, tmp_path / "deep" / "alarms.csv")
    assert read_alarms(tmp_path / "deep" / "alarms.csv") == alarms


def test_hard_meals_are_those_with_the_surest_alarms_first(stock: Stock) -> None:
    first, second = (row.path for row in stock.meals[:2])
    found = [Alarm(second, 2.0, 0.5, 0.5, True), Alarm(first, 1.0, 0.5, 0.5, False)]
    hard = add_alarms(stock, [*found, Alarm("elsewhere.png", 0.5, 0.5, 0.5, True)])
    assert [row.path for row in hard.hard_meals] == [second, first]
    assert list(hard.alarms) == found[:1]


def test_controls_are_cut_where_an_alarm_was(stock: Stock) -> None:
    row = stock.meals[0]
    plate = Alarm(row.path, 1.0, 0.06, 0.06, True)
    hard = add_alarms(stock, [plate])
    sprites = [draw_control(np.random.default_rng(n), hard, 1.0) for n in range(6)]
    assert {sprite.kind for sprite in sprites} == {FOOD}
    # The corner of the drawn photo is pale plate; everything else in it is dark food.
    for sprite in sprites:
        shown = sprite.bgra[sprite.bgra[:, :, 3] > 128]
        assert shown[:, :3].mean() > 200


def test_hard_meals_are_taken_instead_of_the_others(stock: Stock) -> None:
    easy, hard = stock.meals[:2]
    shares = dict.fromkeys(("foreign", "control", "spoilage", "disturbance", "clutter"), 0.0)
    recipe = replace(Recipe(side_px=64, meal=1.0, hard=1.0), **shares)

    def view(meals: list[Row], hard_meals: list[Row]) -> list[NDArray[np.uint8]]:
        chosen = replace(stock, meals=meals, hard_meals=hard_meals)
        return [compose(np.random.default_rng(n), chosen, recipe).bgr for n in range(4)]

    assert np.array_equal(view([easy], [hard]), view([hard], [hard]))
    assert not np.array_equal(view([easy], [hard]), view([easy], [easy]))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"path,logit,x,y,on_food\n",
        b"photo,score\na.png,1\n",
        b"path,logit,x,y,on_food\na.png,sure,0.5,0.5,1\n",
        b"path,logit,x,y,on_food\na.png,1\n",
        b"\xff\xd8\xff\xe0",
    ],
    ids=["empty", "no rows", "other columns", "no number", "short row", "no text"],
)
def test_what_is_no_table_of_alarms_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "alarms.csv"
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=r"alarms\.csv") as caught:
        read_alarms(path)
    assert caught.value.code == "no_alarms"
