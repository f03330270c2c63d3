"""Which pairs fit the portion estimate and which measure it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from training.manifests import CALIBRATION, TEST
from training.portion_pairs import RENDERED, PortionPair, drawn_pairs, rendered_pairs
from training.stock import Stock
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
