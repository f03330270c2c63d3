"""Photos by content: the name of a photo is the SHA-256 of its bytes."""

from __future__ import annotations

import hashlib
import os
import re
import uuid

import fsspec
from fsspec.implementations.local import LocalFileSystem

from model.errors import NotFound, Unavailable

_DIGEST = re.compile(r"[0-9a-f]{64}")


class PhotoStore:
    """Keeps bytes under their SHA-256 in a local folder or any store that fsspec knows.

    Writing the same bytes twice keeps one copy. A file appears under its name only when it is
    complete, so a crash leaves no half photo behind a good name.
    """

    def __init__(self, url: str) -> None:
        self._filesystem, self._root = fsspec.core.url_to_fs(url, auto_mkdir=True)

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

    def check(self) -> None:
        """Raises Unavailable when the store cannot be written."""
        self.put(b"")

    def _write(self, path: str, data: bytes) -> None:
        with self._filesystem.open(path, "wb") as file:
            file.write(data)
            if hasattr(file, "fileno"):
                # The row that names this photo is durable once committed; so must the photo be.
                file.flush()
                os.fsync(file.fileno())

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
        if not _DIGEST.fullmatch(name):
            raise _not_stored(name)
        return f"{self._root}/{name[:2]}/{name}"


def _not_stored(name: str) -> NotFound:
    return NotFound(
        "A photo is found by the SHA-256 of its stored bytes",
        f"name {name[:80]}",
        "Check the name, or restore the photo store from its backup",
        code="no_photo",
    )
