"""The heaps of rendered pairs; the renderer itself is not needed for what they hold."""

import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "datasets" / "portion_pairs"

FILL = """
import sys
sys.path[:0] = sys.argv[1:3]
import numpy as np
from containers import draw_vessel
from heaps import Course, pile
rng = np.random.default_rng(4)
patch = rng.integers(20, 230, (160, 160, 3), np.uint8)
vessel, areas = draw_vessel(rng, sys.argv[3], "black")
for left, lean in ((1.0, None), (0.5, None), (0.5, 40.0)):
    courses = [Course(area, "grains", 0.85, 0.5, patch, left, lean) for area in areas]
    heap = pile(vessel, courses, 7)
    covered = heap.inside & (heap.top - heap.floor > 0.1)
    colours = np.concatenate([piece.colour for piece in heap.pieces])
    print(heap.volume(), covered.sum() / heap.inside.sum(), colours.min(), colours.max())
"""


@pytest.mark.parametrize("shape", ["bowl", "tray", "oval_box"])
def test_a_meal_of_which_half_is_left_holds_half_the_volume(shape: str) -> None:
    """In a process of its own: the studio's modules have common names and are no package."""
    done = subprocess.run(
        [sys.executable, "-c", FILL, str(FOLDER), str(FOLDER.parent / "rendered"), shape],
        capture_output=True,
        text=True,
        check=True,
    )
    full, lowered, cut = ([float(v) for v in line.split()] for line in done.stdout.splitlines())
    assert lowered[0] / full[0] == pytest.approx(0.5, abs=0.12)
    assert cut[0] / full[0] == pytest.approx(0.5, abs=0.12)
    assert cut[1] < 0.75 * full[1]
    assert all(0 < row[2] < row[3] <= 0.9 for row in (full, lowered, cut))
