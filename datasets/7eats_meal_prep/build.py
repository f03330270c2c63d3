"""Rebuilds the manifest beside this file and the counts on the card (--photos PATH)."""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[1]))

from training.sources import Source, rebuild

SOURCE = Source(
    origin="7eats-Canadian-Meal-Prep-Marketplace/7eats @ 9ba315f",
    licence="unclear: validation only, not for training",
    meanings={
        "boxed_meal": "scene/bento",
    },
)

if __name__ == "__main__":
    sys.exit(rebuild(SOURCE, FOLDER))
