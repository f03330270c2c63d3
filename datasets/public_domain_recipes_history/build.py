"""Rebuilds the manifest beside this file and the counts on the card (--photos PATH)."""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[1]))

from training.sources import Source, rebuild

SOURCE = Source(
    origin="ronaldl29/public-domain-recipes @ 61b488e",
    licence="open: Unlicense",
    meanings={
        "other_food": "scene/other_food",
    },
)

if __name__ == "__main__":
    sys.exit(rebuild(SOURCE, FOLDER))
