"""Work that goes on until it is stopped: `python -m tests.bench.burden KIND URL`."""

import asyncio
import sys
import tempfile
from pathlib import Path
from uuid import uuid4

import httpx

from api.cli.ingest import bundles_of, ingest
from api.core.processes.priority import stand_back
from api.core.settings import Settings
from api.demo.cast import PASSWORD
from api.demo.crowd import FEW_EMAIL
from tests.bench.archives import build, documents
from tests.bench.ingest import CUSTOMER, ensure_customer
from tests.support.world import pdf_bytes, ubl_bytes

DOCUMENTS = 200


async def _archives(settings: Settings, _: str) -> None:
    stand_back()
    ids = await documents(settings)
    _begun()
    while True:
        await build(settings, ids)


async def _ingest(settings: Settings, _: str) -> None:
    stand_back()
    await ensure_customer(settings)
    _begun()
    while True:
        with tempfile.TemporaryDirectory() as name:
            folder, mark = Path(name), uuid4().hex[:8]
            for number in range(DOCUMENTS):
                (folder / f"{number}.xml").write_bytes(ubl_bytes(f"{mark}-{number}"))
                (folder / f"{number}.pdf").write_bytes(pdf_bytes(f"{mark}-{number}"))
            await ingest(settings, bundles_of(folder), CUSTOMER, lambda: None)


async def _sign_ins(_: Settings, url: str) -> None:
    body = {"email": FEW_EMAIL, "password": PASSWORD}
    async with httpx.AsyncClient(headers={"X-Requested-With": "i-portal"}) as client:
        _begun()
        while True:
            answer = await client.post(f"{url}/auth/login", json=body)
            answer.raise_for_status()
            client.cookies.clear()


def _begun() -> None:
    sys.stdout.write("begun\n")
    sys.stdout.flush()


BURDENS = {"archives": _archives, "ingest": _ingest, "sign-ins": _sign_ins}

if __name__ == "__main__":
    asyncio.run(BURDENS[sys.argv[1]](Settings(), sys.argv[2]))
