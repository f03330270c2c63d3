"""The evaluation as one HTML page: all figures, and pictures of the worst errors."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

from model.calibration import Calibration, Logistic
from training.calibrate import truth_of
from training.measure import Measured

_SHOWN = 12
_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#222}
table{border-collapse:collapse;margin:.5rem 0 1.5rem}
td,th{border-bottom:1px solid #ddd;padding:.2rem .8rem .2rem 0;text-align:left}
td:last-child{font-variant-numeric:tabular-nums}
.errors{display:grid;grid-template-columns:repeat(auto-fill,minmax(20rem,1fr));gap:1rem}
figure{margin:0}img{width:100%}figcaption{font-size:.85rem;color:#555}
"""


def write_report(
    figures: dict[str, Any], measured: Sequence[Measured], calibration: Calibration, path: Path
) -> None:
    """Writes the page; it needs no other file.

    Args:
        figures: what `evaluate` returned.
        measured: the cases behind them, with thumbnails.
        calibration: of the model.
        path: where to write.
    """
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8><title>Evaluation</title>",
        f"<style>{_STYLE}</style><h1>Evaluation of {escape(figures['model']['version'])}</h1>",
        "<p>Real photos and composites are never averaged together. In each picture: the photo, "
        "then its maps (food blue, foreign object red, spoiled yellow).</p>",
    ]
    for name, table in figures.items():
        parts.append(f"<h2>{escape(name.replace('_', ' '))}</h2>{_draw_table(table)}")
    for title, items in _find_errors(measured, calibration):
        parts.append(f"<h2>{escape(title)}</h2><div class=errors>{''.join(items)}</div>")
    path.write_text("\n".join(parts), "utf-8")


def _draw_table(table: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{escape(str(value))}</td></tr>"
        for name, value in _flatten(table)
    )
    return f"<table>{rows}</table>"


def _flatten(table: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        label = f"{prefix}{name.replace('_', ' ')}"
        if isinstance(value, dict):
            yield from _flatten(value, f"{label} · ")
        else:
            yield label, value


def _find_errors(
    measured: Sequence[Measured], calibration: Calibration
) -> Iterator[tuple[str, list[str]]]:
    """The surest mistakes of each sort: missed and falsely seen, real and composite apart."""
    sorts: tuple[tuple[str, Logistic], ...] = (
        ("foreign", calibration.foreign),
        ("spoiled", calibration.spoiled),
    )
    for name, logistic in sorts:
        for composite in (False, True):
            known = [
                (logistic.apply(m.scores[name]), m)
                for m in measured
                if m.case.composite == composite and truth_of(m, name) is not None
            ]
            missed = sorted((pair for pair in known if truth_of(pair[1], name)), key=_by_share)
            seen = sorted(
                (pair for pair in known if not truth_of(pair[1], name)), key=_by_share, reverse=True
            )
            data = "composites" if composite else "real photos"
            for title, pairs in ((f"{name}: missed", missed), (f"{name}: falsely seen", seen)):
                if pairs:
                    yield f"{title}, {data}", [_draw(share, m) for share, m in pairs[:_SHOWN]]


def _by_share(pair: tuple[float, Measured]) -> float:
    return pair[0]


def _draw(share: float, item: Measured) -> str:
    data = base64.b64encode(item.thumbnail).decode()
    caption = f"{item.case.slice} · {share:.0%} · graded {item.severity} · {item.case.group}"
    return (
        f'<figure><img alt="" src="data:image/jpeg;base64,{data}">'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )
