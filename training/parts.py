"""Files in numbered archives, each small enough to be carried."""

from __future__ import annotations

import io
import tarfile
from contextlib import ExitStack
from pathlib import Path, PurePosixPath
from types import TracebackType

from model.errors import InvalidInput

_HEADERS_BYTES, _ENDING_BYTES = 4 * 512, 20 * 512
"""The most that tar adds to a file, its long name and padding included, and to an archive."""


class Parts:
    """Writes `part-01.tar` and so on, each filled until the next file would be too much.

    Args:
        folder: where the archives go; those of an earlier call are removed.
        limit_bytes: the most that one archive may have.

    Attributes:
        paths: the archives so far.
    """

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self.folder, self.limit_bytes = folder, limit_bytes
        self.paths: list[Path] = []
        self._open = ExitStack()
        self._archive: tarfile.TarFile | None = None

    def __enter__(self) -> Parts:
        self.folder.mkdir(parents=True, exist_ok=True)
        for old in self.folder.glob("part-*.tar"):
            old.unlink()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._open.close()

    def add(self, name: PurePosixPath, data: bytes) -> None:
        """Adds a file, to a new archive if need be; no time or owner makes two archives differ.

        Raises:
            InvalidInput: the file alone is larger than an archive may be.
        """
        needed_bytes = _HEADERS_BYTES + len(data) + _ENDING_BYTES
        if needed_bytes > self.limit_bytes:
            raise InvalidInput(
                f"A file fits into a part of {self.limit_bytes / 2**20:g} MiB",
                f"{name} with {len(data) / 2**20:.1f} MiB",
                "Allow larger parts",
                code="part_too_small",
            )
        archive = self._archive
        if archive is None or archive.offset + needed_bytes > self.limit_bytes:
            archive = self._archive = self._begin()
        entry = tarfile.TarInfo(str(name))
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))

    def _begin(self) -> tarfile.TarFile:
        self._open.close()
        self.paths.append(self.folder / f"part-{len(self.paths) + 1:02}.tar")
        return self._open.enter_context(tarfile.open(self.paths[-1], "w"))
