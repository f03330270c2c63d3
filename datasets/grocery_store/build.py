"""Rebuilds the manifest beside this file and the counts on the card (--photos PATH)."""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[1]))

from training.sources import Source, rebuild

SOURCE = Source(
    origin="marcusklasson/GroceryStoreDataset @ fc80ba9",
    licence="open: MIT",
    meanings={
        "asparagus": "spoilage/none",
        "aubergine": "spoilage/none",
        "avocado": "spoilage/none",
        "brown-cap-mushroom": "spoilage/none",
        "cabbage": "spoilage/none",
        "carrots": "spoilage/none",
        "cucumber": "spoilage/none",
        "garlic": "spoilage/none",
        "ginger": "spoilage/none",
        "leek": "spoilage/none",
        "lemon": "spoilage/none",
        "onion": "spoilage/none",
        "pepper": "spoilage/none",
        "potato": "spoilage/none",
        "red-beet": "spoilage/none",
        "tomato": "spoilage/none",
        "zucchini": "spoilage/none",
    },
)

if __name__ == "__main__":
    sys.exit(rebuild(SOURCE, FOLDER))
