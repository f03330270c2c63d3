"""Rebuilds the manifest beside this file and the counts on the card (--photos PATH)."""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[1]))

from training.sources import Source, rebuild

SOURCE = Source(
    origin="nimazareian/screw-detection-opencv @ 6f886e4",
    licence="unclear: no licence in the repository",
    meanings={
        "metal_screw": "foreign_object/metal",
    },
)

if __name__ == "__main__":
    sys.exit(rebuild(SOURCE, FOLDER))
