"""The mean of two networks' weights: what a run began with, and what it made of it."""

from __future__ import annotations

from pathlib import Path

import torch

from model.errors import InvalidInput
from model.network import Network
from training.fit import save_weights


def blend(start: Path, end: Path, out: Path, share: float = 0.5) -> Path:
    """Writes a checkpoint whose weights are the mean of two.

    Weights before and after further training lie in one basin; their mean forgets less and gives
    steadier answers than either, at no cost (Wortsman et al. 2022, robust fine-tuning).

    Args:
        start: checkpoint that a run began from.
        end: checkpoint that the run ended with.
        out: where to write.
        share: weight of `end`, in [0, 1].

    Raises:
        InvalidInput: the two are not of this network.
    """
    networks = [Network(), Network()]
    for network, path in zip(networks, (start, end), strict=True):
        _load(network, path)
    mixed, theirs = networks[0].state_dict(), networks[1].state_dict()
    for name, value in mixed.items():
        if value.dtype.is_floating_point:
            value.lerp_(theirs[name], share)
    return save_weights(networks[0], out, {"blend": share})


def _load(network: Network, path: Path) -> None:
    try:
        network.load_state_dict(torch.load(path, weights_only=True)["weights"])
    except (RuntimeError, KeyError, TypeError) as error:
        raise InvalidInput(
            "A blend is made of two checkpoints of this network",
            str(path),
            "Name checkpoints that `fit` of this version wrote",
            code="other_network",
        ) from error
