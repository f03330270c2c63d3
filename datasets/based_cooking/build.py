"""Rebuilds the manifest beside this file and the counts on the card (--photos PATH)."""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[1]))

from training.sources import Source, rebuild

SOURCE = Source(
    origin="LukeSmithxyz/based.cooking @ 2d8642e",
    licence="open: Unlicense",
    meanings={
        "salad": "scene/salad",
        "unsorted": "scene/food_of_any_kind",
    },
)

if __name__ == "__main__":
    sys.exit(rebuild(SOURCE, FOLDER))
