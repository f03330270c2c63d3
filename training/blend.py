"""The mean of two networks' weights: what a run began with, and what it made of it."""

from __future__ import annotations

from pathlib import Path

from model.network import Network
from model.photo import digest
from training.checkpoints import load_weights, refuse_overwriting, save_weights


def blend(start: Path, end: Path, out: Path) -> Path:
    """Writes a checkpoint whose weights are the mean of two.

    Weights before and after further training lie in one basin; their mean forgets less and gives
    steadier answers than either, at no cost (Wortsman et al. 2022, robust fine-tuning).

    Args:
        start: checkpoint that a run began from.
        end: checkpoint that the run ended with.
        out: where to write; keeps the digests of both.

    Raises:
        InvalidInput: one is not of this network, or would be overwritten.
    """
    refuse_overwriting(out, (start, end))
    networks = [Network(), Network()]
    for network, path in zip(networks, (start, end), strict=True):
        load_weights(network, path)
    mixed, theirs = networks[0].state_dict(), networks[1].state_dict()
    for name, value in mixed.items():
        if value.dtype.is_floating_point:
            value.lerp_(theirs[name], 0.5)
    return save_weights(
        networks[0], out, {"mean_of": [digest(path.read_bytes()) for path in (start, end)]}
    )
