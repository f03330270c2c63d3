import csv
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from model.errors import InvalidInput, NotFound
from training.manifests import photos_root, split_of
from training.materials import kind_of
from training.sources import (
    COLUMNS,
    MEANINGS,
    ManifestRow,
    Source,
    check_declared,
    count_rows,
    digest_file,
    read_manifest,
    rebuild,
)

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = sorted(
    build.parent
    for build in ROOT.glob("datasets/*/build.py")
    if "rebuild(SOURCE" in build.read_text("utf-8")
)
each_source = pytest.mark.parametrize("folder", FOLDERS, ids=[f.name for f in FOLDERS])


def _declared(folder: Path) -> Source:
    source = runpy.run_path(str(folder / "build.py"))["SOURCE"]
    assert isinstance(source, Source)
    return source


def _rows(folder: Path) -> list[ManifestRow]:
    return read_manifest(folder / "manifest.csv", folder.name)


@each_source
def test_manifest_is_what_its_source_declares(folder: Path) -> None:
    rows = _rows(folder)
    check_declared(_declared(folder), rows)
    assert tuple(rows[0]) == COLUMNS
    assert len({row["path"] for row in rows}) == len(rows)
    assert all(re.fullmatch(r"[0-9a-f]{64}", row["sha256"]) for row in rows)
    assert all(row["group"].startswith(folder.name + "/") for row in rows)


@each_source
def test_card_tells_the_truth(folder: Path) -> None:
    card, source, rows = (folder / "card.md").read_text("utf-8"), _declared(folder), _rows(folder)
    assert "".join(count_rows(source, rows)) in card
    numbers = [
        int(line.split("|")[4]) for line in card.splitlines() if re.match(r"\| \S+ \| \S+/", line)
    ]
    assert sum(numbers) == len(rows)
    assert f"- Origin: {source.origin}\n" in card
    assert f"- Licence: {source.licence}\n" in card
    assert "## Use\n" in card
    assert "## Flaws\n" in card


@each_source
def test_object_classes_mean_what_training_makes_of_them(folder: Path) -> None:
    for label, meaning in _declared(folder).meanings.items():
        question, answer = meaning.split("/")
        if question == "foreign_object":
            assert kind_of(label) == answer


@each_source
def test_photos_are_the_ones_of_the_manifest(folder: Path) -> None:
    try:
        root = photos_root()
    except NotFound as error:
        pytest.skip(f"the photos are not part of the repository: {error}")
    changed = [
        row["path"] for row in _rows(folder) if digest_file(root, row["path"]) != row["sha256"]
    ]
    assert changed == []


def test_no_group_is_on_two_sides() -> None:
    roles: dict[str, set[str]] = {}
    for folder in FOLDERS:
        for row in _rows(folder):
            roles.setdefault(row["group"], set()).add(row["role"])
    assert [group for group, in_ in roles.items() if len(in_) > 1] == []
    assert {split_of(group) for group in roles} == {"train", "calibration", "test"}


def test_no_photo_stands_in_two_manifests() -> None:
    digests = [row["sha256"] for folder in FOLDERS for row in _rows(folder)]
    assert len(set(digests)) == len(digests)


def test_datasets_is_no_package() -> None:
    assert not list(ROOT.glob("datasets/__init__.py")) + list(ROOT.glob("datasets/*/__init__.py"))


def _write_photos(root: Path, label: str = "salad", licence: str = "open: MIT") -> None:
    (root / "meal").mkdir(parents=True)
    (root / "meal" / "a.jpg").write_bytes(b"a photo")
    with (root / "manifest.csv").open("w", newline="") as lines:
        writer = csv.DictWriter(lines, COLUMNS[:-1])
        writer.writeheader()
        writer.writerow(
            dict.fromkeys(COLUMNS[:-1], "")
            | {"path": "meal/a.jpg", "role": "meal", "source": "deli", "class": label}
            | {"licence": licence, "group": "deli/a"}
        )


def _write_folder(folder: Path) -> Source:
    folder.mkdir()
    (folder / "card.md").write_text("<!-- counts -->\nold\n<!-- /counts -->\n")
    return Source("deli @ 1", "open: MIT", {"salad": "scene/salad"})


def test_rebuild_writes_manifest_and_counts(tmp_path: Path) -> None:
    _write_photos(tmp_path / "photos")
    source = _write_folder(tmp_path / "deli")
    assert rebuild(source, tmp_path / "deli", ["--photos", str(tmp_path / "photos")]) == 0
    assert "| salad | scene/salad | meal | 1 | 1 | 0 |" in (tmp_path / "deli/card.md").read_text()
    [row] = read_manifest(tmp_path / "deli" / "manifest.csv", "deli")
    assert row["sha256"] == digest_file(tmp_path / "photos", "meal/a.jpg")


@pytest.mark.parametrize("wrong", [{"label": "soup"}, {"licence": "research: deli"}])
def test_rebuild_refuses_what_was_not_declared(
    tmp_path: Path, wrong: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    _write_photos(tmp_path / "photos", **wrong)
    source = _write_folder(tmp_path / "deli")
    assert rebuild(source, tmp_path / "deli", ["--photos", str(tmp_path / "photos")]) == 1
    assert next(iter(wrong.values())) in capsys.readouterr().err
    assert not (tmp_path / "deli" / "manifest.csv").exists()


def test_rebuild_refuses_a_missing_photo(tmp_path: Path) -> None:
    _write_photos(tmp_path / "photos")
    (tmp_path / "photos" / "meal" / "a.jpg").unlink()
    source = _write_folder(tmp_path / "deli")
    assert rebuild(source, tmp_path / "deli", ["--photos", str(tmp_path / "photos")]) == 1


def test_source_refuses_what_nobody_knows() -> None:
    with pytest.raises(InvalidInput, match="licence"):
        Source("deli @ 1", "mine: all of it", {"salad": "scene/salad"})
    with pytest.raises(InvalidInput, match="means"):
        Source("deli @ 1", "open: MIT", {"salad": "scene/soup"})
    assert "soup" not in MEANINGS["scene"]


def test_build_script_runs_from_any_folder(tmp_path: Path) -> None:
    script = ROOT / "datasets" / "food101" / "build.py"
    ran = subprocess.run(
        [sys.executable, str(script), "--photos", str(tmp_path)],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 1
    assert "food101: A manifest is a file" in ran.stderr
