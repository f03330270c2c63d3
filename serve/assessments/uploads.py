"""Uploaded photos: read within bounds, checked and cleaned before anything is stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from werkzeug.datastructures import FileStorage

from model.errors import TooLarge
from model.metadata import read_taken, remove_location
from model.photo import MAX_BYTES, digest, read_photo
from serve.assessments.gate import ScoringGate
from serve.storage import hold_photos

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from serve.runtime import Runtime

MAX_NAME_LENGTH = 100

_ZONE = timedelta(hours=8)
"""Zone of a camera that states none: all of China keeps one time."""


@dataclass(frozen=True)
class Upload:
    """A checked upload; its bytes stay in the request's spooled file until read.

    Attributes:
        name: the client's name for the file, without folders.
        sha256: of the bytes that are kept, which are without location and device.
        file: what was uploaded.
        taken_at: when the photo says that it was taken, if it does.
    """

    name: str
    sha256: str
    file: FileStorage
    taken_at: datetime | None = None

    def read(self) -> bytes:
        """Returns the bytes to keep."""
        return remove_location(read_bounded(self.file))


def check_uploads(files: Sequence[FileStorage], gate: ScoringGate) -> list[Upload]:
    """Checks every file, one in memory at a time; the same photo sent twice counts once.

    Raises:
        UnsupportedMedia: a file is no photo.
        TooLarge: a file has too many bytes or pixels.
        InvalidInput: a file is empty, damaged or cut short.
    """
    uploads = {upload.sha256: upload for upload in _check_each(files, gate)}
    return list(uploads.values())


def store_uploads(session: Session, runtime: Runtime, uploads: Sequence[Upload]) -> None:
    """Stores photos that rows of the session's transaction come to name.

    They are there before the rows are, and nothing is stored that is refused before. One is in
    memory at a time, and no more than there are slots in all requests.

    Raises:
        Unavailable: the store cannot be written.
    """
    # Held before a slot is taken: nobody with a slot waits for the database.
    hold_photos(session, [upload.sha256 for upload in uploads])
    for upload in uploads:
        with runtime.scoring.slots:
            runtime.photos.put(upload.read())


def _check_each(files: Sequence[FileStorage], gate: ScoringGate) -> Iterator[Upload]:
    for file in files:
        with gate.slots:
            data = read_bounded(file)
            read_photo(data)
            kept = remove_location(data)
        yield Upload(clean_name(file), digest(kept), file, read_taken(kept, timezone(_ZONE)))


def read_checked(file: FileStorage, gate: ScoringGate) -> bytes:
    """Returns the bytes of an upload that is a whole photo of bounded size.

    Raises:
        UnsupportedMedia: they are no photo.
        TooLarge: too many bytes or pixels.
        InvalidInput: no bytes, or damaged ones.
    """
    with gate.slots:
        data = read_bounded(file)
        read_photo(data)
    return data


def read_bounded(file: FileStorage) -> bytes:
    """Returns the bytes of an upload.

    Raises:
        TooLarge: there are more than a photo may have.
    """
    file.stream.seek(0)
    data = file.stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise TooLarge(
            f"A photo file has at most {MAX_BYTES} bytes",
            f"more than {MAX_BYTES} bytes",
            "Send it at a lower resolution or quality",
            code="too_many_bytes",
        )
    return data


def clean_name(file: FileStorage) -> str:
    """Returns the client's name for a file without folders and control characters."""
    name = (file.filename or "photo").replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in name if c.isprintable())[:MAX_NAME_LENGTH] or "photo"
