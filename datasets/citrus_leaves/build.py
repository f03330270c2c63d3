"""Rebuilds the manifest beside this file and the counts on the card (--photos PATH)."""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[1]))

from training.sources import Source, rebuild

SOURCE = Source(
    origin="ai-agriculture-circuits-and-systems/citrus_leaves @ f2620c0",
    licence="open: CC BY 4.0",
    meanings={
        "leaf_black_spot": "spoilage/lesion",
        "leaf_canker": "spoilage/lesion",
        "leaf_greening": "spoilage/yellowing",
        "leaf_healthy": "spoilage/none",
    },
)

if __name__ == "__main__":
    sys.exit(rebuild(SOURCE, FOLDER))
