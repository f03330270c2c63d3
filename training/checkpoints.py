"""Files of weights: what a run leaves, and what the next one or the export begins from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from torch import Tensor, nn

from model.errors import InvalidInput
from model.network import Network
from model.photo import digest

Weights = Mapping[str, Tensor]


def save_weights(network: nn.Module, path: Path, settings: dict[str, object]) -> Path:
    """Writes a checkpoint that `fit` can start from and `export` can read."""
    weights = {name: value.detach().cpu() for name, value in network.state_dict().items()}
    return _write({"weights": weights, "settings": settings}, path)


def load_weights(network: nn.Module, path: Path) -> None:
    """Reads what `save_weights` wrote.

    Raises:
        InvalidInput: the file is no checkpoint of this network, or one of several.
    """
    stored = _read(path)
    if "members" in stored:
        raise InvalidInput(
            "One network learns or is blended at a time",
            f"{path} holds {len(stored['members'])}, which answer together",
            "Take them apart: `python -m training split`",
            code="several_networks",
        )
    _fill(network, stored.get("weights", {}), path)


def join_checkpoints(paths: Sequence[Path], out: Path) -> Path:
    """Writes one checkpoint of several networks, which answer together.

    Weights of convolutions and linear layers are kept in half precision, so that what ships stays
    small: join first, then measure and export.

    Args:
        paths: checkpoints of one network each, or of several.
        out: where to write; keeps the digests of all.

    Raises:
        InvalidInput: there are fewer than two, one is no checkpoint of this network, or would be
            overwritten.
    """
    if len(paths) < 2:
        raise InvalidInput(
            "At least two checkpoints are joined",
            f"{len(paths)}",
            "Name another one",
            code="one_checkpoint",
        )
    refuse_overwriting(out, paths)
    networks = [network for path in paths for network in load_members(path)]
    members = [_halve(network.state_dict()) for network in networks]
    settings = {"answers_of": [digest(path.read_bytes()) for path in paths]}
    return _write({"members": members, "settings": settings}, out)


def refuse_overwriting(out: Path, made_of: Sequence[Path]) -> None:
    """Raises where a checkpoint would replace one of those that it is made of.

    Raises:
        InvalidInput: it would.
    """
    if out.resolve() in [path.resolve() for path in made_of]:
        raise InvalidInput(
            "A checkpoint is written beside those that it is made of",
            str(out),
            "Name another folder with --run",
            code="overwrites_checkpoint",
        )


def split_checkpoint(path: Path, folder: Path) -> list[Path]:
    """Returns checkpoints of one network each; writes them, where `path` holds several.

    Raises:
        InvalidInput: the file is no checkpoint of this network.
    """
    members = _read_members(path)
    if len(members) == 1:
        return [path]
    return [
        _write({"weights": weights, "settings": {}}, folder / f"member{number}.pt")
        for number, weights in enumerate(members, 1)
    ]


def load_members(path: Path) -> list[Network]:
    """Returns the networks of a checkpoint, mostly one, ready to infer.

    Raises:
        InvalidInput: the file is no checkpoint of this network.
    """
    networks = []
    for weights in _read_members(path):
        network = Network()
        _fill(network, weights, path)
        networks.append(network.eval())
    return networks


def _read_members(path: Path) -> list[Weights]:
    stored = _read(path)
    members: list[Weights] = stored.get("members") or [stored.get("weights", {})]
    return members


def _halve(weights: Weights) -> Weights:
    """Statistics and offsets, which are vectors, may be too small for half precision."""
    return {name: value.half() if value.ndim > 1 else value for name, value in weights.items()}


def _read(path: Path) -> dict[str, Any]:
    try:
        stored = torch.load(path, map_location="cpu", weights_only=True)
    except (RuntimeError, EOFError, OSError, UnpicklingError) as error:
        raise _refuse(path) from error
    if not isinstance(stored, dict):
        raise _refuse(path)
    return stored


def _fill(network: nn.Module, weights: Weights, path: Path) -> None:
    try:
        network.load_state_dict(weights)
    except (RuntimeError, TypeError, AttributeError) as error:
        raise _refuse(path) from error


def _write(stored: dict[str, object], path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    # A run that is killed while it writes leaves what it wrote before.
    new = path.with_name(f"{path.name}.new")
    torch.save(stored, new)
    return new.replace(path)


def _refuse(path: Path) -> InvalidInput:
    return InvalidInput(
        "A checkpoint holds the weights of this network",
        str(path),
        "Name a checkpoint that `fit` of this version wrote",
        code="other_network",
    )
