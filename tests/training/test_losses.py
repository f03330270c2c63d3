from typing import cast

import numpy as np
import pytest
import torch

from model.layout import KINDS, MAPS
from training.batches import Batch
from training.losses import WEIGHTS, measure_losses, weigh
from training.scene import ANY_FOOD, IGNORE, UNKNOWN_SCENE

SIDE = 16
Outputs = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


def draw_batch() -> Batch:
    """A picture with an object of kind 2 on food, and a clean one."""
    labels = torch.zeros(2, len(MAPS), SIDE, SIDE, dtype=torch.uint8)
    labels[:, MAPS.index("food")] = 1
    labels[0, MAPS.index("foreign"), 4:10, 4:10] = 1
    kinds = torch.full((2, SIDE, SIDE), IGNORE)
    kinds[0, 4:10, 4:10] = 2
    things = torch.zeros(2, SIDE, SIDE, dtype=torch.uint8)
    things[0, 4:10, 4:10] = 1
    scene, verdicts = torch.tensor([0, 1]), torch.full((2, 2), -1)
    return Batch(torch.zeros(2, 3, 64, 64), labels, kinds, things, scene, verdicts)


def answer(batch: Batch, sureness: float = 12.0) -> Outputs:
    """Logits that say exactly what the labels say."""
    maps = (batch.labels == 1).float() * 2 * sureness - sureness
    kinds = torch.zeros(2, len(KINDS), SIDE, SIDE)
    kinds[:, 2] = sureness
    scene = torch.full((2, 4), -sureness)
    scene[torch.arange(2), batch.scene.clamp(0, 3)] = sureness
    return maps, kinds, scene


def total(outputs: Outputs, batch: Batch) -> float:
    return float(weigh(measure_losses(outputs, batch)))


def test_every_part_has_a_weight_and_perfect_answers_cost_nothing() -> None:
    batch = draw_batch()
    losses = measure_losses(answer(batch), batch)
    assert set(losses) == set(WEIGHTS)
    assert max(float(value) for value in losses.values()) < 0.02
    maps, kinds, scene = answer(batch)
    assert total((-maps, -kinds, -scene), batch) > 5


def test_pixels_without_a_label_do_not_count() -> None:
    batch = draw_batch()
    batch.labels[:, :, :4] = IGNORE
    one = answer(batch)
    other = cast(Outputs, tuple(values.clone() for values in one))
    other[0][:, :, :4] = 9.0
    assert total(one, batch) == total(other, batch)


def test_of_food_of_any_kind_only_that_it_is_food_is_asked() -> None:
    batch = draw_batch()._replace(scene=torch.tensor([ANY_FOOD, ANY_FOOD]))
    maps, kinds, _ = answer(batch)
    for food in range(3):
        scene = torch.full((2, 4), -12.0)
        scene[:, food] = 12.0
        assert float(measure_losses((maps, kinds, scene), batch)["scene"]) < 0.01
    desk = torch.tensor([[-12.0, -12.0, -12.0, 12.0]] * 2)
    assert float(measure_losses((maps, kinds, desk), batch)["scene"]) > 10
    silent = batch._replace(scene=torch.tensor([UNKNOWN_SCENE] * 2))
    assert float(measure_losses((maps, kinds, desk), silent)["scene"]) == 0


def test_a_word_on_the_whole_picture_is_learned_where_no_pixel_is_labelled() -> None:
    batch = draw_batch()
    batch.labels[:] = IGNORE
    said = batch._replace(verdicts=torch.tensor([[1, -1], [0, -1]]))
    maps, kinds, scene = answer(draw_batch())
    agreeing = float(measure_losses((maps, kinds, scene), said)["foreign_image"])
    assert agreeing < 0.01
    assert float(measure_losses((maps.flip(0), kinds, scene), said)["foreign_image"]) > 5


def judge_things(batch: Batch, logits: torch.Tensor) -> float:
    maps, kinds, scene = answer(batch)
    maps[:, MAPS.index("foreign")] = logits
    return float(measure_losses((maps, kinds, scene), batch)["things"])


def test_objects_and_controls_count_alike_whatever_their_size() -> None:
    batch = draw_batch()
    batch.things[0, 12, 12] = 2
    batch.things[1, 2:12, 2:12] = 1
    missed = torch.full((2, SIDE, SIDE), -6.0)
    missed[0, 4:10, 4:10] = 6.0
    costs = []
    for part, value in ((np.s_[0, 4:10, 4:10], -6.0), (np.s_[0, 12, 12], 6.0), (np.s_[1], 6.0)):
        wrong = missed.clone()
        wrong[part] = value
        costs.append(judge_things(batch, wrong))
    assert judge_things(batch, missed) < 0.01
    assert costs == pytest.approx([costs[0]] * 3, abs=0.01)
    assert costs[0] == pytest.approx(2, abs=0.1)


def test_an_object_is_judged_by_its_strongest_cells() -> None:
    batch = draw_batch()
    logits = torch.full((2, SIDE, SIDE), -6.0)
    costs = []
    for cells in (0, 1, 6):
        logits[0, 4:10, 4 : 4 + cells] = 6.0
        costs.append(judge_things(batch, logits.clone()))
    assert costs[0] > 5
    assert costs[0] > 20 * costs[1]
    assert costs[1] > costs[2]


def test_a_batch_without_any_label_still_has_a_gradient() -> None:
    batch = draw_batch()._replace(kinds=torch.full((2, SIDE, SIDE), IGNORE))
    batch.labels[:], batch.things[:] = IGNORE, 0
    outputs = cast(Outputs, tuple(values.requires_grad_() for values in answer(batch)))
    weigh(measure_losses(outputs, batch)).backward()
    assert all(torch.isfinite(values.grad).all() for values in outputs if values.grad is not None)
