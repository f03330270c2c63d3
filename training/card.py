"""The figures of the model card, written from the figures of the release: nobody types them."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

from training.targets import NOT_MEASURED, judge_targets

_SECTION = re.compile(r"(?<=<!-- figures -->\n).*?(?=<!-- /figures -->)", re.DOTALL)

_FOUND = """
Found means: the photo is flagged, at the level where 5 % of the clean photos are, and the centre
of the surest box lies on the object or within a cell of it (4 px at a long side of 448 px). What is
thin, such as a hair, counts as wide as its convex hull. Kinds never trained on are the families of
[training/drawn/unseen](../training/drawn/unseen), which are drawn only to measure.
"""

Figures = dict[str, Any]
Row = tuple[str, str, str]
"""What is measured, the figure, on which data."""


def write_figures(card: Path, figures: Figures) -> None:
    """Replaces the figures section of a model card.

    Raises:
        ValueError: the card has no such section.
    """
    text, count = _SECTION.subn(lambda _: render(figures), card.read_text("utf-8"))
    if count != 1:
        raise ValueError(f"{card} has {count} figures sections, not one")
    card.write_text(text, "utf-8")


def render(figures: Figures) -> str:
    """Returns the figures as Markdown tables, real photos and composites apart."""
    return "\n".join(
        [
            f"Model {figures['model']['version']}, test split, "
            f"{figures['scope']['each']} composites a slice.\n",
            _render_targets(figures),
            _render_real(figures["real_photos"]),
            _render_composites(figures["composites"]),
            _render_portion(figures.get("portion", {})),
            _render_quantisation(figures.get("quantisation")),
        ]
    )


def _render_targets(figures: Figures) -> str:
    """What a release is to reach; figures of an older one may lack some."""
    lines = ["### Targets\n", "| what | data | target | figure | on | reached |"]
    lines.append("|---|---|---|---:|---|---|")
    for v in judge_targets(figures):
        reached = {True: "yes", False: "no", None: "–"}[v.reached]
        cells = (v.what, v.data, v.target, v.figure, v.on or "–", reached)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, _FOUND])


def _table(title: str, rows: list[Row]) -> str:
    lines = [f"### {title}\n", "| what | figure | on |", "|---|---:|---|"]
    return "\n".join([*lines, *(f"| {what} | {value} | {on} |" for what, value, on in rows), ""])


def _render_real(real: Figures) -> str:
    scene, clean = real["scene"], real["clean"]
    meals = f"{clean['photos']} clean meals"
    rows = [
        ("not-food found", _share(scene["not_food_found"]), f"{scene['not_food_photos']} photos"),
        (
            "food taken for not-food",
            _share(scene["food_refused"]),
            f"{scene['food_photos']} photos",
        ),
        (
            "not-food found with 2 % of this food refused",
            _share(scene.get("not_food_found_at_2_percent_food_refused")),
            f"{scene['not_food_photos']} photos",
        ),
        (
            "salad, bento or other food told right",
            _share(scene["kind_of_food_right"]),
            f"{scene['photos_of_known_kind']} photos",
        ),
        ("clean graded moderate or severe", _share(clean["graded_moderate_or_severe"]), meals),
        ("clean graded unknown", _share(clean["graded_unknown"]), meals),
        ("clean graded none", _share(clean["graded_none"]), meals),
        ("objects shown on clean with a kind named", str(clean["kinds_named"]), meals),
    ]
    for source, row in real["spoilage"].items():
        on = (
            f"{row['photos']} photos of {row['groups']} groups against "
            f"{row['fresh_photos_of_other_sources']} fresh of other sources"
        )
        rows.append((f"decayed against fresh, {source}, AUROC", f"{row['auroc']:.3f}", on))
    return _table("Real photos", [*rows, _tell_robustness(real["robustness"], "photos")])


def _render_composites(composites: Figures) -> str:
    return _table(
        "Composites",
        [
            *_list_foreign(composites["foreign_object"]),
            *_list_found(composites.get("foreign_object_found", {})),
            *_list_spoilage(composites["spoilage"]),
            *_list_grades(composites["grades"]),
            *_list_errors(composites["calibration_error"]),
            _tell_robustness(composites["robustness"], "composites"),
        ],
    )


def _list_foreign(foreign: Figures) -> list[Row]:
    shown = f"{foreign['composites']} composites"
    against = f"{shown}, {foreign['clean_photos']} clean photos"
    controls = f"{shown}, {foreign['food_controls']} controls"
    return [
        ("foreign object, AUROC against clean", f"{foreign['auroc_against_clean']:.3f}", against),
        (
            "foreign object, AUROC against food controls",
            f"{foreign['auroc_against_controls']:.3f}",
            controls,
        ),
        ("strongest point lies on the object", _share(foreign["strongest_point_on_object"]), shown),
        ("a box is centred on the object", _share(foreign["box_centred_on_object"]), shown),
        (
            "kind named, and of these right",
            f"{foreign['kind_named_where_boxed']}, {foreign['kind_named_right']}",
            f"{foreign['boxed']} composites with a box on the object",
        ),
    ]


def _list_found(found: Figures) -> list[Row]:
    """By sort of object, then by slice: by the surest box, and by the strongest point."""
    sorts = {
        "known kinds": found.get("known_kinds"),
        "kinds never trained on": found.get("unseen_kinds"),
        "hair": found.get("hair"),
        **{_name_slice(name): row for name, row in found.get("kinds", {}).items()},
    }
    return [
        (
            f"found (by strongest point) with 5 % of clean flagged: {name}",
            f"{_share(row['found_at_5_percent_clean_flagged'])} "
            f"({_share(row['flagged_and_strongest_point_on_object'])})",
            f"{row['composites']} composites",
        )
        for name, row in sorts.items()
        if row
    ]


def _name_slice(name: str) -> str:
    sort, thing = name.split("/")
    words = thing.replace("_cutout", ", cut out").replace("_", " ")
    return f"never trained on, {words}" if sort == "unseen" else words


def _list_spoilage(spoilage: Figures) -> list[Row]:
    spoiled = f"{spoilage['composites']} composites"
    found = f"{spoilage['found']} composites above one half"
    twins = "auroc_leaves_against_healthy_twins"
    error, covers = "share_mean_error", "share_interval_covers_where_found"
    return [
        (
            "spoilage, AUROC against clean",
            f"{spoilage['auroc_against_clean']:.3f}",
            f"{spoiled}, {spoilage['clean_photos']} clean photos",
        ),
        (
            "decayed leaf against healthy twin, AUROC",
            f"{spoilage[twins]:.3f}",
            f"{spoilage['leaf_composites']} decayed and {spoilage['healthy_leaf_composites']} "
            "healthy leaves pasted alike",
        ),
        ("spoiled share, mean error", _share(spoilage[error]), spoiled),
        ("spoiled share, mean error where found", _share(spoilage[f"{error}_where_found"]), found),
        ("spoiled share, 90 % interval covers where found", _share(spoilage[covers]), found),
        *(
            (
                f"spoiled share {name.replace('_', ' ')}, mean error",
                _share(row["mean_error"]),
                f"{row['composites']} composites, {row['found']} found",
            )
            for name, row in spoilage.get("share_by_band", {}).items()
        ),
    ]


def _list_grades(grades: Figures) -> list[Row]:
    rows = []
    for problem, row in grades.items():
        name, on = problem.replace("_", " "), f"{row['composites']} composites"
        apart = ", ".join(
            f"{row[f'graded_{key}']} {key.replace('_', ' ')}"
            for key in ("right", "too_grave", "too_mild", "though_an_agents")
        )
        rows.append((f"{name}: graded minor, moderate or severe", str(row["graded"]), on))
        rows.append((f"{name}: of these", apart, f"{row['graded']} graded"))
        rows.append((f"{name}: left to an agent", str(row["left_unknown"]), on))
        rows.append((f"{name}: missed", str(row["missed"]), on))
    return rows


_SORTS = {
    "drawn": "drawn containers with real food, truth an area",
    "rendered": "rendered containers, truth a volume",
    "real": "real trays before and after the meal, truth an area by masks",
}


def _render_portion(portion: Figures) -> str:
    """A table of its own: no sort of pairs is averaged with another."""
    rows = [row for sort, figures in portion.items() for row in _list_portion(sort, figures)]
    return _table("Portion against a packing photo", rows) if rows else ""


def _list_portion(sort: str, portion: Figures) -> list[Row]:
    pairs = f"{portion['pairs']} pairs: {_SORTS[sort]}"
    estimated = f"{portion['estimated']} of these pairs"
    told = f"{portion['orders_told']} tries, each photo taken once for the packed one"
    rows = [
        (f"{sort}: estimated", str(portion["estimated"]), pairs),
        (f"{sort}: fuller told from emptier", portion["order_right"], told),
        (f"{sort}: shortfall, mean error", portion["mean_error"], estimated),
        (f"{sort}: 90 % interval covers", portion["interval_covers"], estimated),
        (f"{sort}: mean width of the interval", portion["interval_width"], estimated),
    ]
    return [
        (what, value if isinstance(value, str) else _share(value), on)
        for what, value, on in rows
        if value is not None
    ]


def _list_errors(error: Figures) -> list[Row]:
    on = f"{error['cases']} cases" + (f", {error['bins']} bins" if "bins" in error else "")
    return [
        ("calibration error, foreign object", f"{error['foreign_object']['error']:.3f}", on),
        ("calibration error, spoilage", f"{error['spoilage']['error']:.3f}", on),
    ]


def _tell_robustness(robustness: Figures, things: str) -> Row:
    apart = ", ".join(
        f"{_share(share)} {name.replace('_', ' ')}"
        for name, share in robustness["same_grade"].items()
    )
    mean = _share(robustness.get("same_grade_mean"))
    figure = f"mean {mean}: {apart}"
    return ("same grade after a change", figure, f"{robustness['pictures']} {things}")


def _render_quantisation(quantisation: Figures | None) -> str:
    if quantisation is None:
        return ""
    lost = max(quantisation["auroc_lost"].values())
    return (
        f"Shipped: {quantisation['shipped']}. Int8 is {quantisation['times_faster']} times as fast "
        f"as fp32 on the machine that built it; the most it loses on an AUROC is {lost:.3f} "
        "(calibration split).\n"
    )


def _share(value: float | None) -> str:
    """In percent; figures of an older release lack what was not measured then."""
    if value is None or not math.isfinite(value):
        return NOT_MEASURED
    return f"{100 * value:.1f} %"
