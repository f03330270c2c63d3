"""Figures of every subject, counted on made-up cases, for tests of what shows them."""

from typing import Any

from tests.model.conftest import PLAIN
from tests.training.measures import make_measured
from training.evaluate import evaluate
from training.measure import Measured, Run


def never_run(_bgr: object) -> object:
    raise AssertionError("no pair was given")


RUN: Run = never_run  # type: ignore[assignment]
"""A network for figures without pairs of containers."""


def list_cases() -> list[Measured]:
    """Forty clean photos scored -4 to -0.1; half of the objects above all of them."""
    clean = [
        make_measured(
            f"clean/{'ab'[n % 2]}", -4 + 0.1 * n, severity="severe" if n == 39 else "none"
        )
        for n in range(40)
    ]
    shown: dict[str, Any] = {"foreign": True, "kind": "hair"}
    hairs = [
        make_measured(
            "foreign/hair",
            1.0,
            peak_hit=n > 0,
            box_hit=n > 0,
            surest_box_hit=n > 2,
            named_kind=("other", "other", "glass", "hair")[min(n, 3)] if n else None,
            **shown,
        )
        for n in range(10)
    ]
    glass = make_measured(
        "foreign/glass", -9.0, peak_hit=True, box_hit=True, foreign=True, kind="glass"
    )
    keys = [
        make_measured(
            "unseen/key", -1.0 + 2 * n, foreign=True, kind="metal", peak_hit=True, box_hit=n > 2
        )
        for n in range(4)
    ]
    return [*clean, *hairs, *[glass] * 10, *keys, *list_spoiled(), *list_rest()]


def list_spoiled() -> list[Measured]:
    """Eight composites told spoiled, one missed."""
    spoiled = [
        make_measured("spoiled/drawn", 2.0, spoiled=True, truth=0.3, marked=0.25) for _ in range(8)
    ]
    missed = make_measured("spoiled/leaf", -3.0, spoiled=True, truth=0.4, marked=0.0)
    return [*spoiled, missed]


def list_rest() -> list[Measured]:
    """Controls, a photo without food, and produce."""
    unknown = -1
    leaf = make_measured(
        "decayed/coffee", 1.0, foreign=None, spoiled=True, group="leaf-1", scene=unknown
    )
    return [
        make_measured("control/food", -9.0),
        make_measured("control/leaf", -9.0),
        make_measured(
            "not_food/a", scene=3, scene_logits=(0.0, 0.0, 0.0, 9.0), foreign=None, spoiled=None
        ),
        leaf,
        make_measured("fresh/coffee", 5.0, foreign=None, scene=unknown),
        make_measured("fresh/grocery", -1.0, foreign=None, scene=unknown),
    ]


def make_figures() -> dict[str, Any]:
    """Every subject of an evaluation, as `training.candidates.measure_release` gathers them."""
    figures = evaluate(list_cases(), RUN, [], PLAIN)
    portion = {
        "truth": "exact", "pairs": 9, "estimated": 8, "abstained": 1,
        "pairs_short_by_a_tenth_or_more": 6, "orders_told": 12, "order_right": 0.9,
        "mean_error": 0.1, "interval_covers": 0.9, "interval_width": 0.3,
        "filled_share_mean_error": 0.1,
    }  # fmt: skip
    figures["portion"] = dict.fromkeys(("drawn", "rendered", "real"), portion)
    changes = {"same_grade_mean": 0.9, "same_grade": {"mirrored": 0.85, "half_the_size": 0.95}}
    for name, pictures in (("real_photos", 21), ("composites", 33)):
        figures[name]["robustness"] = {"pictures": pictures, **changes}
    return {
        "model": {"version": "2026.01.01-0a0a0a0a", "sha256": "0a" * 32},
        "scope": {"each": 6, "pairs": 4, "seed": 5, "split": "test"},
        **figures,
        "quantisation": {
            "shipped": "int8", "auroc_lost": {"a": 0.004, "b": -0.01}, "times_faster": 1.7
        },
    }  # fmt: skip
