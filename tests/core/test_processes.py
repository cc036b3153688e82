"""Limited processes: what goes wrong in them is an answer, and never stops the server."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from api.core.processes import OverLimit, Processes, Unfinished
from api.core.processes.priority import BEHIND_REQUESTS
from tests.core import tasks
from tests.support.running import child_processes, session_weight

pytestmark = pytest.mark.alone


@pytest.fixture(scope="module")
async def processes() -> AsyncIterator[Processes]:
    async with Processes(2, prepare=tasks.prepare, memory=300 * 2**20) as running:
        yield running


async def test_values_and_errors_come_back(processes: Processes) -> None:
    facts = await processes.run(tasks.measure, b"x" * 5)
    assert isinstance(facts, tasks.Facts)
    assert facts == tasks.Facts(5, facts.pid)
    assert facts.pid != os.getpid()
    assert await processes.run(tasks.is_prepared) is True
    with pytest.raises(tasks.Stubborn, match="no"):
        await processes.run(tasks.fail)


async def test_its_work_stands_back_for_requests_whatever_their_sessions_weigh(
    processes: Processes,
) -> None:
    facts = await processes.run(tasks.measure, b"")
    assert isinstance(facts, tasks.Facts)
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getpriority(os.PRIO_PROCESS, facts.pid) == max(BEHIND_REQUESTS, ours)
    assert session_weight(facts.pid) == BEHIND_REQUESTS


async def test_large_values_travel_whole(processes: Processes) -> None:
    data = os.urandom(20_000_000)
    assert await processes.run(tasks.echo, data) == data


async def test_tasks_run_side_by_side_and_wait_for_a_free_process(processes: Processes) -> None:
    began = time.monotonic()
    slept = await asyncio.gather(*(processes.run(tasks.sleep, 1.0) for _ in range(4)))
    assert slept == ["slept"] * 4
    # Two at a time; one by one they would sleep for four.
    assert 1.9 < time.monotonic() - began < 3.9


@pytest.mark.parametrize("task", [tasks.abort, tasks.kill, tasks.stop])
async def test_sec_D8_X22_a_lost_process_says_nothing_about_its_task(
    task: Callable[[], None],
) -> None:
    async with Processes(1, guard=2.0) as processes:
        for _ in range(2):
            with pytest.raises(Unfinished):
                await processes.run(task)
        processes.guard = 60.0
        assert await processes.run(tasks.echo, b"next") == b"next"


@pytest.mark.parametrize("task", [tasks.spin, tasks.spin_natively])
async def test_sec_D8_X22_a_task_that_uses_up_its_cpu_time_is_over_its_limit(
    processes: Processes, task: Callable[[], None]
) -> None:
    for _ in range(2):
        over = await processes.run(task, seconds=0.3)
        assert over == OverLimit("cpu_time", 0.3)
    assert str(over) == "more than 0.3 s of CPU time"
    assert await processes.run(tasks.echo, b"next") == b"next"


async def test_sec_X22_only_cpu_time_counts_and_that_of_each_task_by_itself() -> None:
    async with Processes(1) as processes:
        assert await processes.run(tasks.sleep, 0.8, seconds=0.4) == "slept"
        first = await processes.run(tasks.cpu_time)
        assert isinstance(first, float)
        for number in (1, 2, 3):
            # As many seconds in all as a single task may not use.
            done = await processes.run(tasks.work, first + number * 0.3, seconds=0.6)
            assert done == "worked"


async def test_sec_X22_a_limit_holds_for_tasks_shorter_than_a_tick(processes: Processes) -> None:
    for _ in range(20):
        over = await processes.run(tasks.measure, bytes(1000), seconds=1e-6)
        assert over == OverLimit("cpu_time", 1e-6)


async def test_sec_X22_who_waits_too_long_in_line_learns_nothing() -> None:
    async with Processes(1, seconds_in_line=0.2) as processes:
        processes.seconds_in_line = 60
        await processes.run(tasks.echo, b"ready")
        processes.seconds_in_line = 0.2
        first = asyncio.create_task(processes.run(tasks.sleep, 2.0))
        await asyncio.sleep(0)
        with pytest.raises(Unfinished):
            await processes.run(tasks.echo, b"second")
        assert await first == "slept"
        assert await processes.run(tasks.echo, b"third") == b"third"


async def test_sec_D8_memory_is_limited(processes: Processes) -> None:
    assert await processes.run(tasks.hoard, 100) == 100 * 2**20
    over = await processes.run(tasks.hoard, 400)
    assert over == OverLimit("memory", 300 * 2**20)
    assert str(over) == "more than 300 MB of memory"
    with pytest.raises(Unfinished):
        await processes.run(tasks.hoard_natively, 400)
    assert await processes.run(tasks.echo, b"next") == b"next"


async def test_sec_D8_a_lost_task_does_not_disturb_another(processes: Processes) -> None:
    good = asyncio.gather(*(processes.run(tasks.measure, bytes(n)) for n in range(20)))
    bad = asyncio.gather(*(processes.run(tasks.abort) for _ in range(3)), return_exceptions=True)
    facts = await good
    assert [fact.length for fact in facts if isinstance(fact, tasks.Facts)] == list(range(20))
    assert [type(lost) for lost in await bad] == [Unfinished] * 3


async def test_the_event_loop_is_never_blocked(processes: Processes) -> None:
    longest, stop = 0.0, asyncio.Event()

    async def tick() -> None:
        nonlocal longest
        while not stop.is_set():
            began = time.monotonic()
            await asyncio.sleep(0.01)
            longest = max(longest, time.monotonic() - began)

    ticking = asyncio.create_task(tick())
    await asyncio.gather(
        *(processes.run(tasks.spin, seconds=0.5) for _ in range(3)),
        processes.run(tasks.abort),
        return_exceptions=True,
    )
    stop.set()
    await ticking
    assert longest < 0.45


async def test_a_process_that_grew_is_replaced() -> None:
    async with Processes(1, recycle_above=60 * 2**20) as processes:
        first = await processes.run(tasks.grow, 1)
        assert await processes.run(tasks.grow, 1) == first
        assert await processes.run(tasks.grow, 100) == first
        assert await processes.run(tasks.grow, 1) != first


async def test_a_process_that_ended_while_idle_costs_no_task() -> None:
    async with Processes(1) as processes:
        pid = await processes.run(tasks.abort_later)
        assert isinstance(pid, int)
        await asyncio.sleep(0.5)
        answer = await processes.run(tasks.measure, b"")
        assert isinstance(answer, tasks.Facts)
        assert answer.pid != pid


async def test_a_caller_who_leaves_does_not_cost_a_process(processes: Processes) -> None:
    leaving = [asyncio.create_task(processes.run(tasks.sleep, 0.3)) for _ in range(4)]
    await asyncio.sleep(0.05)
    for task in leaving:
        task.cancel()
    assert await processes.run(tasks.echo, b"next") == b"next"


async def test_sec_D8_an_answer_cannot_call_into_the_server(processes: Processes) -> None:
    with pytest.raises(Unfinished):
        await processes.run(tasks.hostile_answer)
    with pytest.raises(TypeError, match="cannot be sent"):
        await processes.run(tasks.unpicklable)


async def test_what_a_library_prints_is_no_answer(processes: Processes) -> None:
    assert await processes.run(tasks.chatter) == "said"


async def test_sec_D8_processes_know_no_secrets_and_write_no_files(
    processes: Processes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPORTAL_SECRET_KEY", "canary")
    async with Processes(1) as fresh:
        known = await fresh.run(tasks.environment)
        assert isinstance(known, dict)
        assert not [name for name in known if name.startswith(("IPORTAL", "AWS"))]
    assert await processes.run(tasks.write_file, str(tmp_path / "x")) is False


async def test_closing_ends_the_processes() -> None:
    processes = Processes(2)
    facts = await processes.run(tasks.measure, b"")
    assert isinstance(facts, tasks.Facts)
    await processes.close()
    with pytest.raises(ProcessLookupError):
        os.kill(facts.pid, signal.SIG_DFL)


async def test_one_can_be_started_ahead_of_the_others() -> None:
    before = child_processes()
    async with asyncio.timeout(60):
        processes = Processes(2)
        processes.start(1)
        while len(child_processes() - before) < 1:
            await asyncio.sleep(0.05)
        first = child_processes()
        assert await processes.run(tasks.echo, b"first") == b"first"
        while not child_processes() - first:
            await asyncio.sleep(0.05)
        await processes.close()
