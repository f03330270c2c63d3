"""Files of weights: what a run leaves, and what the next one or the export begins from."""

from __future__ import annotations

from pathlib import Path
from pickle import UnpicklingError

import torch
from torch import nn

from model.errors import InvalidInput


def save_weights(network: nn.Module, path: Path, settings: dict[str, object]) -> Path:
    """Writes a checkpoint that `fit` can start from and `export` can read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    weights = {name: value.detach().cpu() for name, value in network.state_dict().items()}
    # A run that is killed while it writes leaves what it wrote before.
    new = path.with_name(f"{path.name}.new")
    torch.save({"weights": weights, "settings": settings}, new)
    return new.replace(path)


def load_weights(network: nn.Module, path: Path) -> None:
    """Reads what `save_weights` wrote.

    Raises:
        InvalidInput: the file is no checkpoint of this network.
    """
    try:
        network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True)["weights"])
    except (RuntimeError, KeyError, TypeError, EOFError, OSError, UnpicklingError) as error:
        raise InvalidInput(
            "A checkpoint holds the weights of this network",
            str(path),
            "Name a checkpoint that `fit` of this version wrote",
            code="other_network",
        ) from error
