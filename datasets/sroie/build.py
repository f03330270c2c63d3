"""Rebuilds the manifest beside this file and the counts on the card (--photos PATH)."""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[1]))

from training.sources import Source, rebuild

SOURCE = Source(
    origin="zzzDavid/ICDAR-2019-SROIE @ 27be427",
    licence="unclear: SROIE",
    meanings={
        "receipt": "scene/not_food",
    },
)

if __name__ == "__main__":
    sys.exit(rebuild(SOURCE, FOLDER))
