"""`iportal run`: engines, API and worker under one parent, stopped together."""

import asyncio
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Coroutine
from types import FrameType
from typing import Any, TypeVar

from api.cli.portal import Report, data_dir, local_secret, migrate, portal
from api.core.settings import Settings
from api.embedded import attached

PR_SET_PDEATHSIG = 1
READY_SECONDS = 60
STOP_SECONDS = 30
CHILDREN = ("serve", "worker")
SIGNALS = (signal.SIGTERM, signal.SIGINT)

T = TypeVar("T")


class PortInUse(Exception):
    """Another program listens where the portal wants to."""


class Stopped(Exception):
    """The person or the system asked the portal to stop."""


def _stop(_: int, __: FrameType | None) -> None:
    raise Stopped


def _until_stopped(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end, or until a signal cancels it; raises `Stopped` then.

    An exception from a signal's handler could end up in any callback of the event loop, which
    would take it for its own.
    """

    async def main() -> T:
        loop = asyncio.get_running_loop()
        task = loop.create_task(work)
        for number in SIGNALS:
            loop.add_signal_handler(number, task.cancel)
        return await task

    try:
        return asyncio.run(main())
    except asyncio.CancelledError as error:
        raise Stopped from error
    finally:
        _listen()


def _listen() -> None:
    for number in SIGNALS:
        signal.signal(number, _stop)


def run_everything(report: Report, *, tied: bool) -> int:
    """Run until SIGINT or SIGTERM, or until a part dies; returns the exit code.

    `tied` also stops when the process that started us ends, in whatever way.
    """
    _listen()
    if tied:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    os.environ.setdefault("IPORTAL_SECRET_KEY", local_secret(data_dir()))
    os.environ.setdefault("IPORTAL_LOG_FORMAT", "console")
    os.environ.setdefault("IPORTAL_LOG_LEVEL", "WARNING")
    try:
        with portal(report) as settings:
            return _supervise(settings, report)
    except Stopped:
        report("stopped")
        return 0
    except PortInUse as error:
        report(str(error))
        return 1


def _supervise(settings: Settings, report: Report) -> int:
    _refuse_used_port(settings)
    migrate(settings)
    signed_in = _seed_demo(settings, report)
    children = {name: _start(name) for name in CHILDREN}
    try:
        _wait_ready(settings, children)
        mailbox = attached(data_dir())
        if mailbox is not None and mailbox.mailbox_url is not None:
            signed_in = [*signed_in, f"mails: {mailbox.mailbox_url}"]
        sys.stdout.write("\n".join([*signed_in, f"ready: {settings.public_url}", ""]))
        sys.stdout.flush()
        return _wait_any(children, report)
    finally:
        # A second signal while stopping must not leave a child behind.
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        _end(children, report)


def _seed_demo(settings: Settings, report: Report) -> list[str]:
    if not settings.demo:
        return []
    # The generator and what draws its PDFs are only imported where the demo is wanted.
    from api.demo.seed import seed_demo_if_wanted

    return _until_stopped(seed_demo_if_wanted(settings, report))


def _refuse_used_port(settings: Settings) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise PortInUse(
                f"port {settings.port} is in use; choose another with IPORTAL_PORT"
            ) from error


def _die_with(parent: int) -> Callable[[], None]:
    libc = ctypes.CDLL(None, use_errno=True)

    def prepare() -> None:
        # When the parent is killed its children get SIGTERM and stop as they would with it.
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        # Sessions of their own, so that the worker can stand back for the API.
        os.setsid()
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def _start(name: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "api.cli", name],
        preexec_fn=_die_with(os.getpid()),  # noqa: PLW1509
    )


def _wait_ready(settings: Settings, children: dict[str, subprocess.Popen[bytes]]) -> None:
    url = f"http://{settings.host}:{settings.port}/readyz"
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if any(child.poll() is not None for child in children.values()):
            return
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)


def _wait_any(children: dict[str, subprocess.Popen[bytes]], report: Report) -> int:
    try:
        while True:
            for name, child in children.items():
                if child.poll() is not None:
                    report(f"{name} ended with code {child.returncode}")
                    return 1
            time.sleep(0.2)
    except Stopped:
        report("stopping")
        return 0


def _end(children: dict[str, subprocess.Popen[bytes]], report: Report) -> None:
    for child in children.values():
        child.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for name, child in children.items():
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            report(f"{name} did not stop in time")
            child.kill()
            child.wait()
