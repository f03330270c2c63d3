"""Rebuilds the manifest beside this file and the counts on the card (--photos PATH)."""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[1]))

from training.sources import Source, rebuild

SOURCE = Source(
    origin="Food-101 by way of srohit0/food_mnist @ e6cdf58, "
    "Neilus03/GAN_food101 @ aeee0e5 and youngsoul/hotdog-not-hotdog-dataset @ 3535964",
    licence="research: Food-101 agreement",
    meanings={
        "other_food": "scene/other_food",
    },
)

if __name__ == "__main__":
    sys.exit(rebuild(SOURCE, FOLDER))
