"""PAdES B-T: a time-stamp server vouches for the moment, and its absence is no silent loss."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from asn1crypto import tsp

from api.seals.checking import check_seal
from api.seals.keys import KeptKeySigner
from api.seals.preparing import prepare_seal
from api.seals.sealing import Sealer, SealingUnavailable
from tests.seals.support import authority, certificate, rsa_key, sample
from tests.support.portals import free_port


@asynccontextmanager
async def time_stamp_server(status: int = 200) -> AsyncIterator[str]:
    """A server that speaks RFC 3161."""
    stamper = authority()

    async def answer(request: web.Request) -> web.Response:
        asked = tsp.TimeStampReq.load(await request.read())
        made = await stamper.async_request_tsa_response(asked)
        return web.Response(
            body=made.dump(), status=status, content_type="application/timestamp-reply"
        )

    application = web.Application()
    application.router.add_post("/", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        await runner.cleanup()


def sealer(url: str) -> Sealer:
    key = rsa_key()
    return Sealer(KeptKeySigner(key, certificate("Lumen Lease", key), []), timestamp_url=url)


async def test_a_time_stamp_is_in_the_seal() -> None:
    async with time_stamp_server() as url:
        issuer = sealer(url)
        prepared = await asyncio.to_thread(prepare_seal, sample(), issuer.plan)
        pdf = await issuer.seal(prepared)
    facts = await asyncio.to_thread(check_seal, pdf, issuer.ours)
    assert facts is not None
    assert (facts.intact, facts.ours, facts.level) == (True, True, "B-T")
    assert facts.signed_at is not None
    assert facts.signed_at >= prepared.prepared_at


async def test_without_its_time_stamp_server_nothing_is_sealed() -> None:
    issuer = sealer(f"http://127.0.0.1:{free_port()}/")
    prepared = await asyncio.to_thread(prepare_seal, sample(), issuer.plan)
    with pytest.raises(SealingUnavailable):
        await issuer.seal(prepared)
    async with time_stamp_server(status=500) as url:
        with pytest.raises(SealingUnavailable):
            await sealer(url).seal(prepared)
