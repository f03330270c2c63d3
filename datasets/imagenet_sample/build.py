"""Rebuilds the manifest beside this file and the counts on the card (--photos PATH)."""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[1]))

from training.sources import Source, rebuild

SOURCE = Source(
    origin="EliSchwartz/imagenet-sample-images @ bc69043",
    licence="research: ImageNet terms",
    meanings={
        "mixed": "scene/not_food",
    },
)

if __name__ == "__main__":
    sys.exit(rebuild(SOURCE, FOLDER))
