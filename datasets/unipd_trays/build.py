"""Rebuilds the manifest beside this file and the counts on the card (--photos PATH)."""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[1]))

from training.sources import Source, rebuild

SOURCE = Source(
    origin="Piero24/Food-recognition-and-leftover-estimation @ d2cf1d1",
    licence="unclear: course data in an MIT repository",
    meanings={
        "tray": "portion/before_and_after",
    },
)

if __name__ == "__main__":
    sys.exit(rebuild(SOURCE, FOLDER))
