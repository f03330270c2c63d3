"""Rebuilds the manifest beside this file and the counts on the card (--photos PATH)."""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[1]))

from training.sources import Source, rebuild

SOURCE = Source(
    origin="NaturalHistoryMuseum/inselect @ 196a3ae",
    licence="open: BSD",
    meanings={
        "insect_fly": "foreign_object/insect",
        "insect_stonefly": "foreign_object/insect",
    },
)

if __name__ == "__main__":
    sys.exit(rebuild(SOURCE, FOLDER))
