"""Rebuilds the manifest beside this file and the counts on the card (--photos PATH)."""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[1]))

from training.sources import Source, rebuild

SOURCE = Source(
    origin="niceclickoc/Meat-freshness-NN @ 20743e0",
    licence="unclear: no licence in the repository",
    meanings={
        "fresh": "spoilage/none",
        "half_fresh": "spoilage/unsure",
        "spoiled": "spoilage/browning",
    },
)

if __name__ == "__main__":
    sys.exit(rebuild(SOURCE, FOLDER))
