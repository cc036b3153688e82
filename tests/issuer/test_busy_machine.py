"""F28, X22: neighbours that take the CPU slow publishing down, and refuse nothing."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from api.core.processes import available_cores
from api.issuer import files, reading
from tests.support.world import World, ubl_bytes, unique

PDFS = Path(__file__).parents[1] / "data" / "pdf"
NEIGHBOURS_PER_CORE = 6
NEIGHBOUR_SECONDS = 12
LOOP = f"""
import time
end = time.monotonic() + {NEIGHBOUR_SECONDS}
while time.monotonic() < end:
    pass
"""

pytestmark = pytest.mark.alone


@contextmanager
def neighbours() -> Iterator[list["subprocess.Popen[bytes]"]]:
    """Other programs that take every core for some seconds, at the usual priority."""
    count = NEIGHBOURS_PER_CORE * available_cores()
    started = [subprocess.Popen([sys.executable, "-c", LOOP]) for _ in range(count)]
    try:
        yield started
    finally:
        for process in started:
            process.kill()
            process.wait()


async def test_sec_X22_F28_neighbours_that_take_the_cpu_refuse_no_valid_document(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    company, publisher = await world.company(), await world.publisher()
    # A few times what these documents need, and far less than they wait for a core.
    monkeypatch.setattr(reading, "RULES_SECONDS", 2.0)
    monkeypatch.setattr(reading, "PDF_SECONDS", 1.0)
    monkeypatch.setattr(reading, "SECONDS_WITH_SEAL", 3.0)
    monkeypatch.setattr(files, "SECONDS", 3.0)
    uploads = [
        {"pdf": (PDFS / "p20-facturx-minimum.pdf").read_bytes() + b"\n"},
        {"pdf": (PDFS / "p21-facturx-basicwl.pdf").read_bytes() + b"\n"},
        *({"ubl": ubl_bytes(unique("BUSY-"))} for _ in range(3)),
    ]

    async def publish(parts: dict[str, bytes]) -> httpx.Response:
        return await publisher.post(
            "/issuer/documents?replace=true",
            files={name: (name, data) for name, data in parts.items()},
            data={"metadata": json.dumps({"customer_number": company.number})},
            timeout=250,
        )

    with neighbours():
        answers = await asyncio.gather(*map(publish, uploads))
    assert [(a.status_code, a.json().get("findings")) for a in answers] == [(201, [])] * 5
    kinds = await world.rows(
        "SELECT kind FROM document_files WHERE document_id = ANY (CAST(:ids AS uuid[]))",
        ids=[answer.json()["id"] for answer in answers],
    )
    assert sorted(row.kind for row in kinds) == ["pdf"] * 5 + ["ubl"] * 3
