"""No test waits for ever: what it started is ended with the wait."""

import asyncio
import subprocess
import sys

import pytest

from tests.support.running import killed_after
from tests.support.waiting import communicated

SILENT = [sys.executable, "-c", "import time; time.sleep(600)"]


def test_a_silent_process_is_killed_when_the_time_is_over() -> None:
    silent = subprocess.Popen(SILENT, stdout=subprocess.PIPE, text=True)
    with silent as process, killed_after(process, 0.5):
        assert process.stdout is not None
        assert process.stdout.read() == ""
    assert process.returncode < 0


async def test_a_process_that_writes_too_long_is_killed() -> None:
    process = await asyncio.create_subprocess_exec(*SILENT, stdout=asyncio.subprocess.PIPE)
    with pytest.raises(TimeoutError):
        await communicated(process, 0.5)
    assert process.returncode is not None


async def test_what_ends_in_time_is_given() -> None:
    program = [sys.executable, "-c", "print(input())"]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*program, stdin=pipe, stdout=pipe)
    assert (await communicated(process, 60, b"x\n"))[0] == b"x\n"
    assert process.returncode == 0
