"""What every table of figures is counted with: slices of cases, means, AUROCs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from training.measure import Measured
from training.statistics import measure_auroc

Figures = dict[str, Any]


def starts(items: Sequence[Measured], *prefixes: str) -> list[Measured]:
    """Returns the cases whose slice begins with one of the prefixes."""
    return [m for m in items if m.case.slice.startswith(prefixes)]


def part(items: Sequence[Measured], which: Callable[[Measured], str]) -> dict[str, list[Measured]]:
    """Returns the cases by a name that each of them has, names in order."""
    parts: dict[str, list[Measured]] = defaultdict(list)
    for m in items:
        parts[which(m)].append(m)
    return dict(sorted(parts.items()))


def thing_of(item: Measured) -> str:
    """Returns what a case shows, or its source: the second half of its slice's name."""
    return item.case.slice.split("/")[1]


def list_scores(items: Sequence[Measured], name: str) -> list[float]:
    """Returns the scores of one defect: foreign, spoiled or mould."""
    return [m.scores[name] for m in items]


def average(values: Sequence[float | bool]) -> float:
    """Returns the mean to four digits; nan of nothing."""
    return round(float(np.mean(values)), 4) if len(values) else float("nan")


def compare(positive: Iterable[float], negative: Iterable[float]) -> float:
    """Returns the AUROC to four digits; nan where a side is empty."""
    return round(measure_auroc(list(positive), list(negative)), 4)
