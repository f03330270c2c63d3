import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

from model.errors import InvalidInput
from training.portion_pairs import COLUMNS, MANIFEST, rendered_pairs


def write_pairs(folder: Path, columns: tuple[str, ...] = COLUMNS) -> None:
    with (folder / MANIFEST).open("w", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, columns, extrasaction="ignore")
        writer.writeheader()
        for number, (split, shortfall) in enumerate([("calibration", 0.2), ("test", 0.45)]):
            row = {"pair": f"{split}_0", "split": split, "shortfall": f"{shortfall}"}
            for light, side in enumerate(("packing", "customer")):
                row[side] = f"{split}_{side}.png"
                picture = np.full((30, 40, 3), 50 * number + 10 * light, np.uint8)
                cv2.imwrite(str(folder / row[side]), picture)
            writer.writerow(row)


def test_pairs_of_one_split_are_read_with_their_truth(tmp_path: Path) -> None:
    write_pairs(tmp_path)
    (pair,) = rendered_pairs("test", tmp_path)
    assert (pair.sort, pair.shortfall, pair.shares) == ("rendered", 0.45, None)
    assert pair.packing.shape == (30, 40, 3)
    assert (int(pair.packing[0, 0, 0]), int(pair.customer[0, 0, 0])) == (50, 60)


def test_without_rendered_pairs_there_are_none(tmp_path: Path) -> None:
    assert list(rendered_pairs("test", tmp_path / "absent")) == []


def test_a_manifest_without_a_column_is_refused(tmp_path: Path) -> None:
    write_pairs(tmp_path, tuple(name for name in COLUMNS if name != "shortfall"))
    with pytest.raises(InvalidInput, match="shortfall"):
        list(rendered_pairs("test", tmp_path))


def test_a_picture_that_is_missing_is_named(tmp_path: Path) -> None:
    write_pairs(tmp_path)
    (tmp_path / "test_customer.png").unlink()
    with pytest.raises(InvalidInput, match=r"test_customer\.png"):
        list(rendered_pairs("test", tmp_path))
