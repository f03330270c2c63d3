from __future__ import annotations

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from serve.storage import PhotoStore


def test_a_stored_photo_survives_a_power_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[int, bool]] = []
    fsync = os.fsync

    def watch(handle: int) -> None:
        found = os.fstat(handle)
        # A folder is synced after the rename, or its new name is not on the disk.
        named = not stat.S_ISDIR(found.st_mode) or not list(tmp_path.rglob("*.part"))
        synced.append((found.st_ino, named))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", watch)
    name = PhotoStore(str(tmp_path)).put(b"bytes of a photo")
    kept = tmp_path / name[:2] / name
    assert kept.read_bytes() == b"bytes of a photo"
    for path in (kept, kept.parent, tmp_path):
        assert (path.stat().st_ino, True) in synced


@pytest.mark.parametrize("url", ["{folder}", "memory://{folder}"])
def test_what_is_stored_is_listed_with_its_age(tmp_path: Path, url: str) -> None:
    store = PhotoStore(url.format(folder=tmp_path))
    assert list(store.list_names()) == []
    names = {store.put(bytes([number])) for number in range(20)}
    store.check()
    assert {name for some in store.list_names() for name in some} == names
    name = names.pop()
    assert store.is_older(name, datetime.now(UTC) + timedelta(days=1))
    assert not store.is_older(name, datetime.now(UTC) - timedelta(days=1))
    assert store.remove(name)
    assert not store.is_older(name, datetime.now(UTC) + timedelta(days=1))
    assert {name for some in store.list_names() for name in some} == names
