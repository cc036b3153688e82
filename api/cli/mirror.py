"""What `iportal pull` remembers in a folder: the cursor, and which files belong to which document.

It is a small SQLite database beside the files, so that a run that is interrupted anywhere goes on
where it was, and two runs at once are refused.
"""

import fcntl
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Self

STATE_FILE = ".iportal-pull.sqlite"
LOCK_FILE = ".iportal-pull.lock"
REMOVED = "removed"
SCHEMA = """
CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS documents (id TEXT PRIMARY KEY, stem TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS files (
    document_id TEXT NOT NULL, kind TEXT NOT NULL, path TEXT NOT NULL, etag TEXT NOT NULL,
    PRIMARY KEY (document_id, kind)
);
"""


class AlreadyRunning(Exception):
    """Another pull works in this folder."""


class Mirror:
    """A folder of documents and what is known of them. Open it as a context manager."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock: IO[str] = (self.folder / LOCK_FILE).open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.close()
            raise AlreadyRunning(f"another pull works in {self.folder}") from error
        self._state = sqlite3.connect(self.folder / STATE_FILE)
        self._state.executescript(SCHEMA)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._state.close()
        self._lock.close()

    def note(self, name: str) -> str | None:
        """Something that was noted, such as the cursor."""
        row = self._state.execute("SELECT value FROM notes WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def set_note(self, name: str, value: str | None) -> None:
        """Note something for the next run, or forget it."""
        with self._state:
            self._state.execute("DELETE FROM notes WHERE name = ?", (name,))
            if value is not None:
                self._state.execute("INSERT INTO notes VALUES (?, ?)", (name, value))

    def stem(self, document_id: str, wanted: str) -> str:
        """The path of a document's files without extension: its own, always the same."""
        row = self._state.execute(
            "SELECT stem FROM documents WHERE id = ?", (document_id,)
        ).fetchone()
        if row:
            return str(row[0])
        # Two names that differ in case only are one on some systems.
        taken = self._state.execute(
            "SELECT 1 FROM documents WHERE lower(stem) = lower(?)", (wanted,)
        ).fetchone()
        stem = f"{wanted} ({document_id})" if taken else wanted
        with self._state:
            self._state.execute("INSERT INTO documents VALUES (?, ?)", (document_id, stem))
        return stem

    def etag(self, document_id: str, kind: str) -> str | None:
        """The entity tag of a file that is there, for `If-None-Match`."""
        row = self._state.execute(
            "SELECT path, etag FROM files WHERE document_id = ? AND kind = ?", (document_id, kind)
        ).fetchone()
        return row[1] if row and (self.folder / row[0]).is_file() else None

    @contextmanager
    def writing(self, path: str) -> Iterator[IO[bytes]]:
        """Write a file whole or not at all."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".pull-")
        try:
            with os.fdopen(descriptor, "wb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def keep(self, document_id: str, kind: str, path: str, etag: str) -> None:
        """Remember a file that has been written."""
        with self._state:
            self._state.execute(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)", (document_id, kind, path, etag)
            )

    def remove(self, document_id: str) -> bool:
        """Move a document's files aside; whether there were any."""
        rows = self._state.execute(
            "SELECT path FROM files WHERE document_id = ?", (document_id,)
        ).fetchall()
        for (path,) in rows:
            target = self.folder / REMOVED / path
            target.parent.mkdir(parents=True, exist_ok=True)
            if (self.folder / path).is_file():
                (self.folder / path).replace(target)
        with self._state:
            self._state.execute("DELETE FROM files WHERE document_id = ?", (document_id,))
            self._state.execute("DELETE FROM documents WHERE id = ?", (document_id,))
        return bool(rows)
