"""X22: what could not be checked is not refused but tried again; only its own limits refuse it."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.core.i18n import translate
from api.issuer import archives, files, reading, reports
from tests.issuer import tasks
from tests.support.world import World, pdf_bytes, ubl_bytes, unique, zip_bytes

LOSSES = ["abort", "kill", "stop"]


@pytest.fixture
def short(world: World, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Limits that are soon over."""
    monkeypatch.setattr(world.app.state.processes, "guard", 2.0)
    monkeypatch.setattr(reading, "RULES_SECONDS", 0.5)
    monkeypatch.setattr(reading, "PDF_SECONDS", 0.5)
    monkeypatch.setattr(reading, "SECONDS_WITH_SEAL", 1.0)
    monkeypatch.setattr(reports, "RULES_SECONDS", 0.5)
    monkeypatch.setattr(files, "SECONDS", 0.5)
    monkeypatch.setattr(archives, "UNPACK_SECONDS", 0.5)
    return monkeypatch


@pytest.fixture
def patient(world: World, short: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Short limits of CPU time, and a clock that waits until a busy machine has given it."""
    short.setattr(world.app.state.processes, "guard", 120.0)
    return short


async def publish(
    client: httpx.AsyncClient, company: Any, key: str = "", **parts: bytes
) -> httpx.Response:
    return await client.post(
        "/issuer/documents",
        files={name: (name, data) for name, data in parts.items()},
        data={"metadata": json.dumps({"customer_number": company.number})},
        headers={"Idempotency-Key": key, "Accept-Language": "en"},
    )


def assert_not_checked(answer: httpx.Response) -> None:
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable"), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["detail"] == translate("en", "errors.unavailable.not_checked")
    assert "findings" not in answer.json()


async def stored(world: World, number: str, key: str) -> int:
    """How many rows a publication left."""
    documents = await world.rows("SELECT 1 FROM documents WHERE number = :n", n=number)
    register = await world.rows("SELECT 1 FROM document_register WHERE number = :n", n=number)
    keys = await world.rows("SELECT 1 FROM idempotency_keys WHERE key = :k", k=key)
    return len(documents) + len(register) + len(keys)


@pytest.mark.parametrize("task", LOSSES)
async def test_sec_X22_a_document_that_could_not_be_checked_is_tried_again(
    world: World, short: pytest.MonkeyPatch, task: str
) -> None:
    company, publisher = await world.company(), await world.publisher()
    number, key = unique("LOST-"), unique("key")
    short.setattr(reading, "draft_of", getattr(tasks, task))
    for parts in ({"ubl": ubl_bytes(number)}, {"ubl": ubl_bytes(number), "pdf": pdf_bytes()}):
        assert_not_checked(await publish(publisher, company, key, **parts))
    assert await stored(world, number, key) == 0
    short.undo()
    again = await publish(publisher, company, key, ubl=ubl_bytes(number))
    assert again.status_code == 201, again.text


@pytest.mark.parametrize("task", LOSSES)
async def test_sec_X22_a_page_that_could_not_be_made_is_tried_again(
    world: World, short: pytest.MonkeyPatch, task: str
) -> None:
    company, publisher = await world.company(), await world.publisher()
    number, key = unique("PAGE-"), unique("key")
    short.setattr(reading, "RULES_SECONDS", 30.0)
    short.setattr(files, "ready_rendering", getattr(tasks, task))
    assert_not_checked(await publish(publisher, company, key, ubl=ubl_bytes(number)))
    assert await stored(world, number, key) == 0
    short.undo()
    other = await publish(publisher, company, key, ubl=ubl_bytes(unique("PAGE-")))
    assert other.status_code == 201, "the key of a call that stored nothing is free"
    again = await publish(publisher, company, unique("key"), ubl=ubl_bytes(number))
    assert again.status_code == 201, again.text
    kinds = await world.rows(
        "SELECT kind FROM document_files WHERE document_id = :d", d=again.json()["id"]
    )
    assert sorted(row.kind for row in kinds) == ["pdf", "ubl"]


async def test_a_page_that_takes_too_long_by_itself_is_left_out(
    world: World, patient: pytest.MonkeyPatch
) -> None:
    company, publisher = await world.company(), await world.publisher()
    patient.setattr(reading, "RULES_SECONDS", 30.0)
    patient.setattr(files, "ready_rendering", tasks.hang)
    answer = await publish(publisher, company, unique("key"), ubl=ubl_bytes(unique("PAGE-")))
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize(
    ("task", "used"), [("hang", "1 s of CPU time"), ("hoard", "768 MB of memory")]
)
async def test_sec_X22_D8_a_document_that_uses_up_a_limit_is_refused_by_that_name(
    world: World, patient: pytest.MonkeyPatch, task: str, used: str
) -> None:
    company, publisher = await world.company(), await world.publisher()
    number, key = unique("LIMIT-"), unique("key")
    patient.setattr(reading, "draft_of", getattr(tasks, task))
    for parts in ({"ubl": ubl_bytes(number)}, {"ubl": ubl_bytes(number), "pdf": pdf_bytes()}):
        answer = await publish(publisher, company, key, **parts)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_ubl")
        (finding,) = answer.json()["findings"]
        assert (finding["rule"], finding["severity"]) == ("LIMIT", "fatal")
        assert f"more than {used}" in finding["message"]
    assert await stored(world, number, key) == 0


def long_invoice(number: str) -> bytes:
    """A correct invoice of thousands of free lines."""
    text = ubl_bytes(number, "be-small-enterprise-exempt-E").decode()
    start = text.index("<cac:InvoiceLine>")
    end = text.index("</cac:InvoiceLine>") + len("</cac:InvoiceLine>")
    line = text[start:end]
    free = line
    for name in ("LineExtensionAmount", "PriceAmount"):
        at = free.index(">", free.index(f"<cbc:{name}")) + 1
        free = free[:at] + "0.00" + free[free.index("<", at) :]
    numbered = []
    for index in range(3000):
        at = free.index("<cbc:ID>") + len("<cbc:ID>")
        numbered.append(free[:at] + f"F{index}" + free[free.index("<", at) :])
    return (text[:end] + "".join(numbered) + text[end:]).encode()


async def test_sec_X22_the_rules_themselves_are_held_to_cpu_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    company, publisher = await world.company(), await world.publisher()
    staff = await world.signed_in(await world.person(role="staff"))
    number = unique("LONG-")
    upload = {"ubl": ("x", long_invoice(number))}
    with monkeypatch.context() as short:
        short.setattr(reading, "RULES_SECONDS", 0.2)
        short.setattr(reading, "PDF_SECONDS", 0.0)
        short.setattr(reports, "RULES_SECONDS", 0.2)
        refused = await publish(publisher, company, ubl=long_invoice(number))
        assert refused.status_code == 422, refused.text
        assert [finding["rule"] for finding in refused.json()["findings"]] == ["LIMIT"]
        report = (await staff.post("/issuer/validations", files=upload)).json()
        assert (report["valid"], report["publishable"]) == (False, False)
        assert [finding["rule"] for finding in report["findings"]] == ["LIMIT"]
    report = (await staff.post("/issuer/validations", files=upload)).json()
    assert (report["valid"], report["findings"]) == (True, [])


async def test_sec_X22_D8_a_pdf_that_uses_up_the_limit_is_told_from_the_ubl(
    world: World, patient: pytest.MonkeyPatch
) -> None:
    company, publisher = await world.company(), await world.publisher()
    number = unique("PDF-")
    patient.setattr(reading, "draft_of", tasks.hang)
    patient.setattr(reading, "check_pdf", tasks.hang)
    answer = await publish(publisher, company, ubl=ubl_bytes(number), pdf=pdf_bytes())
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_pdf")
    assert answer.json()["reason"] == "too_complex"
    assert "more than 0.5 s of CPU time" in answer.json()["detail"]
    patient.setattr(reading, "check_pdf", tasks.kill)
    assert_not_checked(await publish(publisher, company, ubl=ubl_bytes(number), pdf=pdf_bytes()))
    patient.undo()
    again = await publish(publisher, company, ubl=ubl_bytes(number), pdf=pdf_bytes())
    assert again.status_code == 201


@pytest.mark.parametrize("task", LOSSES)
async def test_sec_X22_checking_without_publishing_says_nothing_either(
    world: World, short: pytest.MonkeyPatch, task: str
) -> None:
    client = await world.signed_in(await world.person(role="staff"))
    client.headers["Accept-Language"] = "en"
    upload = {"ubl": ("x", ubl_bytes(unique("CHECK-")))}
    short.setattr(reports, "check", getattr(tasks, task))
    answer = await client.post("/issuer/validations", files=upload)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    short.undo()
    assert (await client.post("/issuer/validations", files=upload)).json()["valid"] is True


async def test_sec_X22_an_archive_is_sent_again(world: World, patient: pytest.MonkeyPatch) -> None:
    company, publisher = await world.company(), await world.publisher()
    publisher.headers["Accept-Language"] = "en"
    packed = zip_bytes({f"{n}.xml": ubl_bytes(unique("ZIP-")) for n in range(3)})

    async def send() -> httpx.Response:
        query = {"customer_number": company.number}
        upload = {"archive": ("x.zip", packed)}
        return await publisher.post("/issuer/archives", files=upload, params=query)

    patient.setattr(archives, "unpack", tasks.hang)
    refused = await send()
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")
    assert refused.json()["errors"][0]["code"] == "too_complex"
    assert "0.5 s of CPU time" in refused.json()["errors"][0]["message"]
    for module, name in ((archives, "unpack"), (reading, "draft_of")):
        with patient.context() as lost:
            lost.setattr(module, name, tasks.kill)
            assert_not_checked(await send())
        patient.undo()
    report = (await send()).json()
    assert (report["published"], report["rejected"]) == (3, 0)


@pytest.mark.parametrize(
    ("name", "profile"),
    [
        ("p20-facturx-minimum", "Factur-X MINIMUM"),
        ("p21-facturx-basicwl", "Factur-X BASIC WL"),
    ],
)
async def test_small_profiles_of_factur_x_are_published_by_their_names(
    world: World, name: str, profile: str
) -> None:
    company, publisher = await world.company(), await world.publisher()
    pdf = (Path(__file__).parents[1] / "data" / "pdf" / f"{name}.pdf").read_bytes()
    # Another test may have published the file's number before.
    answer = await publisher.post(
        "/issuer/documents?replace=true",
        files={"pdf": ("x.pdf", pdf)},
        data={"metadata": json.dumps({"customer_number": company.number})},
    )
    assert answer.status_code == 201, answer.text
    client = await world.signed_in(company.contact)
    detail = (await client.get(f"/documents/{answer.json()['id']}")).json()
    assert (detail["validation"]["profile"], detail["validation"]["valid"]) == (profile, True)
