"""Rebuilds the manifest beside this file and the counts on the card (--photos PATH)."""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[1]))

from training.sources import Source, rebuild

SOURCE = Source(
    origin="Anduin2017/HowToCook @ cbeb536",
    licence="open: Unlicense",
    meanings={
        "unsorted": "scene/food_of_any_kind",
    },
)

if __name__ == "__main__":
    sys.exit(rebuild(SOURCE, FOLDER))
