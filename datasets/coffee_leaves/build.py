"""Rebuilds the manifest beside this file and the counts on the card (--photos PATH)."""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[1]))

from training.sources import Source, rebuild

SOURCE = Source(
    origin="esgario/lara2018 @ a6c38b6 (BRACOL)",
    licence="open: MIT",
    meanings={
        "leaf_healthy": "spoilage/none",
        "leaf_lesion": "spoilage/lesion",
        "lesion_crop_cercospora": "spoilage/lesion",
        "lesion_crop_miner": "spoilage/lesion",
        "lesion_crop_phoma": "spoilage/lesion",
        "lesion_crop_rust": "spoilage/lesion",
    },
)

if __name__ == "__main__":
    sys.exit(rebuild(SOURCE, FOLDER))
