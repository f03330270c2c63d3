"""The evaluation as one HTML page: targets first, then all figures, then the worst errors."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

from model.calibration import Calibration
from training.measure import Measured
from training.targets import judge_targets
from training.worst import Errors, find_errors

_SHOWN = 8
"""Pictures of a sort of error; all of them would hide the worst."""
_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#222}
h2{margin-top:3rem;border-bottom:2px solid #222}h3{margin:2rem 0 .5rem}
table{border-collapse:collapse;margin:.5rem 0 1.5rem;font-size:.95rem}
td,th{border-bottom:1px solid #ddd;padding:.3rem 1.2rem .3rem 0;text-align:left;vertical-align:top}
th{font-weight:600;border-bottom-color:#888}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.words{white-space:nowrap}
.yes{color:#0a6b2d;font-weight:600}.no{color:#b3261e;font-weight:600}
.errors{display:grid;grid-template-columns:repeat(auto-fill,minmax(34rem,1fr));gap:1.5rem}
figure{margin:0}img{width:100%}figcaption{color:#444}
@media (max-width:40rem){.errors{grid-template-columns:1fr}}
"""
_LEGEND = (
    "Left the photo, with a green line around a foreign object that is there. Right what the "
    "network said: food blue, foreign object red, spoiled yellow, white boxes around reported "
    "objects."
)


def write_report(
    figures: dict[str, Any], measured: Sequence[Measured], calibration: Calibration, path: Path
) -> None:
    """Writes the page; it needs no other file.

    Args:
        figures: what `training.candidates.measure_release` gathered.
        measured: the cases behind them, with thumbnails.
        calibration: of the model.
        path: where to write.
    """
    model, scope = figures["model"], figures["scope"]
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8><title>Evaluation</title>",
        "<meta name=viewport content='width=device-width'>",
        f"<style>{_STYLE}</style><h1>Evaluation of {escape(model['version'])}</h1>",
        f"<p>Split: {escape(str(scope['split']))}; {scope['each']} composites a slice. "
        "Real photos and composites are never averaged together.</p>",
        f"<h2>Targets</h2>{_draw_targets(figures)}",
        *_draw_figures(figures),
        f"<h2>Worst errors</h2><p>{_LEGEND}</p>",
        *(_draw_errors(errors) for errors in find_errors(measured, calibration)),
    ]
    path.write_text("\n".join(parts), "utf-8")


def _draw_targets(figures: dict[str, Any]) -> str:
    words = {
        True: "<td class=yes>yes</td>",
        False: "<td class=no>no</td>",
        None: "<td>–</td>",
    }
    rows = "".join(
        f"<tr><td>{escape(v.what)}</td><td>{escape(v.data)}</td>"
        f"<td class=words>{escape(v.target)}</td><td class=number>{escape(v.figure)}</td>"
        f"<td>{escape(v.on)}</td>{words[v.reached]}</tr>"
        for v in judge_targets(figures)
    )
    head = "<tr><th>what<th>data<th>target<th class=number>figure<th>on<th>reached</tr>"
    return f"<table>{head}{rows}</table>"


def _draw_figures(figures: dict[str, Any]) -> Iterator[str]:
    """A section for real photos, one for composites and so on, a table a subject."""
    sections = {k: v for k, v in figures.items() if k not in ("targets", "model", "scope")}
    about = {"model and scope": {"model": figures["model"], "scope": figures["scope"]}}
    for name, section in (sections | about).items():
        yield f"<h2>{escape(_name(name).capitalize())}</h2>"
        if not all(isinstance(table, dict) for table in section.values()):
            yield _draw_subject(section)
            continue
        for subject, table in section.items():
            yield f"<h3>{escape(_name(subject).capitalize())}</h3>{_draw_subject(table)}"


def _draw_subject(table: dict[str, Any]) -> str:
    """Single figures in two columns, then each group of alike rows as a table of its own."""
    if _is_grid(table):
        return _draw_grid(table)
    grids = {name: value for name, value in table.items() if _is_grid(value)}
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td class=number>{escape(str(value))}</td></tr>"
        for name, value in _flatten({k: v for k, v in table.items() if k not in grids})
    )
    drawn = [f"<p>{escape(_name(name))}:</p>{_draw_grid(grid)}" for name, grid in grids.items()]
    return "".join([f"<table>{rows}</table>", *drawn])


def _is_grid(value: object) -> bool:
    """Whether it is a table of rows that all have the same columns."""
    if not isinstance(value, dict) or not value:
        return False
    rows = list(value.values())
    return all(isinstance(row, dict) and row.keys() == rows[0].keys() for row in rows)


def _draw_grid(grid: dict[str, dict[str, Any]]) -> str:
    columns = list(next(iter(grid.values())))
    head = "".join(f"<th class=number>{escape(_name(column))}" for column in columns)
    rows = "".join(
        f"<tr><td>{escape(_name(name))}</td>"
        + "".join(f"<td class=number>{escape(str(row[column]))}</td>" for column in columns)
        + "</tr>"
        for name, row in grid.items()
    )
    return f"<table><tr><th>{head}</tr>{rows}</table>"


def _flatten(table: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        label = f"{prefix}{_name(name)}"
        if isinstance(value, dict):
            yield from _flatten(value, f"{label} · ")
        else:
            yield label, value


def _name(key: str) -> str:
    return key.replace("_", " ").replace("/", ": ")


def _draw_errors(errors: Errors) -> str:
    count = f"<p>{len(errors.wrong)} of {errors.looked_at}"
    count += f"; the worst {_SHOWN}:</p>" if len(errors.wrong) > _SHOWN else ".</p>"
    pictures = "".join(_draw_picture(said, m) for said, m in errors.wrong[:_SHOWN])
    return f"<h3>{escape(errors.title)}</h3>{count}<div class=errors>{pictures}</div>"


def _draw_picture(said: str, item: Measured) -> str:
    data = base64.b64encode(item.thumbnail).decode()
    caption = f"{_name(item.case.slice)} – {said} – {item.case.group}"
    return (
        f'<figure><img alt="{escape(caption)}" src="data:image/jpeg;base64,{data}">'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )
