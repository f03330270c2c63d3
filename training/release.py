"""The release gate: only a measurably better model replaces the one in service; one step back."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from model.errors import Conflict, NotFound
from model.weights import CALIBRATION, GRAPH, RELEASE, WEIGHTS, load_release
from training.candidates import CHECKPOINT, FIGURES
from training.card import write_figures
from training.evaluate import list_aurocs
from training.targets import TARGETS, reaches, read_figure, read_finite, tell

FILES = (GRAPH, CALIBRATION, RELEASE, CHECKPOINT, FIGURES)
PREVIOUS, CARD = "previous", "card.md"
_GAIN = 0.002
"""Mean gain of the headline AUROCs from which a challenger counts as better."""
_LOSS = 0.01
"""The most that any one of them may lose."""
_LEAST_CASES = 30
"""Cases below which a target that is missed may be missed by chance."""


def find_objections(
    champion: dict[str, Any], challenger: dict[str, Any], *, needs_gain: bool = True
) -> list[str]:
    """Returns why a challenger must not be released; empty when it may.

    Args:
        champion: figures of the weights that serve, on the same cases.
        challenger: figures of the candidate.
        needs_gain: whether it must be better on these cases, or only no worse.
    """
    ours, theirs = list_aurocs(champion), list_aurocs(challenger)
    if champion.get("scope") != challenger.get("scope"):
        return ["the two were not measured on the same cases: evaluate both with the same options"]
    if unmatched := sorted(set(ours) ^ set(theirs)):
        return [
            "the two were not measured on the same cases: evaluate both with this version; only "
            f"one of them has {', '.join(unmatched)}"
        ]
    if not ours:
        return ["nothing was measured: evaluate with more photos"]
    gains = {name: theirs[name] - ours[name] for name in ours}
    objections = [
        f"{name} falls from {ours[name]} to {theirs[name]}"
        for name, gain in gains.items()
        if gain < -_LOSS
    ]
    objections += _list_lost(champion, challenger)
    mean = sum(gains.values()) / len(gains)
    if needs_gain and mean < _GAIN:
        objections.append(f"mean gain {mean:.4f}, needed {_GAIN}")
    return objections


def _list_lost(champion: dict[str, Any], challenger: dict[str, Any]) -> list[str]:
    """Returns targets that a champion reached and a challenger surely misses, in words.

    A share may miss by two standard errors, an AUROC by 0.01. What has no count, was not
    measured, or was counted on fewer than `_LEAST_CASES` cases says nothing either way.
    """
    lost = []
    for target in TARGETS:
        counts = [read_figure(challenger, path) for path, _ in target.counts]
        had, has = (read_finite(figures, target.figure) for figures in (champion, challenger))
        if had is None or has is None or not counts or (counts[0] or 0) < _LEAST_CASES:
            continue
        if reaches(target, had) and not reaches(target, has, counts[0]):
            lost.append(f"{target.what}, {target.data}: {tell(has, target.unit)} is missed now")
    return lost


def release(candidate: Path, weights: Path = WEIGHTS) -> str:
    """Puts a candidate in service if it is better than the weights there; returns its version.

    Args:
        candidate: folder that `evaluate` filled.
        weights: folder that serves.

    Raises:
        Conflict: the candidate is not better.
        NotFound: the candidate lacks a file.
    """
    _check_complete(candidate)
    if (weights / FIGURES).is_file():
        champion, challenger = (
            json.loads((folder / FIGURES).read_text("utf-8")) for folder in (weights, candidate)
        )
        if objections := find_objections(champion, challenger):
            raise Conflict(
                "A challenger is released only where it is measurably better",
                "; ".join(objections),
                "Keep the champion, or train on",
                code="not_better",
            )
    return put_in_service(candidate, weights)


def put_in_service(candidate: Path, weights: Path = WEIGHTS) -> str:
    """Replaces the weights by a candidate, keeping the ones before; returns the new version.

    Raises:
        NotFound: the candidate lacks a file.
    """
    _check_complete(candidate)
    fresh = load_release(candidate)
    if (weights / RELEASE).is_file():
        _move(weights, weights / PREVIOUS)
    weights.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copy(candidate / name, weights / name)
    _update_card(weights)
    return fresh.version


def _check_complete(candidate: Path) -> None:
    for name in FILES:
        if not (candidate / name).is_file():
            raise NotFound(
                "A candidate has " + ", ".join(FILES),
                candidate / name,
                "Run `python -m training evaluate --run` first",
                code="incomplete_candidate",
            )


def go_back(weights: Path = WEIGHTS) -> str:
    """Puts the previous release back in service; returns its version.

    Raises:
        NotFound: there is none.
    """
    previous = weights / PREVIOUS
    if not (previous / RELEASE).is_file():
        raise NotFound(
            "There is a previous release to go back to",
            previous,
            "Check out the weights of an earlier commit",
            code="no_previous",
        )
    _check_complete(previous)
    for name in FILES:
        (previous / name).replace(weights / name)
    _update_card(weights)
    return load_release(weights).version


def _update_card(weights: Path) -> None:
    """The card beside the weights tells the figures of the release that serves."""
    card = weights.parent / CARD
    if card.is_file():
        write_figures(card, json.loads((weights / FIGURES).read_text("utf-8")))


def _move(source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        if (source / name).is_file():
            (source / name).replace(target / name)
