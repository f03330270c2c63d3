"""Rebuilds the manifest beside this file and the counts on the card (--photos PATH)."""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[1]))

from training.sources import Source, rebuild

SOURCE = Source(
    origin="ai-agriculture-circuits-and-systems/chilli_leaf_classification @ 4469145",
    licence="open: CC BY 4.0",
    meanings={
        "cercospora": "spoilage/lesion",
        "healthy": "spoilage/none",
        "nutritional_yellowing": "spoilage/yellowing",
        "powdery_mildew": "spoilage/mildew",
    },
)

if __name__ == "__main__":
    sys.exit(rebuild(SOURCE, FOLDER))
