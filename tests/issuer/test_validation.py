"""What publishing does with the rules, and checking without publishing."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.core.errors import Problem
from api.core.processes import Processes
from api.core.scopes import Scope
from api.issuer import reading
from api.issuer.checking import Checks, checks_of
from api.issuer.reading import read_upload
from api.issuer.schemas import DocumentMetadata
from tests.issuer import tasks
from tests.support.world import OWN_UBL, World, ubl_bytes, unique


def broken(number: str) -> bytes:
    """Totals that do not add up: BR-CO-15 and BR-CO-16."""
    text = ubl_bytes(number, "be-standard-21-embedded-pdf").decode()
    start = text.index(">", text.index("<cbc:TaxInclusiveAmount")) + 1
    return (text[:start] + "9999.00" + text[text.index("<", start) :]).encode()


async def publish(client: httpx.AsyncClient, company: Any, **files: bytes) -> httpx.Response:
    return await client.post(
        "/issuer/documents",
        files={name: (name, data) for name, data in files.items()},
        data={"metadata": json.dumps({"customer_number": company.number})},
    )


async def test_errors_refuse_the_document_and_name_rule_place_and_reason(world: World) -> None:
    company, publisher, number = await world.company(), await world.publisher(), unique("V-")
    answer = await publish(publisher, company, ubl=broken(number))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_ubl")
    findings = answer.json()["findings"]
    assert {finding["rule"] for finding in findings} == {"BR-CO-15", "BR-CO-16"}
    for finding in findings:
        assert set(finding) == {"rule", "severity", "location", "message"}
        assert finding["severity"] == "fatal"
        assert finding["location"].startswith("/Invoice")
    assert await world.rows("SELECT 1 FROM documents WHERE number = :n", n=number) == []


async def test_schema_errors_have_the_rule_xsd(world: World) -> None:
    company, publisher = await world.company(), await world.publisher()
    data = (OWN_UBL / "bad-xsd-element-order.xml").read_bytes()
    answer = await publish(publisher, company, ubl=data)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_ubl")
    assert {finding["rule"] for finding in answer.json()["findings"]} == {"XSD"}


async def test_by_setting_errors_only_mark(world: World) -> None:
    company, publisher = await world.company(), await world.publisher()
    settings = world.app.state.settings
    world.app.state.settings = settings.model_copy(update={"invalid_ubl": "mark"})
    try:
        answer = await publish(publisher, company, ubl=broken(unique("MARK-")))
    finally:
        world.app.state.settings = settings
    assert answer.status_code == 201
    told = {finding["rule"] for finding in answer.json()["findings"]}
    assert told == {"BR-CO-15", "BR-CO-16"}
    client = await world.signed_in(company.contact)
    detail = (await client.get(f"/documents/{answer.json()['id']}")).json()
    assert detail["validation"]["valid"] is False
    assert {f["rule"] for f in detail["validation"]["findings"]} == told


async def test_warnings_are_kept_with_the_document(world: World) -> None:
    company, publisher = await world.company(), await world.publisher()
    text = ubl_bytes(unique("WARN-")).decode()
    # An element beside EN 16931: a warning, UBL-CR-...
    end = text.index("</cbc:DocumentCurrencyCode>") + len("</cbc:DocumentCurrencyCode>")
    text = text[:end] + "<cbc:PricingCurrencyCode>EUR</cbc:PricingCurrencyCode>" + text[end:]
    answer = await publish(publisher, company, ubl=text.encode())
    assert answer.status_code == 201, answer.text
    (finding,) = answer.json()["findings"]
    assert finding["severity"] == "warning"
    client = await world.signed_in(company.contact)
    detail = (await client.get(f"/documents/{answer.json()['id']}")).json()
    assert detail["validation"]["valid"] is True
    assert detail["validation"]["findings"] == [finding]


async def test_other_profiles_are_published_and_labelled(world: World) -> None:
    company, publisher = await world.company(), await world.publisher()
    text = ubl_bytes(unique("EN-")).decode()
    start = text.index("<cbc:CustomizationID>") + len("<cbc:CustomizationID>")
    text = text[:start] + "urn:cen.eu:en16931:2017" + text[text.index("<", start) :]
    start, end = text.index("<cbc:BuyerReference>"), text.index("</cbc:BuyerReference>")
    text = text[:start] + text[end + len("</cbc:BuyerReference>") :]
    answer = await publish(publisher, company, ubl=text.encode())
    assert answer.status_code == 201, answer.text
    client = await world.signed_in(company.contact)
    validation = (await client.get(f"/documents/{answer.json()['id']}")).json()["validation"]
    assert validation["profile"] == "EN 16931"
    assert len(validation["layers"]) == 2


async def test_checking_publishes_nothing(world: World) -> None:
    staff = await world.person(role="staff")
    client, number = await world.signed_in(staff), unique("CHECK-")
    before = await world.rows("SELECT count(*) FROM documents")
    answer = await client.post("/issuer/validations", files={"ubl": ("x", ubl_bytes(number))})
    assert answer.status_code == 200, answer.text
    report = answer.json()
    assert (report["valid"], report["publishable"], report["findings"]) == (True, True, [])
    assert report["document"]["number"] == number
    assert report["document"]["kind"] == "invoice"
    bad = (await client.post("/issuer/validations", files={"ubl": ("x", broken(number))})).json()
    assert (bad["valid"], bad["publishable"]) == (False, False)
    assert all(finding["line"] > 0 for finding in bad["findings"])
    junk = (await client.post("/issuer/validations", files={"ubl": ("x", b"junk")})).json()
    assert (junk["profile"], junk["document"], junk["layers"]) == (None, None, [])
    assert [finding["rule"] for finding in junk["findings"]] == ["XML"]
    assert await world.rows("SELECT count(*) FROM documents") == before


async def test_only_publishers_check(world: World) -> None:
    company = await world.company()
    files = {"ubl": ("x", ubl_bytes("1"))}
    customer = await world.signed_in(company.contact)
    assert (await customer.post("/issuer/validations", files=files)).status_code == 403
    reader = await world.token(company.contact, Scope.DOCUMENTS_READ)
    assert (await reader.post("/issuer/validations", files=files)).status_code == 403
    assert (await world.client().post("/issuer/validations", files=files)).status_code == 401


async def test_a_request_does_not_wait_for_the_rules_of_another(world: World) -> None:
    """While every process is busy with rules, reading goes on as before."""
    company, publisher = await world.company(), await world.publisher()
    client = await world.signed_in(company.contact)
    processes: Processes = world.app.state.processes
    await client.get("/documents")
    busy = [asyncio.create_task(processes.run(tasks.sleep, 1.0)) for _ in range(8)]
    waiting = asyncio.create_task(publish(publisher, company, ubl=ubl_bytes(unique("Q-"))))
    await asyncio.sleep(0.1)
    for _ in range(5):
        assert (await client.get("/documents")).status_code == 200
    assert not waiting.done()
    await asyncio.gather(*busy)
    assert (await waiting).status_code == 201


async def test_sec_F18_an_upload_costs_the_server_little_memory(world: World) -> None:
    """The tree of 300,000 tags is built elsewhere."""
    body = b"<a>" + b"<b/>" * 140_000 + b"</a>"
    processes: Processes = world.app.state.processes
    upload = reading.Upload(None, body, DocumentMetadata(customer_number="1"))
    before = resident()
    with pytest.raises(Problem):
        await read_upload(processes, upload, checks_of(world.settings))
    assert resident() - before < 50 * 2**20


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


async def test_another_release_is_chosen_by_setting(world: World) -> None:
    settings = world.settings.model_copy(update={"peppol_release": "2026.11"})
    assert checks_of(settings) == Checks("2026.11", refuse=True)
    with pytest.raises(ValueError, match=r"2020\.1"):
        checks_of(settings.model_copy(update={"peppol_release": "2020.1"}))
    assert replace(checks_of(world.settings), refuse=False) == Checks("2026.5", refuse=False)
