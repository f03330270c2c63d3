from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.training.pictures import draw_role, name_groups, write_root
from training.build import Index, build
from training.manifests import OPEN, RESEARCH, TRAIN
from training.stock import Stock, load_stock


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photos root with two drawn pictures of every role on each side of the split."""
    folder, rows, seed = tmp_path_factory.mktemp("photos"), [], 0
    classes = {"meal": "salad", "cutout": "stone", "decay": "rust"}
    for role in ("meal", "not_food", "produce_fresh", "cutout", "decay"):
        for group in name_groups(role):
            seed += 1
            path = f"{role}/{group}.png"
            (folder / role).mkdir(exist_ok=True)
            cv2.imwrite(str(folder / path), draw_role(role, seed))
            row = {"path": path, "role": role, "group": group, "class": classes.get(role, role)}
            row["source"] = "coffee_leaves" if role == "decay" else f"drawn_{role}"
            if role == "decay":
                mask = np.zeros((240, 320), np.uint8)
                cv2.ellipse(mask, (160, 120), (120, 80), 0, 0, 360, 128, -1)
                cv2.circle(mask, (140, 110), 30, 255, -1)
                row["mask"] = f"{role}/{group}.mask.png"
                cv2.imwrite(str(folder / row["mask"]), mask)
            rows.append(row)
    return write_root(folder, rows)


@pytest.fixture(scope="session")
def index(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Index:
    return build(root, tmp_path_factory.mktemp("build"), [OPEN, RESEARCH])


@pytest.fixture(scope="session")
def stock(index: Index) -> Stock:
    return load_stock(index, TRAIN)
