"""Waiting for what another process does."""

import asyncio
import time
from collections.abc import Awaitable, Callable

PAUSE = 0.05


async def eventually(
    condition: Callable[[], Awaitable[bool]], what: str, seconds: float = 30.0
) -> None:
    """Wait until a condition holds; fail, saying what was missing, when it does not in time."""
    deadline = time.monotonic() + seconds
    while not await condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        await asyncio.sleep(PAUSE)


async def communicated(
    process: asyncio.subprocess.Process, seconds: float, given: bytes | None = None
) -> tuple[bytes, bytes]:
    """Wait for what a process writes; kill it when it lasts too long, however the wait ends."""
    try:
        async with asyncio.timeout(seconds):
            return await process.communicate(given)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
