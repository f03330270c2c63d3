"""Learning from agents' verdicts: a challenger against the champion, on claims new to both."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from model.errors import InvalidInput
from model.scorer import Scorer
from model.weights import WEIGHTS, load_release
from training.build import Index, load_index
from training.candidates import CHECKPOINT, FIGURES, Scope, measure_release, prepare_candidate
from training.checkpoints import join_checkpoints, split_checkpoint
from training.claims import ClaimPhoto, read_claims
from training.fit import FitSettings, fit
from training.manifests import TEST, TRAIN, photos_root
from training.recipe import Recipe
from training.release import find_objections, put_in_service
from training.stock import load_stock

LEAST_CLAIMS = 30
"""Labelled photos that must stay aside: fewer cannot show a difference."""
_RESAMPLES = 2000
_CONFIDENCE = 0.95


@dataclass(frozen=True)
class RetrainSettings:
    """Hyperparameters of retraining.

    Attributes:
        steps: optimiser steps, short: the champion is the start.
        head_rate: a fifth of the first training's.
        backbone_rate: a fifth of the first training's.
        seed: of composition.
        build: folder of `python -m training build`.
        scope: how much is measured.
    """

    steps: int = 300
    head_rate: float = 4e-4
    backbone_rate: float = 8e-5
    seed: int = 1
    build: Path = Path("runs/build")
    scope: Scope = field(default_factory=Scope)


def retrain(
    claims: Path,
    run: Path,
    settings: RetrainSettings,
    weights: Path = WEIGHTS,
    *,
    may_release: bool = True,
) -> dict[str, Any]:
    """Trains a challenger, compares it with the champion, and releases it if it is better.

    Args:
        claims: folder that `python -m serve export` wrote.
        run: folder for the challenger.
        settings: hyperparameters.
        weights: the champion; replaced on release.
        may_release: False only compares.

    Returns:
        The comparison: figures of both on the claims set aside, and the objections, if any.

    Raises:
        InvalidInput: there are too few labelled claims to compare on.
    """
    learned, held = split_claims(read_claims(claims))
    index = load_index(photos_root(), settings.build)
    checkpoint = _fit_challenger(index, learned, run, settings, weights / CHECKPOINT)
    candidate = run / "candidate"
    challenger = prepare_candidate(index, checkpoint, candidate, settings.scope)
    champion = measure_release(index, load_release(weights), run / "champion", settings.scope)
    verdict = compare_on_claims(Scorer(weights), Scorer(candidate), held)
    verdict["objections"] += find_objections(champion, challenger, needs_gain=False)
    verdict["claims"] = {"learned_from": len(learned), "compared_on": len(held)}
    (run / "verdict.json").write_text(json.dumps(verdict, indent=2) + "\n", "utf-8")
    if may_release and not verdict["objections"]:
        (run / "champion" / FIGURES).replace(weights / FIGURES)
        verdict["released"] = put_in_service(candidate, weights)
    return verdict


def split_claims(claims: Sequence[ClaimPhoto]) -> tuple[list[ClaimPhoto], list[ClaimPhoto]]:
    """Returns the claims to learn from and those set aside to compare on.

    Raises:
        InvalidInput: there are too few of either.
    """
    learned = [claim for claim in claims if claim.split == TRAIN]
    held = [claim for claim in claims if claim.split == TEST]
    if len(held) < LEAST_CLAIMS or not learned:
        raise InvalidInput(
            f"Comparing two models takes at least {LEAST_CLAIMS} labelled photos set aside",
            f"{len(held)} of {len(claims)}",
            "Export again when agents have labelled more claims",
            code="too_few_claims",
        )
    return learned, held


def _fit_challenger(
    index: Index,
    learned: Sequence[ClaimPhoto],
    run: Path,
    settings: RetrainSettings,
    start: Path,
) -> Path:
    """Fine-tunes the champion, each of its networks, on composites and claims.

    Returns:
        The challenger's checkpoint.
    """
    stock = replace(load_stock(index.trainable(), TRAIN), claims=learned)
    fitting = FitSettings(
        steps=settings.steps,
        head_rate=settings.head_rate,
        backbone_rate=settings.backbone_rate,
        seed=settings.seed,
    )
    members = split_checkpoint(start, run)
    if len(members) == 1:
        return fit(stock, Recipe(), fitting, run, start)
    fitted = [fit(stock, Recipe(), fitting, run / path.stem, path) for path in members]
    return join_checkpoints(fitted, run / CHECKPOINT)


def compare_on_claims(
    champion: Scorer, challenger: Scorer, claims: Sequence[ClaimPhoto]
) -> dict[str, Any]:
    """Compares two models by their log loss on agents' labels, photo by photo.

    Better means: the mean gain is above zero with 95 % confidence (paired bootstrap, Efron 1979),
    and for neither problem it is below zero with that confidence.
    """
    losses = [_lose(champion, challenger, claim) for claim in tqdm(claims, "compare")]
    gains = {
        name: np.array([one[name][0] - one[name][1] for one in losses if name in one])
        for name in ("foreign_object", "spoilage")
    }
    every = np.concatenate(list(gains.values()))
    low, _ = bound_mean(every)
    objections = [] if low > 0 else [f"gain on claims not above zero: {_say(every)}"]
    objections += [
        f"worse at {name}: {_say(values)}"
        for name, values in gains.items()
        if values.size and bound_mean(values)[1] < 0
    ]
    return {
        "log_loss_gain": {name: _say(values) for name, values in gains.items()},
        "objections": objections,
    }


def bound_mean(values: np.ndarray) -> tuple[float, float]:
    """One-sided bootstrap bounds of a mean, each at 95 % confidence; wide open without data."""
    if values.size < 2:
        return -np.inf, np.inf
    rng = np.random.default_rng(0)
    means = rng.choice(values, (_RESAMPLES, values.size)).mean(1)
    return float(np.quantile(means, 1 - _CONFIDENCE)), float(np.quantile(means, _CONFIDENCE))


def _say(values: np.ndarray) -> str:
    if not values.size:
        return "no labels"
    low, high = bound_mean(values)
    return f"{values.mean():.4f} ({low:.4f} to {high:.4f}) on {values.size} labels"


def _lose(
    champion: Scorer, challenger: Scorer, claim: ClaimPhoto
) -> dict[str, tuple[float, float]]:
    """Log losses of both models on one photo, by problem; a photo one cannot use is a coin toss."""
    data = claim.path.read_bytes()
    shares = [_read_shares(scorer, data) for scorer in (champion, challenger)]
    truths = {"foreign_object": claim.foreign, "spoilage": claim.spoiled}
    return {
        name: (_log_loss(shares[0][name], truth), _log_loss(shares[1][name], truth))
        for name, truth in truths.items()
        if truth is not None
    }


def _read_shares(scorer: Scorer, data: bytes) -> dict[str, float]:
    scores = scorer.assess(data).scores
    return {
        "foreign_object": scores.foreign_object.probability if scores.foreign_object else 0.5,
        "spoilage": scores.spoilage.probability if scores.spoilage else 0.5,
    }


def _log_loss(share: float, truth: bool) -> float:
    bounded = min(max(share, 1e-3), 1 - 1e-3)
    return float(-np.log(bounded if truth else 1 - bounded))
