"""The portal as a user starts it: `iportal run` in a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from api.core.processes.priority import BEHIND_REQUESTS

READY_SECONDS = 300
STOP_SECONDS = 60


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def child_processes() -> set[int]:
    """The processes that this one has started and that still run."""
    text = Path(f"/proc/self/task/{os.getpid()}/children").read_text("ascii")
    return {int(pid) for pid in text.split()}


def session_weight(pid: int) -> int:
    """How nice its session is to others, where Linux weighs sessions; else as wanted."""
    path = Path(f"/proc/{pid}/autogroup")
    return int(path.read_text().rpartition(" ")[2]) if path.exists() else BEHIND_REQUESTS


def named_in_commands(text: str) -> list[str]:
    """The command lines of the running processes that have this text in them."""
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            lines.append(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return [line for line in lines if text in line]


def environment(data_dir: Path, port: int, **variables: str) -> dict[str, str]:
    """The surroundings of a command, without the settings of whoever runs the tests."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("IPORTAL_")}
    return {
        **own,
        "IPORTAL_DATA_DIR": str(data_dir),
        "IPORTAL_PORT": str(port),
        **variables,
    }


@contextmanager
def killed_after(process: "subprocess.Popen[str]", seconds: float) -> Iterator[None]:
    """Kill a process that still runs after so many seconds, so that what reads its output ends."""
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@dataclass(slots=True)
class RunningPortal:
    """`iportal run`, from its start to its end."""

    data_dir: Path
    port: int = field(default_factory=free_port)
    variables: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    process: "subprocess.Popen[str] | None" = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait for its `ready:` line."""
        self.lines.clear()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "api.cli", "run"],
            env=environment(self.data_dir, self.port, **self.variables),
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        with killed_after(self.process, READY_SECONDS):
            for line in self.process.stdout:
                self.lines.append(line.rstrip())
                if line.startswith("ready: "):
                    return
            raise AssertionError(f"ended with {self.process.wait()}: {self.lines}")

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait for the end; gives the exit code."""
        assert self.process is not None
        with killed_after(self.process, STOP_SECONDS), self.process as process:
            process.send_signal(number)
            return process.wait()

    @contextmanager
    def command(
        self, *arguments: str, seconds: float = READY_SECONDS
    ) -> Iterator["subprocess.Popen[str]"]:
        """Start another `iportal` command on the same data directory; it is killed when late."""
        process = self._start(*arguments)
        with killed_after(process, seconds), process:
            yield process

    def _start(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "api.cli", *arguments],
            env=environment(self.data_dir, self.port, **self.variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def output(self, *arguments: str) -> tuple[int, str]:
        """Run a command to its end; gives its exit code and what it printed."""
        with self.command(*arguments) as process:
            printed, _ = process.communicate()
        return process.returncode, printed
