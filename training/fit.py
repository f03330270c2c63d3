"""The training loop: reads from top to bottom, resumes where it stopped."""

from __future__ import annotations

import math
import time
from copy import deepcopy
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from torch import Tensor, nn
from tqdm import tqdm

from model.errors import Conflict
from model.network import Network, load_imagenet_weights
from model.photo import digest
from training.batches import Batch, ComposedPictures, load_batches
from training.checkpoints import load_weights, save_weights
from training.losses import measure_losses, weigh
from training.norms import fix_norms
from training.recipe import Recipe
from training.stock import Stock

_MAY_CHANGE = ("steps", "workers", "device")
"""Settings that do not change what a batch of a run looks like."""


@dataclass(frozen=True)
class FitSettings:
    """Every hyperparameter of a run.

    Attributes:
        steps: optimiser steps; losses still fall after 1600.
        batch: pictures a step; 16 keeps the norms of the heads sound and a step under two seconds
            on 2 cores; the rates below are for it, see `scale_rates`.
        head_rate: learning rate of the new layers (AdamW).
        backbone_rate: of the pretrained layers, which must not be torn down.
        weight_decay: of all weights but biases and norms.
        warmup_steps: linear, then cosine to zero.
        average: decay of the exponential moving average that is released.
        frozen_blocks: first blocks of the backbone kept as they are; 3 halves a step on a CPU.
        seed: of composition and initialisation.
        workers: processes that compose; which of them makes a batch changes nothing in it.
        device: cpu or cuda; bf16 autocast on cuda only (older CPUs emulate it, slowly).
    """

    steps: int = 4200
    batch: int = 16
    head_rate: float = 2e-3
    backbone_rate: float = 4e-4
    weight_decay: float = 0.02
    warmup_steps: int = 60
    average: float = 0.997
    frozen_blocks: int = 2
    seed: int = 3
    workers: int = 1
    device: str = "cpu"


def scale_rates(settings: FitSettings, factor: float | None = None) -> FitSettings:
    """Returns the settings with both learning rates times a factor.

    Args:
        settings: with the rates of the default batch.
        factor: by default the square root of the batch over the default one. The noise of a mean
            gradient falls with that root (Krizhevsky 2014), and Adam's rates follow it (Malladi et
            al. 2022); their rule for the decay of Adam's moments is left out.
    """
    if factor is None:
        factor = math.sqrt(settings.batch / FitSettings.batch)
    return replace(
        settings,
        head_rate=settings.head_rate * factor,
        backbone_rate=settings.backbone_rate * factor,
    )


