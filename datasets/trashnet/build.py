"""Rebuilds the manifest beside this file and the counts on the card (--photos PATH)."""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[1]))

from training.sources import Source, rebuild

SOURCE = Source(
    origin="garythung/trashnet, unpacked copy congduytran12/Trash-Classification- @ 00212f2",
    licence="open: MIT",
    meanings={
        "fragment_glass": "foreign_object/glass",
        "fragment_metal": "foreign_object/metal",
        "fragment_paper": "foreign_object/paper",
        "fragment_plastic": "foreign_object/plastic",
        "fragment_trash": "foreign_object/plastic",
        "whole_cardboard": "foreign_object/paper",
        "whole_metal": "foreign_object/metal",
        "whole_paper": "foreign_object/paper",
        "whole_plastic": "foreign_object/plastic",
        "whole_trash": "foreign_object/plastic",
    },
)

if __name__ == "__main__":
    sys.exit(rebuild(SOURCE, FOLDER))
