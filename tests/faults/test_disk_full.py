"""F17: a disk is full. Refused with a reason, nothing half, and on it goes when there is room."""

import resource
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text

from tests.api.test_publishing import post
from tests.support.portals import command, free_port, until_ready
from tests.support.world import World, pdf_bytes, ubl_bytes, unique

FULL = """
CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END
$$;
CREATE TRIGGER disk_full BEFORE INSERT ON document_files EXECUTE FUNCTION disk_full()
"""
ROOM = ("DROP TRIGGER disk_full ON document_files", "DROP FUNCTION disk_full")


async def test_sec_F17_database_disk_full(world: World) -> None:
    """PostgreSQL refuses to grow a table: 503, no document, and the retry succeeds."""
    company, publisher = await world.company(), await world.publisher()
    number = unique("F17-")
    parts: dict[str, Any] = {
        "ubl": ubl_bytes(number),
        "metadata": {"customer_number": company.number},
    }
    async with world.owner.begin() as connection:
        for statement in _statements(FULL):
            await connection.execute(text(statement))
    try:
        refused = await post(publisher, **parts)
        assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
        assert "retry-after" in refused.headers
        assert await world.rows("SELECT 1 FROM documents WHERE number = :n", n=number) == []
        assert await world.rows("SELECT 1 FROM document_register WHERE number = :n", n=number) == []
    finally:
        async with world.owner.begin() as connection:
            for statement in ROOM:
                await connection.execute(text(statement))
    again = await post(publisher, **parts)
    assert again.status_code == 201, again.text


def _statements(script: str) -> list[str]:
    function, _, trigger = script.partition("$$;\n")
    return [function + "$$", trigger]


async def test_sec_F17_temp_full(world: World, tmp_path: Path) -> None:
    """Uploads are spooled to the temporary folder, which takes no more: 503, and later 201."""
    company = await world.company()
    publisher = await world.publisher()
    large = pdf_bytes("x" * 2_500_000)  # more than is kept in memory while it comes in
    port = free_port()
    with command(world.settings, "serve", tmp_path / "serve.log", PORT=str(port)) as served:
        await until_ready(served)
        headers = {"Authorization": publisher.headers["Authorization"]}
        async with httpx.AsyncClient(base_url=f"{served.url}/api/v1", headers=headers) as client:
            warm = await _publish(client, company.number, pdf_bytes(unique("warm")))
            assert warm.status_code == 201, warm.text
            _let_files_grow(served.process.pid, 100_000)
            refused = await _publish(client, company.number, large)
            assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
            assert (await client.get("/portal")).status_code == 200
            _let_files_grow(served.process.pid, resource.RLIM_INFINITY)
            assert (await _publish(client, company.number, large)).status_code == 201


async def _publish(client: httpx.AsyncClient, customer: str, pdf: bytes) -> httpx.Response:
    metadata = {"customer_number": customer, "number": unique("F17-"), "issue_date": "2026-01-02"}
    return await post(client, pdf=pdf, metadata=metadata)


def _let_files_grow(pid: int, most: int) -> None:
    """A file that may not grow fails as on a full disk: an OSError when writing."""
    _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, hard))
