import tarfile
from pathlib import Path, PurePosixPath

import pytest

from model.errors import InvalidInput
from training.parts import Parts

LIMIT_BYTES = 40_000


def write(folder: Path, sizes: list[int]) -> list[Path]:
    with Parts(folder, LIMIT_BYTES) as parts:
        for number, size in enumerate(sizes):
            parts.add(PurePosixPath("a" * 120) / f"{number}.bin", bytes([number]) * size)
    return parts.paths


def read(paths: list[Path]) -> dict[str, bytes]:
    found = {}
    for path in paths:
        with tarfile.open(path) as archive:
            for entry in archive:
                file = archive.extractfile(entry)
                assert file is not None
                found[Path(entry.name).name] = file.read()
    return found


def test_files_come_back_from_parts_that_are_small_enough(tmp_path: Path) -> None:
    sizes = [9000] * 9 + [0, 1, 511, 512, 27_000]
    paths = write(tmp_path, sizes)
    assert [path.name for path in paths] == [f"part-0{k}.tar" for k in range(1, len(paths) + 1)]
    assert len(paths) > 3
    assert max(path.stat().st_size for path in paths) <= LIMIT_BYTES
    assert read(paths) == {f"{k}.bin": bytes([k]) * size for k, size in enumerate(sizes)}


def test_the_same_files_make_the_same_bytes_and_old_parts_go(tmp_path: Path) -> None:
    before = [path.read_bytes() for path in write(tmp_path, [20_000] * 4)]
    assert len(before) == 4
    again = write(tmp_path, [20_000] * 2)
    assert sorted(tmp_path.iterdir()) == again
    assert [path.read_bytes() for path in again] == before[:2]


def test_a_file_that_fits_into_no_part_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        write(tmp_path, [LIMIT_BYTES])
    assert caught.value.code == "part_too_small"
