"""Photos by content: the name of a photo is the SHA-256 of its bytes.

What comes to name a photo and what removes one take turns by `hold_photos` and `lock_photos`.
"""

from __future__ import annotations

import hashlib
import os
import re
import uuid
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import fsspec
from fsspec.implementations.local import LocalFileSystem
from sqlalchemy import text

from model.errors import NotFound, Unavailable

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_NAME = re.compile(r"[0-9a-f]{64}(\.[0-9a-f]{32}\.part)?")
"""A photo, or what a crash has left of one that was being written."""

_OWNER = "owner"
"""A file beside the photos that names the database that they belong to."""

_LISTED = 500
"""Names that are listed at a time."""


class PhotoStore:
    """Keeps bytes under their SHA-256 in a local folder or any store that fsspec knows.

    Writing the same bytes twice keeps one copy. A file appears under its name only when it is
    complete, so a crash leaves no half photo behind a good name.
    """

    def __init__(self, url: str) -> None:
        # A listing that is remembered would tell of photos that another process has removed.
        self._filesystem, self._root = fsspec.core.url_to_fs(
            url, auto_mkdir=True, use_listings_cache=False
        )

    def put(self, data: bytes) -> str:
        """Stores the bytes and returns their hex SHA-256.

        Raises:
            Unavailable: the store cannot be written.
        """
        name = hashlib.sha256(data).hexdigest()
        path = self._path(name)
        try:
            if not self._filesystem.exists(path):
                part = f"{path}.{uuid.uuid4().hex}.part"
                self._write(part, data)
                self._filesystem.mv(part, path)
                self._sync_folders(path)
        except OSError as error:
            raise Unavailable(
                "Photos are accepted while they can be stored",
                f"the store's answer: {str(error).rstrip('.')}",
                "Try again in a minute",
                code="storage_down",
            ) from error
        return name

    def get(self, name: str) -> bytes:
        """Returns the bytes of that SHA-256, checked against it.

        Raises:
            NotFound: nothing is stored under the name, or what is stored is no longer the same.
        """
        try:
            data: bytes = self._filesystem.cat_file(self._path(name))
        except FileNotFoundError as error:
            raise _not_stored(name) from error
        if hashlib.sha256(data).hexdigest() != name:
            raise NotFound(
                "A stored photo still has the bytes that its SHA-256 names",
                f"other bytes under {name}",
                "Restore the photo store from its backup",
                code="photo_damaged",
            )
        return data

    def remove(self, name: str) -> bool:
        """Deletes the bytes of that SHA-256 and returns whether there were any.

        Raises:
            Unavailable: the store cannot be changed.
        """
        path = self._path(name)
        try:
            if not self._filesystem.exists(path):
                return False
            self._filesystem.rm_file(path)
        except OSError as error:
            raise Unavailable(
                "Photos are erased while the store can be changed",
                f"the store's answer: {str(error).rstrip('.')}",
                "Purge again when it can: what is left over is found again",
                code="storage_down",
            ) from error
        return True

    def list_names(self) -> Iterator[list[str]]:
        """Yields the names of everything stored, some hundred at a time, unfinished ones too.

        What `check` writes is none.
        """
        probe = hashlib.sha256(b"").hexdigest()
        for folder in self._list(self._root):
            names = [PurePosixPath(path).name for path in self._list(folder)]
            names = [name for name in names if _NAME.fullmatch(name) and name != probe]
            for start in range(0, len(names), _LISTED):
                yield names[start : start + _LISTED]

    def is_older(self, name: str, moment: datetime) -> bool:
        """Whether what is stored under a listed name was written before; false where it is gone."""
        try:
            written: datetime = self._filesystem.modified(self._path(name))
        except FileNotFoundError:
            return False
        return written < moment

    def read_owner(self) -> str | None:
        """Returns whose photos these are, as it was written; None where nobody wrote it."""
        try:
            written: bytes = self._filesystem.cat_file(f"{self._root}/{_OWNER}")
        except FileNotFoundError:
            return None
        return written.decode(errors="replace").strip()

    def write_owner(self, owner: str) -> None:
        """Writes whose photos these are."""
        self._write(f"{self._root}/{_OWNER}", f"{owner}\n".encode())

    def check(self) -> None:
        """Raises Unavailable when the store cannot be written."""
        self.put(b"")

    def _write(self, path: str, data: bytes) -> None:
        with self._filesystem.open(path, "wb") as file:
            file.write(data)
            if isinstance(self._filesystem, LocalFileSystem):
                # The row that names this photo is durable once committed; so must the photo be.
                file.flush()
                os.fsync(file.fileno())

    def _list(self, folder: str) -> list[str]:
        try:
            return sorted(self._filesystem.ls(folder, detail=False))
        except (FileNotFoundError, NotADirectoryError):
            return []

    def _sync_folders(self, path: str) -> None:
        """Makes the name durable too: without it a power cut leaves bytes that nobody finds."""
        if not isinstance(self._filesystem, LocalFileSystem):
            return
        for folder in (os.path.dirname(path), self._root):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

    def _path(self, name: str) -> str:
        if not _NAME.fullmatch(name):
            raise _not_stored(name)
        return f"{self._root}/{name[:2]}/{name}"


def hold_photos(session: Session, hashes: Collection[str]) -> None:
    """Lets nobody remove these photos until the transaction ends, in which rows come to name them.

    Hold them before they are stored: those that are there already are not written again.
    """
    _lock(session, hashes, "pg_advisory_xact_lock_shared")


def lock_photos(session: Session, hashes: Collection[str]) -> None:
    """Waits for those who hold these photos, and keeps others from it until the transaction ends.

    Whoever looks for rows that name them afterwards, and finds none, can remove them.
    """
    _lock(session, hashes, "pg_advisory_xact_lock")


def _lock(session: Session, hashes: Collection[str], function: str) -> None:
    lock = text(f"SELECT {function}(hashtextextended(:name, 0))")
    for sha256 in sorted(hashes):  # in one order, so that two never wait for each other
        session.execute(lock, {"name": f"photo:{sha256}"})


def _not_stored(name: str) -> NotFound:
    return NotFound(
        "A photo is found by the SHA-256 of its stored bytes",
        f"name {name[:80]}",
        "Check the name, or restore the photo store from its backup",
        code="no_photo",
    )
