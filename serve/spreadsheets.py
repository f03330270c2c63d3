"""Comma-separated values that open in a spreadsheet, and cannot act there."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

BYTE_ORDER_MARK = "\ufeff"
"""At the beginning of a file; spreadsheets need it to read UTF-8."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def to_csv(rows: Iterable[Iterable[object]]) -> str:
    """Returns rows as lines of CSV; None is an empty cell.

    Spreadsheets would take a text that begins like a formula for one: it gets an apostrophe.
    Numbers stay numbers.
    """
    text = io.StringIO()
    csv.writer(text).writerows([_neutralise(cell) for cell in row] for row in rows)
    return text.getvalue()


def _neutralise(cell: object) -> object:
    harmful = isinstance(cell, str) and cell.startswith(_FORMULA_STARTS)
    return f"'{cell}" if harmful else cell
