"""The app as it was before the newest migration, from the repository's own history."""

import io
import subprocess
import zipfile
from pathlib import Path

from api.core.settings import ROOT


def git(*arguments: str) -> bytes:
    """What git prints; nothing where there is no history, as in an unpacked archive."""
    try:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return b""
    return done.stdout


def unpack_app_before(migration: Path, folder: Path) -> Path:
    """Unpack the app of the commit before a migration was added; its root.

    Without history, or when the migration is not committed yet, it is the newest app there is.
    """
    name = str(migration.relative_to(ROOT))
    added = git("log", "-1", "--diff-filter=A", "--format=%H", "--", name).decode().strip()
    archive = git("archive", "--format=zip", f"{added}^" if added else "HEAD", "api", "migrations")
    if not archive:
        return ROOT
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        files.extractall(folder)
    return folder
