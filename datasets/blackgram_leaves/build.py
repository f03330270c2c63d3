"""Rebuilds the manifest beside this file and the counts on the card (--photos PATH)."""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[1]))

from training.sources import Source, rebuild

SOURCE = Source(
    origin="ai-agriculture-circuits-and-systems/blackgram_plant_leaf_disease_classification "
    "@ e0db47f",
    licence="open: CC BY 4.0",
    meanings={
        "anthracnose": "spoilage/lesion",
        "healthy": "spoilage/none",
        "powdery_mildew": "spoilage/mildew",
        "yellow_mosaic": "spoilage/yellowing",
    },
)

if __name__ == "__main__":
    sys.exit(rebuild(SOURCE, FOLDER))
