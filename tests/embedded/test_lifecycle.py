"""Engines start, are shared, survive what survives, and never outlive their users."""

import os
import signal
import socket
import subprocess
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest
import redis

from api.core.processes.priority import BEHIND_REQUESTS
from api.embedded import Engine, EngineAddresses, EngineError, attached, running_engines
from api.embedded.identity import process_birth
from api.embedded.state import lock
from tests.embedded.rig import (
    ALL,
    alive,
    command,
    eventually,
    family,
    find_data,
    plain,
    put_data,
    state,
)
from tests.support.running import session_weight

SMALL = [Engine.VALKEY]


async def test_a_second_start_finds_the_data_at_the_same_addresses(tmp_path: Path) -> None:
    lines: list[str] = []
    with running_engines(tmp_path / "var", ALL, lines.append, durable=False) as first:
        await put_data(first, "kept")
        assert attached(tmp_path / "var") == first
    assert any("PostgreSQL" in line for line in lines)
    assert attached(tmp_path / "var") is None
    with running_engines(tmp_path / "var", ALL, durable=False) as second:
        assert second == first
        await find_data(second, "kept")


def test_engines_that_are_not_wanted_are_not_started(tmp_path: Path) -> None:
    with running_engines(tmp_path, []) as nothing:
        assert nothing == EngineAddresses()
    assert list(tmp_path.iterdir()) == []
    with running_engines(tmp_path, SMALL, durable=False) as addresses:
        assert addresses.redis_url
        assert addresses.database_url is None
        assert addresses.s3_endpoint_url is None
        assert addresses.mailbox_url is None


def test_a_second_process_uses_the_same_engines(tmp_path: Path) -> None:
    with command(tmp_path, SMALL) as portal, command(tmp_path, SMALL) as other:
        assert portal.addresses() == other.addresses()
        keeper = state(tmp_path)["keeper"]
        other.end()
        assert state(tmp_path)["keeper"] == keeper
        processes = family(tmp_path)
        portal.end()
        assert alive(processes) == []


def test_engines_go_on_until_the_last_user_ends(tmp_path: Path) -> None:
    with command(tmp_path, SMALL) as starter:
        addresses = starter.addresses()
        with command(tmp_path, SMALL) as portal:
            portal.addresses()
            starter.end()
            with redis.Redis.from_url(addresses.redis_url or "") as valkey:
                assert valkey.ping()
            processes = family(tmp_path)
            portal.end()
    assert alive(processes) == []


def test_many_commands_at_once_start_one_set_of_engines(tmp_path: Path) -> None:
    with (
        command(tmp_path, SMALL) as one,
        command(tmp_path, SMALL) as two,
        command(tmp_path, SMALL) as three,
    ):
        assert one.addresses() == two.addresses() == three.addresses()


def test_a_missing_engine_is_named(tmp_path: Path) -> None:
    with running_engines(tmp_path, SMALL, durable=False):
        with command(tmp_path, [Engine.VALKEY, Engine.MAIL]) as other:
            assert "without mail" in other.answer()["error"]
        assert attached(tmp_path) is not None


def test_the_store_stands_back_for_whoever_waits_for_a_page(tmp_path: Path) -> None:
    with running_engines(tmp_path, [Engine.S3], durable=False):
        (store,) = [
            pid
            for pid in family(tmp_path)
            if Path(f"/proc/{pid}/comm").read_text().strip() == "weed"
        ]
        assert os.getpriority(os.PRIO_PROCESS, store) >= BEHIND_REQUESTS
        assert session_weight(store) == BEHIND_REQUESTS


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
async def test_no_engine_outlives_a_command_that_is_killed(
    tmp_path: Path, how: signal.Signals
) -> None:
    with command(tmp_path) as portal:
        addresses = portal.addresses()
        await put_data(addresses, "written")
        processes = family(tmp_path)
        assert len(processes) > len(ALL)
        os.kill(portal.process.pid, how)
        eventually(lambda: not alive(processes), "engines are gone")
    assert attached(tmp_path) is None
    with running_engines(tmp_path, ALL, durable=False) as again:
        await find_data(again, "written")


async def test_no_engine_outlives_a_killed_keeper(tmp_path: Path) -> None:
    with command(tmp_path) as portal:
        await put_data(portal.addresses(), "written")
        processes = family(tmp_path)
        os.kill(state(tmp_path)["keeper"]["pid"], signal.SIGKILL)
        eventually(lambda: not alive(processes), "engines are gone")
        assert attached(tmp_path) is None
    with running_engines(tmp_path, ALL, durable=False) as again:
        await find_data(again, "written")


async def test_everything_killed_at_once(tmp_path: Path) -> None:
    with command(tmp_path) as portal:
        await put_data(portal.addresses(), "written")
        keeper = state(tmp_path)["keeper"]
        processes = family(tmp_path)
        for pid in (keeper["pid"], portal.process.pid, *processes):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        eventually(lambda: process_birth(keeper["pid"]) is None, "the keeper is gone")
    with running_engines(tmp_path, ALL, durable=False) as again:
        await find_data(again, "written")


@pytest.mark.parametrize("engine", ALL)
async def test_an_engine_that_dies_is_started_again(tmp_path: Path, engine: Engine) -> None:
    with running_engines(tmp_path, ALL, durable=False) as addresses:
        await put_data(addresses, "written")
        before = state(tmp_path)["engines"][engine]
        os.kill(before, signal.SIGKILL)
        log = tmp_path / "run" / "keeper.log"
        eventually(lambda: "runs again" in log.read_text(), "it runs again", 30)
        assert state(tmp_path)["engines"][engine] != before
        assert attached(tmp_path) == addresses
        await find_data(addresses, "written")


async def test_a_stale_pid_file_with_a_number_in_use_again(tmp_path: Path) -> None:
    wanted = [Engine.POSTGRES]
    with running_engines(tmp_path, wanted, durable=False):
        pass
    pid_file = tmp_path / "postgres" / "data" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{tmp_path}\n0\n5432\n\n\n  0 0\nready\n")
    with running_engines(tmp_path, wanted, durable=False) as addresses:
        connection = await asyncpg.connect(plain(addresses.database_url))
        await connection.close()


def test_a_stale_pid_file_of_a_process_that_nobody_collects(tmp_path: Path) -> None:
    wanted = [Engine.POSTGRES]
    with running_engines(tmp_path, wanted, durable=False):
        pass
    dead = subprocess.Popen(["true"])
    eventually(lambda: process_birth(dead.pid) is None, "it has ended")
    pid_file = tmp_path / "postgres" / "data" / "postmaster.pid"
    pid_file.write_text(f"{dead.pid}\n{tmp_path}\n0\n5432\n\n\n  0 0\nready\n")
    with running_engines(tmp_path, wanted, durable=False) as addresses:
        assert addresses.database_url
    dead.wait()


def test_a_truncated_append_only_file(tmp_path: Path) -> None:
    with (
        running_engines(tmp_path, SMALL, durable=False) as addresses,
        redis.Redis.from_url(addresses.redis_url or "") as valkey,
    ):
        valkey.set("whole", "1")
    (tail,) = (tmp_path / "valkey" / "appendonlydir").glob("*.incr.aof")
    with tail.open("ab") as file:
        file.write(b"*3\r\n$3\r\nSET\r\n$5\r\nhal")
    with (
        running_engines(tmp_path, SMALL, durable=False) as addresses,
        redis.Redis.from_url(addresses.redis_url or "") as valkey,
    ):
        assert valkey.get("whole") == b"1"


def test_a_set_up_that_was_interrupted_is_done_again(tmp_path: Path) -> None:
    half = tmp_path / "postgres" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with running_engines(tmp_path, [Engine.POSTGRES], durable=False) as addresses:
        assert addresses.database_url
    assert not half.exists()


async def test_lost_passwords_are_set_anew(tmp_path: Path) -> None:
    with running_engines(tmp_path, [Engine.POSTGRES], durable=False) as first:
        pass
    (tmp_path / "engine-secrets.json").unlink()
    with running_engines(tmp_path, [Engine.POSTGRES], durable=False) as second:
        assert second.database_url != first.database_url
        for url in (second.database_url, second.owner_database_url):
            connection = await asyncpg.connect(plain(url))
            await connection.close()


def test_a_port_that_is_taken_meanwhile_is_replaced(tmp_path: Path) -> None:
    with running_engines(tmp_path, SMALL, durable=False) as first:
        pass
    port = int((first.redis_url or "").rpartition(":")[2].partition("/")[0])
    with (
        socket.create_server(("127.0.0.1", port)),
        running_engines(tmp_path, SMALL, durable=False) as second,
    ):
        assert second.redis_url != first.redis_url


def test_an_engine_that_cannot_start_is_explained_and_leaves_nothing(tmp_path: Path) -> None:
    data = tmp_path / "valkey" / "appendonlydir"
    data.mkdir(parents=True)
    (data / "appendonly.aof.manifest").write_text("nonsense\n")
    with (
        pytest.raises(EngineError, match="Valkey did not start"),
        running_engines(tmp_path, [Engine.VALKEY, Engine.MAIL], durable=False),
    ):
        pass
    assert attached(tmp_path) is None
    free = lock(tmp_path / "run" / "engines.lock", 2)
    assert free is not None
    os.close(free)


def test_a_data_directory_that_cannot_be_used_is_explained(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file")
    with (
        pytest.raises(EngineError, match="cannot be used"),
        running_engines(tmp_path / "var", SMALL),
    ):
        pass
