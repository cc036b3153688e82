"""What is remembered in the data directory: locks, passwords, ports, who runs what."""

import fcntl
import json
import os
import random
import secrets
import socket
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from api.embedded.addresses import EngineError
from api.embedded.identity import process_birth

PORTS = range(20000, 30000)  # below what the system hands out to clients, so rarely taken
COMPANION = 10000  # SeaweedFS expects one of its ports this far above another
COMPANION_PORTS = range(20000, 22700)

LOCK_DESCRIPTOR = 3
"""The number under which the keeper and the engines inherit the engines' lock."""


class Files:
    """The names of everything that is kept beside the engines' own data."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.run = data_dir / "run"
        self.engines_lock = self.run / "engines.lock"
        """Held by the keeper and, inherited, by every engine: free means that none is left."""
        self.users_lock = self.run / "users.lock"
        """Shared by the processes that use the engines: free means that they can stop."""
        self.engines = self.run / "engines.json"
        self.ports = self.run / "ports.json"
        self.keeper_log = self.run / "keeper.log"
        self.secrets = data_dir / "engine-secrets.json"

    def make(self) -> None:
        """Create the folders; EngineError when that is not allowed."""
        try:
            self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.run.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise EngineError(
                f"The data directory {self.data_dir} cannot be used: {error.strerror}."
            ) from error


def write_private(path: Path, content: Any) -> None:
    """Replace a JSON file at once, readable by its owner only."""
    work = path.with_name(f".{path.name}.{os.getpid()}")
    work.unlink(missing_ok=True)
    descriptor = os.open(work, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    work.replace(path)


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON file of ours; empty when there is none or it is not whole."""
    try:
        content = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def lock(path: Path, kind: int) -> int | None:
    """Take a lock without waiting; the open descriptor, or None when somebody holds it."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise EngineError(f"{path} cannot be opened: {error.strerror}.") from error
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def running(files: Files) -> dict[str, Any] | None:
    """What engines.json says, when the keeper that wrote it is alive."""
    state = read_json(files.engines)
    keeper = state.get("keeper", {})
    if not keeper or process_birth(keeper["pid"]) != keeper["birth"]:
        return None
    return state


@dataclass
class Secrets:
    """Passwords that are made once and kept."""

    path: Path
    made: set[str] = field(default_factory=set)
    """Names of what had to be made now: data from before does not know it."""

    def get(self, name: str) -> str:
        """Return the password of that name, made when it is asked for the first time."""
        known = read_json(self.path)
        if name not in known:
            known[name] = secrets.token_hex(24)
            self.made.add(name)
            write_private(self.path, known)
        return str(known[name])


class PortBook:
    """Ports that stay the same from run to run, as long as they are free."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = {name: int(port) for name, port in read_json(path).items()}
        self._given: set[int] = set()

    def take(self, name: str, *, companion: bool = False) -> int:
        """Return a free port for `name`; with `companion`, the one 10,000 above is free too."""
        wanted = self._known.get(name)
        if wanted is None or not self._free(wanted, companion):
            candidates = COMPANION_PORTS if companion else PORTS
            wanted = next(
                (port for port in random.sample(candidates, 500) if self._free(port, companion)),
                None,
            )
        if wanted is None:
            raise EngineError("No free port was found on 127.0.0.1.")
        self._given.update({wanted, wanted + COMPANION} if companion else {wanted})
        self._known[name] = wanted
        write_private(self._path, self._known)
        return wanted

    def forget(self, prefix: str) -> None:
        """Look for other ports next time: somebody else was faster."""
        self._known = {n: p for n, p in self._known.items() if not n.startswith(prefix)}

    def _free(self, port: int, companion: bool) -> bool:
        return all(
            candidate not in self._given and _can_listen(candidate)
            for candidate in ((port, port + COMPANION) if companion else (port,))
        )


def _can_listen(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
