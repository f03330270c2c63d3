"""The command that takes the pictures in docs/screens."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.serve.browsing import DESKTOP, PHONE
from tests.serve.screens import PAGES

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.usefixtures("browser")  # skips where there is no Chromium
def test_pictures_are_taken_in_both_languages_and_sizes(tmp_path: Path) -> None:
    names = ["food_safety", "policy", "console-password"]
    only = [word for name in names for word in ("--only", name)]
    command = [sys.executable, "-m", "tests.serve.screens", "--out", tmp_path, *only]
    subprocess.run(command, cwd=ROOT, check=True, timeout=600)
    widths = {"phone": PHONE["width"], "desktop": DESKTOP["width"]}
    wanted = {
        f"{n}-{lang}-{size}.png" for n in names for lang in ("zh-CN", "en") for size in widths
    }
    assert {path.name for path in tmp_path.iterdir()} == wanted
    for path in tmp_path.iterdir():
        with Image.open(path) as picture:
            assert picture.width == widths[path.stem.rsplit("-", 1)[1]]


def test_pictures_have_names_of_their_own() -> None:
    assert len({screen.name for screen in PAGES}) == len(PAGES)


def test_an_unknown_page_is_refused(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.serve.screens", "--out", tmp_path, "--only", "nothing"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "there is no page nothing" in done.stderr
