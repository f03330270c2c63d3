"""Rebuilds the manifest beside this file and the counts on the card (--photos PATH)."""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[1]))

from training.sources import Source, rebuild

SOURCE = Source(
    origin="jeffThompson/Pebble-Dataset @ 65047a3",
    licence="open: GPL-3.0",
    meanings={
        "stone": "foreign_object/stone",
    },
)

if __name__ == "__main__":
    sys.exit(rebuild(SOURCE, FOLDER))
