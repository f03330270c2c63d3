"""Composed pictures as batches of tensors, made in worker processes, the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from model.layout import MAPS, STRIDE, normalise
from training.compositor import compose
from training.recipe import Recipe
from training.scene import IGNORE, Canvas
from training.stock import Stock

JUDGED = ("foreign", "spoiled")
"""Maps that the picture as a whole is judged by, too."""

_LEAST_SHARE = {"foreign": 0.12, "mould": 0.3, "spoiled": 0.4}
"""Share of a cell's pixels that makes it positive; thin objects fill little of a cell."""


class Batch(NamedTuple):
    """Tensors of one batch.

    Attributes:
        image: float32 (batch, 3, side, side).
        labels: uint8 (batch, 5, side/4, side/4): 0, 1 or IGNORE.
        kinds: int64 (batch, side/4, side/4): kind index, or IGNORE.
        things: uint8 (batch, side/4, side/4): number of the pasted thing, 0 for none.
        scene: int64 (batch,): 0 to 3, ANY_FOOD or UNKNOWN_SCENE.
        verdicts: int64 (batch, len(JUDGED)): 1, 0, or -1 where the labels themselves tell.
    """

    image: Tensor
    labels: Tensor
    kinds: Tensor
    things: Tensor
    scene: Tensor
    verdicts: Tensor


def shrink_labels(labels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Brings labels (5, height, width) to the network's cells (5, height/4, width/4)."""
    cells = (labels.shape[2] // STRIDE, labels.shape[1] // STRIDE)
    small = np.zeros((len(MAPS), cells[1], cells[0]), np.uint8)
    for i, name in enumerate(MAPS):
        hit, unsure = (
            cv2.resize((labels[i] == value).astype(np.float32), cells, interpolation=3)
            for value in (1, IGNORE)
        )
        least = _LEAST_SHARE.get(name, 0.5)
        small[i][unsure >= least] = IGNORE
        small[i][hit >= least] = 1
    return small


def shrink_kinds(kinds: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Brings kinds (height, width) to cells; a cell with any object pixel has its kind."""
    return np.asarray(_to_blocks(kinds).min((1, 3)), np.uint8)


def shrink_things(things: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Brings numbers of things (height, width) to cells; of several, the one pasted last counts."""
    return np.asarray(_to_blocks(things).max((1, 3)), np.uint8)


def _to_blocks(values: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = values.shape
    return values.reshape(height // STRIDE, STRIDE, width // STRIDE, STRIDE)


def to_batch(canvases: list[Canvas]) -> Batch:
    """Stacks composed pictures of one size."""
    return Batch(
        torch.from_numpy(np.stack([normalise(c.bgr) for c in canvases])),
        torch.from_numpy(np.stack([shrink_labels(c.labels) for c in canvases])),
        torch.from_numpy(np.stack([shrink_kinds(c.kinds) for c in canvases]).astype(np.int64)),
        torch.from_numpy(np.stack([shrink_things(c.things) for c in canvases])),
        torch.tensor([c.scene for c in canvases]),
        torch.tensor([[int(c.verdicts.get(name, -1)) for name in JUDGED] for c in canvases]),
    )


class ComposedPictures(IterableDataset[Batch]):
    """Batches first..last of a run; batch k is drawn from (seed, k) alone, whoever makes it."""

    def __init__(
        self, stock: Stock, recipe: Recipe, seed: int, size: int, first: int, last: int
    ) -> None:
        self.stock, self.recipe, self.seed = stock, recipe, seed
        self.size, self.first, self.last = size, first, last

    def __iter__(self) -> Iterator[Batch]:
        cv2.setNumThreads(1)
        worker = get_worker_info()
        offset, step = (worker.id, worker.num_workers) if worker else (0, 1)
        for number in range(self.first + offset, self.last, step):
            rng = np.random.default_rng((self.seed, number))
            yield to_batch([compose(rng, self.stock, self.recipe) for _ in range(self.size)])


def load_batches(
    pictures: ComposedPictures, workers: int, *, pinned: bool = False
) -> DataLoader[Batch]:
    """Returns a loader that composes in `workers` processes, ahead of the training step.

    Batches come in the order of their numbers, however many processes there are.

    Args:
        pictures: batches to compose.
        workers: processes; 0 composes in this one. Each keeps two batches or more in shared memory.
        pinned: in memory that a GPU copies from while it computes.
    """
    return DataLoader(
        pictures,
        batch_size=None,
        num_workers=workers,
        prefetch_factor=max(2, 4 // workers) if workers else None,
        persistent_workers=False,
        pin_memory=pinned,
        multiprocessing_context="fork" if workers else None,
    )