def fit(
    stock: Stock, recipe: Recipe, settings: FitSettings, out: Path, start: Path | None = None
) -> Path:
    """Trains and returns the path of the checkpoint with the averaged weights.

    Args:
        stock: material of the training split.
        recipe: how pictures are composed.
        settings: hyperparameters.
        out: folder for checkpoints; a run found there is resumed.
        start: checkpoint to begin from instead of ImageNet weights.
    """
    torch.manual_seed(settings.seed)
    network = Network()
    if start is None:
        load_imagenet_weights(network)
    else:
        load_weights(network, start)
    network.to(settings.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    averaged = deepcopy(network)
    freeze(network, settings.frozen_blocks)
    fix_norms(network.backbone)
    optimiser = _make_optimiser(network, settings)
    identity = identify_run(stock, recipe, settings, start)
    step = _resume(out, identity, network, averaged, optimiser)
    loader = load_batches(
        ComposedPictures(stock, recipe, settings.seed, settings.batch, step, settings.steps),
        settings.workers,
        pinned=settings.device == "cuda",
    )
    progress = tqdm(loader, "fit", total=settings.steps, initial=step, mininterval=10)
    began = time.monotonic()
    for batch in progress:
        for group in optimiser.param_groups:
            group["lr"] = group["peak"] * schedule(step, settings)
        # Dropout draws from it: a resumed run must draw what it would have drawn.
        torch.manual_seed(settings.seed * 1_000_003 + step)
        losses = _take_step(network, optimiser, batch, settings)
        _average(averaged, network, min(settings.average, (step + 1) / (step + 10)))
        step += 1
        if step % 50 == 0:
            rate = 50 * settings.batch / (time.monotonic() - began)
            began = time.monotonic()
            parts = " ".join(f"{name} {float(value):.3f}" for name, value in losses.items())
            tqdm.write(f"step {step} {rate:.1f}/s {parts}")
        if step % 200 == 0 or step == settings.steps:
            _save(out, identity, step, network, averaged, optimiser)
            save_weights(averaged, out / "latest.pt", {**asdict(settings), "step": step})
    return save_weights(averaged, out / "checkpoint.pt", asdict(settings))


def schedule(step: int, settings: FitSettings) -> float:
    """Learning rate as a share of its peak: linear warm-up, then cosine."""
    if step < settings.warmup_steps:
        return (step + 1) / settings.warmup_steps
    done = (step - settings.warmup_steps) / max(1, settings.steps - settings.warmup_steps)
    return 0.5 * (1 + math.cos(math.pi * done))


def freeze(network: Network, blocks: int) -> None:
    """Keeps the stem and the first blocks of the backbone as they are, norms included."""
    network.train()
    names = ["conv_stem", "bn1", *(f"blocks.{k}" for k in range(blocks))] if blocks else []
    for name in names:
        module = network.backbone.get_submodule(name)
        module.eval()
        module.requires_grad_(False)


def _take_step(
    network: Network, optimiser: torch.optim.Optimizer, batch: Batch, settings: FitSettings
) -> dict[str, Tensor]:
    """Returns the losses where they were computed: reading them would wait for a GPU."""
    batch = Batch(*(tensor.to(settings.device, non_blocking=True) for tensor in batch))
    image = batch.image.contiguous(memory_format=torch.channels_last)
    with torch.autocast(settings.device, torch.bfloat16, enabled=settings.device == "cuda"):
        outputs = network(image)
    maps, kinds, scene = (output.float() for output in outputs)
    losses = measure_losses((maps, kinds, scene), batch)
    optimiser.zero_grad(set_to_none=True)
    weigh(losses).backward()
    nn.utils.clip_grad_norm_(network.parameters(), 5.0)
    optimiser.step()
    return {name: value.detach() for name, value in losses.items()}


def _make_optimiser(network: Network, settings: FitSettings) -> torch.optim.Optimizer:
    groups = []
    for is_backbone in (True, False):
        for decays in (True, False):
            chosen = [
                value
                for name, value in network.named_parameters()
                if value.requires_grad
                and name.startswith("backbone") == is_backbone
                and (value.ndim > 1) == decays
            ]
            rate = settings.backbone_rate if is_backbone else settings.head_rate
            decay = settings.weight_decay if decays else 0.0
            groups.append({"params": chosen, "lr": rate, "peak": rate, "weight_decay": decay})
    return torch.optim.AdamW(groups)


@torch.no_grad()
def _average(averaged: Network, network: Network, decay: float) -> None:
    ours, theirs = averaged.state_dict(), network.state_dict()
    for name, value in ours.items():
        if value.dtype.is_floating_point:
            value.lerp_(theirs[name], 1 - decay)
        else:
            value.copy_(theirs[name])


def identify_run(stock: Stock, recipe: Recipe, settings: FitSettings, start: Path | None) -> str:
    """Returns a digest of what a run learns from; only the number of steps may change midway."""
    learned = {name: value for name, value in asdict(settings).items() if name not in _MAY_CHANGE}
    parts = [
        repr(sorted({**learned, **asdict(recipe)}.items())),
        repr([claim.path.name for claim in stock.claims]),
        repr((stock.alarms, [row.path for row in stock.hard_meals])),
        digest(start.read_bytes()) if start else "",
    ]
    return digest("\n".join(parts).encode())


def _save(
    out: Path,
    identity: str,
    step: int,
    network: Network,
    averaged: Network,
    optimiser: torch.optim.Optimizer,
) -> None:
    out.mkdir(parents=True, exist_ok=True)
    state = {
        "identity": identity,
        "step": step,
        "network": network.state_dict(),
        "averaged": averaged.state_dict(),
        "optimiser": optimiser.state_dict(),
    }
    torch.save(state, out / "run.pt.new")
    (out / "run.pt.new").replace(out / "run.pt")


def _resume(
    out: Path,
    identity: str,
    network: Network,
    averaged: Network,
    optimiser: torch.optim.Optimizer,
) -> int:
    path = out / "run.pt"
    if not path.exists():
        return 0
    state = torch.load(path, map_location="cpu", weights_only=True)
    if state["identity"] != identity:
        raise Conflict(
            "A run is resumed with what it began with: settings, start and claims",
            f"another run in {out}",
            "Name another folder with --run, or remove this one",
            code="other_run",
        )
    network.load_state_dict(state["network"])
    averaged.load_state_dict(state["averaged"])
    optimiser.load_state_dict(state["optimiser"])
    return int(state["step"])
