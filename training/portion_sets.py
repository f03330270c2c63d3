"""Which pairs fit the portion estimate, which measure it, and both in one go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from model.weights import Release
from training.build import Index
from training.manifests import CALIBRATION, TEST
from training.measure import run_with
from training.portion_figures import judge_portion
from training.portion_fit import fit_portion, read_pairs
from training.portion_pairs import RENDERED, PortionPair, drawn_pairs, rendered_pairs
from training.stock import Stock, load_stock
from training.unipd_pairs import tray_pairs


def calibration_pairs(
    stock: Stock, seed: int, count: int, rendered: Path = RENDERED
) -> Iterator[PortionPair]:
    """Yields drawn pairs and the rendered ones that are at hand; `stock` is of their split."""
    yield from drawn_pairs(stock, seed, count)
    yield from rendered_pairs(CALIBRATION, rendered)


def measuring_pairs(
    stock: Stock, seed: int, count: int, rendered: Path = RENDERED
) -> Iterator[PortionPair]:
    """Yields drawn, rendered and real pairs; real ones fit nothing, so all of them measure."""
    yield from drawn_pairs(stock, seed, count)
    yield from rendered_pairs(TEST, rendered)
    yield from tray_pairs(stock.index)


FITTED = ("undecided_most", "left_power", "left_below", "left_above", "fill_margin")
"""The numbers of a calibration that pairs fit."""


def refit(index: Index, release: Release, seed: int, count: int) -> dict[str, Any]:
    """Fits the portion of a release anew and measures it; writes nothing.

    Args:
        index: photos.
        release: network and calibration.
        seed: of the drawn pairs that measure; those that fit have the next.
        count: drawn pairs on either side.

    Returns:
        The numbers fitted on calibration pairs, and the figures on pairs that fitted nothing:
        with the release's own numbers and with these.
    """
    run = run_with(release.open_session())
    pairs = calibration_pairs(load_stock(index, CALIBRATION), seed + 1, count)
    fitted = fit_portion(read_pairs(run, pairs, release.calibration), release.calibration)
    pairs = measuring_pairs(load_stock(index, TEST), seed, count)
    readings = read_pairs(run, pairs, release.calibration)
    return {
        "fitted": {name: round(getattr(fitted, name), 4) for name in FITTED},
        "as_released": judge_portion(readings, release.calibration),
        "refitted": judge_portion(readings, fitted),
    }
