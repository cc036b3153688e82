"""As whom the engines run, and how they are tied to the process that started them."""

import ctypes
import os
import pwd
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from api.embedded.addresses import EngineError

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Identity:
    """The user that engines run as; `uid` is None when that is simply ours."""

    uid: int | None = None
    gid: int | None = None

    @classmethod
    def for_data(cls, data_dir: Path) -> "Identity":
        """Stay who we are, unless that is root: then the owner of the data, else `nobody`."""
        if os.geteuid() != 0:
            return cls()
        owner = data_dir.stat()
        if owner.st_uid != 0:
            return cls(owner.st_uid, owner.st_gid)
        try:
            nobody = pwd.getpwnam("nobody")
        except KeyError:
            raise EngineError(
                "PostgreSQL must not run as root, and there is no user 'nobody' to run it as. "
                "Give the data directory to an ordinary user, or start the portal as one."
            ) from None
        return cls(nobody.pw_uid, nobody.pw_gid)

    def own(self, path: Path) -> None:
        """Give a file or folder to this user, with all that is in it, when it is not theirs."""
        if self.uid is None or path.lstat().st_uid == self.uid:
            return
        for folder, folders, files in os.walk(path):
            for name in (*folders, *files):
                os.chown(Path(folder) / name, self.uid, self.gid or 0, follow_symlinks=False)
        os.chown(path, self.uid, self.gid or 0, follow_symlinks=False)

    def can_run(self, path: Path) -> bool:
        """Whether every folder on the way and the file itself are open to this user."""
        if self.uid is None:
            return os.access(path, os.X_OK)
        real = path.resolve()
        return all(step.exists() and self._may_enter(step) for step in (real, *real.parents))

    def _may_enter(self, path: Path) -> bool:
        stat = path.stat()
        if stat.st_uid == self.uid:
            return bool(stat.st_mode & 0o100)
        if stat.st_gid == self.gid:
            return bool(stat.st_mode & 0o010)
        return bool(stat.st_mode & 0o001)


def tie_to_parent(
    death_signal: int, *, first: Callable[[], None] | None = None
) -> Callable[[], None]:
    """What a child runs before it becomes an engine: die with `death_signal` when we die.

    The kernel forgets the wish when the user changes, so it is set after that; and a parent
    that died before the wish was set would never be noticed, hence the look at who it is now.
    """
    parent = os.getpid()
    libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

    def tie() -> None:
        if first is not None:
            first()
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(125)

    return tie


def pid_taken(pid: int) -> bool:
    """Whether the number belongs to a process, be it another user's or already dead."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def process_birth(pid: int) -> str | None:
    """What tells a process from a later one with the same number; None when it is gone."""
    if sys.platform != "linux":
        try:
            os.kill(pid, 0)
        except OSError:
            return None
        return str(pid)
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    state, *fields = stat.rpartition(")")[2].split()
    return None if state in {"Z", "X"} else fields[18]
