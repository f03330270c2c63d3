"""Lets all processes of one service share their measures."""

from __future__ import annotations

import os
from pathlib import Path

MULTIPROCESS = "PROMETHEUS_MULTIPROC_DIR"


def share_measures(folder: Path) -> None:
    """Empties the folder and makes it the place of all measures.

    The Prometheus library reads the variable when it is imported: call this before.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.db"):
        old.unlink()
    os.environ[MULTIPROCESS] = str(folder)
