"""`POST /verify`: anyone learns whether this issuer sealed a PDF; within limits, nothing stays."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

import api.app
from api.core.i18n import translate
from api.core.settings import Language
from api.einvoice.pdf import InvalidPdf
from api.portal import verifier
from api.seals.keys import from_pkcs12
from api.seals.preparing import prepare_seal
from api.seals.sealing import Sealer
from tests.seals.support import rsa_key, sample, sealer, write_pkcs12
from tests.seals.test_changes import other_content, without_the_seal
from tests.support.portals import portal_with
from tests.support.running import child_processes
from tests.support.world import World, pdf_bytes, ubl_bytes

ANSWER = {"sealed", "intact", "by_this_issuer", "signer", "signed_at", "reason"}


async def sealed_by_portal(world: World, data: bytes) -> bytes:
    issuer = world.app.state.sealer
    sealed: bytes = await issuer.seal(await asyncio.to_thread(prepare_seal, data, issuer.plan))
    return sealed


async def verify(client: httpx.AsyncClient, data: bytes, **options: Any) -> httpx.Response:
    return await client.post("/verify", files={"file": ("x.pdf", data)}, **options)


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """Anyone, from an address of the network that has not asked before."""
    async with portal_with(world, verify_per_minute=10_000) as portal:
        yield portal.client()


async def test_a_sealed_pdf_is_ours_and_intact(world: World, client: httpx.AsyncClient) -> None:
    answer = await verify(client, await sealed_by_portal(world, sample()))
    assert answer.status_code == 200
    assert set(answer.json()) == ANSWER
    assert answer.json() | {"signed_at": None} == {
        "sealed": True,
        "intact": True,
        "by_this_issuer": True,
        "signer": world.settings.issuer.name,
        "signed_at": None,
        "reason": None,
    }
    assert answer.json()["signed_at"].endswith("Z")


async def test_what_became_of_a_seal_is_told(world: World, client: httpx.AsyncClient) -> None:
    pdf = await sealed_by_portal(world, sample())
    for changed, reason in (
        (other_content(pdf), "changed"),
        (pdf + b"PK\x05\x06" + bytes(18), "changed"),
        (pdf[:-500], "changed"),
        (without_the_seal(pdf), "removed"),
    ):
        found = (await verify(client, changed)).json()
        assert (found["sealed"], found["by_this_issuer"]) == (True, True)
        assert (found["intact"], found["reason"]) == (False, reason)


async def test_unsealed_and_other_peoples_seals(client: httpx.AsyncClient) -> None:
    assert (await verify(client, sample())).json() == {
        "sealed": False,
        "intact": None,
        "by_this_issuer": False,
        "signer": None,
        "signed_at": None,
        "reason": "unsealed",
    }
    forger = sealer("Lumen Lease")
    pdf = await forger.seal(await asyncio.to_thread(prepare_seal, sample(), forger.plan))
    found = (await verify(client, pdf)).json()
    assert (found["sealed"], found["intact"]) == (True, True)
    assert (found["by_this_issuer"], found["reason"]) == (False, "other_issuer")


async def test_former_certificates_stay_the_issuers(world: World, tmp_path: Any) -> None:
    made = write_pkcs12(tmp_path / "former.p12", "Former name", rsa_key())
    former = Sealer(from_pkcs12(tmp_path / "former.p12", None))
    pdf = await former.seal(await asyncio.to_thread(prepare_seal, sample(), former.plan))
    (tmp_path / "former.pem").write_bytes(made.public_bytes(Encoding.PEM))
    async with portal_with(world, seal_trust=[tmp_path / "former.pem"]) as portal:
        found = (await verify(portal.client(), pdf)).json()
    assert (found["by_this_issuer"], found["intact"]) == (True, True)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not_pdf"),
        (b"hello", "not_pdf"),
        (b"%PDF-1.7\n", "truncated"),
        (ubl_bytes("1"), "not_pdf"),
    ],
)
async def test_what_is_no_pdf_is_refused(
    client: httpx.AsyncClient, data: bytes, reason: str
) -> None:
    answer = await verify(client, data, headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_pdf")
    assert answer.json()["reason"] == reason
    assert answer.json()["detail"] == translate("en", f"errors.invalid_pdf.{reason}")


@pytest.mark.parametrize("language", get_args(Language))
def test_every_reason_has_a_sentence(language: Language) -> None:
    told = InvalidPdf.__doc__ or ""
    reasons = set(re.findall(r"`(\w+)`", told)) - {"reason", "no_such_file"}
    for reason in reasons | {"too_complex", "broken_seal", "unsealable"}:
        sentence = translate(language, f"errors.invalid_pdf.{reason}")
        assert sentence.endswith("."), reason


async def test_the_call_is_checked(client: httpx.AsyncClient) -> None:
    assert (await client.post("/verify")).status_code == 422
    assert (await client.post("/verify", json={"file": "x"})).status_code == 415
    more = await client.post("/verify", files={"file": ("x", pdf_bytes())}, data={"more": "x"})
    assert (more.status_code, more.json()["errors"][0]["pointer"]) == (422, "/more")
    assert (await verify(client, pdf_bytes(), params={"x": "1"})).status_code == 422
    forged = await verify(client, pdf_bytes(), headers={"Origin": "https://other.example"})
    assert (forged.status_code, forged.json()["code"]) == (403, "csrf")


async def test_size_is_limited(client: httpx.AsyncClient) -> None:
    large = b"%PDF-1.7\n" + bytes(20_000_001)
    answer = await verify(client, large)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_rate_is_limited_per_address(world: World) -> None:
    async with portal_with(world, verify_per_minute=3, trusted_proxies=["10.0.0.0/8"]) as portal:
        anyone = portal.client()

        async def ask(address: str) -> httpx.Response:
            return await verify(anyone, pdf_bytes(), headers={"X-Forwarded-For": address})

        answers = [await ask("198.51.100.7") for _ in range(5)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
        assert 0 < int(answers[-1].headers["retry-after"]) <= 60
        assert (await ask("198.51.100.8")).status_code == 200
        await world.rows(
            "UPDATE public_calls SET since = since - interval '1 minute'"
            " WHERE network = '198.51.100.7' RETURNING 1"
        )
        assert (await ask("198.51.100.7")).status_code == 200


async def test_sec_D8_a_file_that_never_ends_costs_little(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifier, "READING_SECONDS", 0.5)
    assert (await verify(client, pdf_bytes())).status_code == 200
    began = time.process_time()
    answer = await verify(client, endless())
    assert time.process_time() - began < 1
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_pdf")
    assert (await verify(client, pdf_bytes())).status_code == 200


async def test_sec_D8_only_a_few_files_are_read_at_once(world: World) -> None:
    async with portal_with(world, verify_per_minute=10_000) as portal:
        anyone = portal.client()
        answers = await asyncio.gather(*(verify(anyone, pdf_bytes()) for _ in range(40)))
        codes = {answer.status_code for answer in answers}
        assert codes == {200, 503}
        assert all("retry-after" in a.headers for a in answers if a.status_code == 503)
        assert (await verify(anyone, pdf_bytes())).status_code == 200


def endless() -> bytes:
    """Half a million dictionaries, each within the other."""
    return b"%PDF-1.7\n1 0 obj" + b"<</A " * 500_000 + b"endobj startxref 9 %%EOF"


async def test_a_process_is_started_before_anyone_asks(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.app, "WARM_AFTER_SECONDS", 0.0)
    before = child_processes()

    def reads_seals(pid: int) -> bool:
        return str(verifier.MEMORY) in Path(f"/proc/{pid}/cmdline").read_text("utf-8")

    async with portal_with(world), asyncio.timeout(60):
        while not any(map(reads_seals, child_processes() - before)):
            await asyncio.sleep(0.05)


async def test_nothing_is_stored(world: World, client: httpx.AsyncClient) -> None:
    async def kept() -> tuple[list[Any], list[str]]:
        rows = await world.rows("SELECT count(*) FROM audit_events")
        return rows, sorted([key async for key, _ in world.app.state.storage.keys("")])

    before = await kept()
    await verify(client, await sealed_by_portal(world, sample()))
    assert await kept() == before
