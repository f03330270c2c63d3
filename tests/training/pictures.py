"""Pictures drawn for tests, and a photos root of them."""

import csv
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from training.manifests import split_of

COLUMNS = ["path", "role", "source", "class", "licence", "group", "mask"]
SPLITS = ("train", "calibration", "test")


def draw_texture(
    seed: int, colour: tuple[int, int, int], shape: tuple[int, int] = (240, 320)
) -> NDArray[np.uint8]:
    """A picture of one colour with coarse and fine grain, unlike any of another seed."""
    rng = np.random.default_rng(seed)
    coarse = cv2.resize(rng.normal(0, 30, (9, 12, 3)), shape[::-1], interpolation=cv2.INTER_CUBIC)
    return (coarse + colour + rng.normal(0, 12, (*shape, 3))).clip(0, 255).astype(np.uint8)


def draw_meal(seed: int) -> NDArray[np.uint8]:
    """Green and red food on a pale, smooth plate."""
    picture = np.full((240, 320, 3), 225, np.uint8)
    food = np.zeros(picture.shape[:2], np.uint8)
    cv2.ellipse(food, (160, 120), (110, 85), 0, 0, 360, 1, -1)
    picture[food > 0] = draw_texture(seed, (40, 140, 70))[food > 0]
    return picture


def name_groups(role: str, each: int = 2) -> list[str]:
    """Names of groups, the same number on each side of the split."""
    wanted = dict.fromkeys(SPLITS, each)
    chosen = []
    for number in range(500):
        group = f"{role}-{number}"
        if wanted[split_of(group)]:
            wanted[split_of(group)] -= 1
            chosen.append(group)
    return chosen


def write_root(root: Path, rows: list[dict[str, str]]) -> Path:
    with (root / "manifest.csv").open("w", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, COLUMNS)
        writer.writeheader()
        writer.writerows({"licence": "open", "mask": ""} | row for row in rows)
    return root


def draw_role(role: str, seed: int) -> NDArray[np.uint8]:
    if role == "meal":
        return draw_meal(seed)
    if role == "cutout":
        bgra = np.dstack([draw_texture(seed, (90, 90, 95), (60, 40)), np.zeros((60, 40), np.uint8)])
        cv2.ellipse(bgra, (20, 30), (17, 26), 0, 0, 360, (80, 80, 90, 255), -1)
        return bgra
    colours = {"not_food": (190, 120, 80), "produce_fresh": (50, 60, 190), "decay": (60, 150, 60)}
    return draw_texture(seed, colours[role])
