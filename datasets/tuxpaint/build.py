"""Rebuilds the manifest beside this file and the counts on the card (--photos PATH)."""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[1]))

from training.sources import Source, rebuild

SOURCE = Source(
    origin="Debian package tuxpaint-stamps-default",
    licence="open: GPL-2",
    meanings={
        "insect_fly": "foreign_object/insect",
        "insect_grasshopper": "foreign_object/insect",
        "insect_mantis": "foreign_object/insect",
        "syringe": "foreign_object/plastic",
    },
)

if __name__ == "__main__":
    sys.exit(rebuild(SOURCE, FOLDER))
