"""What the network is asked for: dense maps, kinds, scene, and a verdict on the whole picture."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from model.layout import MAPS
from training.batches import JUDGED, Batch
from training.scene import ANY_FOOD, IGNORE, UNKNOWN_SCENE

WEIGHTS = {
    "food": 0.5,
    "container": 0.3,
    "spoiled": 1.0,
    "mould": 0.7,
    "foreign": 1.5,
    "kinds": 0.5,
    "scene": 0.4,
    "spoiled_image": 0.25,
    "foreign_image": 0.4,
    "things": 0.5,
}
"""Weights of the parts; foreign objects are small and hardest, so they weigh most."""

_TOP_CELLS = {"foreign": 10, "spoiled": 24}
"""Cells that decide for the picture, at the scale of inference whatever the crop: about the least
defect worth a claim."""


def measure_losses(outputs: tuple[Tensor, Tensor, Tensor], batch: Batch) -> dict[str, Tensor]:
    """Returns the unweighted parts of the loss by name, each a scalar."""
    maps, kinds, scene = outputs
    losses: dict[str, Tensor] = {}
    for i, name in enumerate(MAPS):
        logits, labels = maps[:, i], batch.labels[:, i]
        if name in ("food", "container"):
            losses[name] = _cross_entropy(logits, labels)
        else:
            losses[name] = _focal(logits, labels) + 0.5 * _dice(logits, labels)
        if name in _TOP_CELLS:
            verdicts = batch.verdicts[:, JUDGED.index(name)]
            losses[f"{name}_image"] = _judge_image(logits, labels, verdicts, _TOP_CELLS[name])
    losses["things"] = _judge_things(
        maps[:, MAPS.index("foreign")], batch.labels[:, MAPS.index("foreign")], batch.things
    )
    losses["kinds"] = _judge_kinds(kinds, batch.kinds)
    losses["scene"] = _judge_scene(scene, batch.scene)
    return losses


def weigh(losses: dict[str, Tensor]) -> Tensor:
    """Returns the weighted sum."""
    return torch.stack([WEIGHTS[name] * value for name, value in losses.items()]).sum()


def _cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    known = (labels != IGNORE).float()
    loss = functional.binary_cross_entropy_with_logits(
        logits, (labels == 1).float(), reduction="none"
    )
    return (loss * known).sum() / known.sum().clamp(min=1)


def _focal(logits: Tensor, labels: Tensor) -> Tensor:
    """Focal loss (Lin et al. 2017), gamma 2, divided by the positives so that small ones count."""
    known = (labels != IGNORE).float()
    target = (labels == 1).float()
    loss = functional.binary_cross_entropy_with_logits(logits, target, reduction="none")
    wrong = 1 - torch.exp(-loss)
    count = (target * known).sum().clamp(min=0.01 * target.numel())
    return (wrong**2 * loss * known).sum() / count


def _dice(logits: Tensor, labels: Tensor) -> Tensor:
    """Soft dice over the pictures that show the defect."""
    known = (labels != IGNORE).float()
    target = (labels == 1).float()
    share = torch.sigmoid(logits) * known
    present = target.sum((1, 2)) > 0
    if not present.any():
        return logits.sum() * 0
    overlap = (share * target).sum((1, 2))[present]
    total = (share.sum((1, 2)) + target.sum((1, 2)))[present]
    return 1 - ((2 * overlap + 1) / (total + 1)).mean()


def _judge_kinds(logits: Tensor, labels: Tensor) -> Tensor:
    """Cross entropy in which every kind in the batch counts alike, however many cells it fills."""
    known = labels != IGNORE
    if not known.any():
        return logits.sum() * 0
    targets = labels[known]
    counts = torch.bincount(targets, minlength=logits.shape[1]).clamp(min=1)
    return functional.cross_entropy(logits.permute(0, 2, 3, 1)[known], targets, 1 / counts)


def _judge_image(logits: Tensor, labels: Tensor, verdicts: Tensor, cells: int) -> Tensor:
    """Cross entropy of the strongest cells' mean against whether the picture shows the defect."""
    known = labels != IGNORE
    told = verdicts >= 0
    decided = told | (known.flatten(1).float().mean(1) > 0.5)
    if not decided.any():
        return logits.sum() * 0
    searched = known | told[:, None, None]
    strongest = logits.masked_fill(~searched, -20.0).flatten(1).topk(cells).values.mean(1)
    seen = (labels == 1).flatten(1).any(1)
    target = torch.where(told, verdicts == 1, seen).float()
    return functional.binary_cross_entropy_with_logits(strongest[decided], target[decided])


def _judge_things(logits: Tensor, labels: Tensor, things: Tensor) -> Tensor:
    """Cross entropy of each pasted thing's soft maximum against whether it is foreign.

    Objects and controls count alike, however many cells they fill. The soft maximum is the log of
    the mean exponential (Pinheiro and Collobert 2015), sharpness 2.
    """
    inside = things > 0
    if not inside.any():
        return logits.sum() * 0
    picture = torch.arange(len(things), device=things.device)[:, None, None].expand(things.shape)
    _, thing = torch.unique(picture[inside] * 256 + things[inside].long(), return_inverse=True)
    count = torch.bincount(thing).float()
    power = torch.exp(2 * logits[inside].clamp(-20, 20))
    mean = torch.zeros_like(count).index_add(0, thing, power) / count
    foreign = torch.zeros_like(count).index_add(0, thing, (labels[inside] == 1).float()) > 0
    return functional.binary_cross_entropy_with_logits(mean.log() / 2, foreign.float())


def _judge_scene(logits: Tensor, scene: Tensor) -> Tensor:
    """Cross entropy; of ANY_FOOD only the sum over the food classes is asked."""
    log_shares = torch.log_softmax(logits, 1)
    food = torch.logsumexp(log_shares[:, :3], 1)
    exact = functional.nll_loss(log_shares, scene.clamp(0, 3), reduction="none")
    loss = torch.where(scene == ANY_FOOD, -food, exact)
    counted = (scene != UNKNOWN_SCENE).float()
    return (loss * counted).sum() / counted.sum().clamp(min=1)
