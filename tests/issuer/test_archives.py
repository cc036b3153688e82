"""Many documents in one archive."""

import io
import json
import zipfile
from typing import Any

import httpx
import pytest

from api.core.errors import Problem
from api.core.processes import Processes
from api.issuer.archives import Limits, unpack
from tests.issuer.test_validation import broken
from tests.support.world import World, pdf_bytes, ubl_bytes, unique, zip_bytes


async def send(
    client: httpx.AsyncClient, files: dict[str, bytes] | bytes, **query: Any
) -> httpx.Response:
    data = files if isinstance(files, bytes) else zip_bytes(files)
    return await client.post("/issuer/archives", files={"archive": ("x.zip", data)}, params=query)


async def test_files_of_a_name_are_one_document_and_rejects_do_not_stop_the_rest(
    world: World,
) -> None:
    company, publisher = await world.company(), await world.publisher()
    one, two, letter = unique("A-"), unique("A-"), unique("A-")
    files = {
        "2026/one.xml": ubl_bytes(one),
        "2026/one.pdf": pdf_bytes(one),
        "two.XML": ubl_bytes(two),
        "letter.pdf": pdf_bytes(letter),
        "letter.json": json.dumps({"number": letter, "issue_date": "2026-01-02"}).encode(),
        "bad.xml": broken(unique("A-")),
        "odd.pdf": pdf_bytes("odd"),
        "odd.json": b'{"colour": "red"}',
        "readme.txt": b"not ours",
        "__MACOSX/._one.xml": b"not ours either",
    }
    answer = await send(publisher, files, customer_number=company.number)
    assert answer.status_code == 200, answer.text
    report = answer.json()
    assert (report["published"], report["unchanged"], report["rejected"]) == (3, 0, 2)
    items = {item["name"]: item for item in report["items"]}
    assert list(items) == ["2026/one", "bad", "letter", "odd", "two"]
    assert items["2026/one"]["document"]["number"] == one
    assert items["bad"]["code"] == "invalid_ubl"
    assert {f["rule"] for f in items["bad"]["findings"]} == {"BR-CO-15", "BR-CO-16"}
    assert items["odd"]["code"] == "invalid"
    assert items["odd"]["document"] is None
    client = await world.signed_in(company.contact)
    shown = (await client.get("/documents")).json()["items"]
    assert {d["number"]: d["files"] for d in shown} == {
        one: ["pdf", "ubl", "csv"],
        two: ["pdf", "ubl", "csv"],
        letter: ["pdf", "csv"],
    }
    again = (await send(publisher, files, customer_number=company.number)).json()
    assert (again["published"], again["unchanged"], again["rejected"]) == (0, 3, 2)


async def test_a_known_number_is_replaced_only_when_asked(world: World) -> None:
    company, publisher, number = await world.company(), await world.publisher(), unique("A-")
    query = {"customer_number": company.number}
    first = (await send(publisher, {"x.xml": ubl_bytes(number)}, **query)).json()
    other = {"x.xml": ubl_bytes(number, "be-small-enterprise-exempt-E")}
    refused = (await send(publisher, other, **query)).json()["items"][0]
    assert (refused["outcome"], refused["code"]) == ("rejected", "document_exists")
    replaced = (await send(publisher, other, replace="true", **query)).json()["items"][0]
    assert replaced["outcome"] == "published"
    assert replaced["document"]["id"] != first["items"][0]["document"]["id"]


@pytest.mark.parametrize("data", [b"", b"no archive", b"PK\x05\x06" + b"\x00" * 17])
async def test_what_is_no_archive_is_refused(world: World, data: bytes) -> None:
    answer = await send(await world.publisher(), data)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert answer.json()["errors"][0]["pointer"] == "/archive"


async def test_sec_D1_there_is_a_limit_of_documents(world: World) -> None:
    most = world.settings.max_archive_documents
    files = {f"{n}.pdf": b"x" for n in range(most + 1)}
    answer = await send(await world.publisher(), files)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_sec_D1_a_zip_bomb_is_counted_as_it_unpacks(world: World) -> None:
    data = zip_bytes({f"{n}.pdf": b"\x00" * 30_000_000 for n in range(5)})
    assert len(data) < 1_000_000
    answer = await send(await world.publisher(), data)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_sec_D1_a_size_that_lies_changes_nothing() -> None:
    data = bytearray(zip_bytes({"a.pdf": b"\x00" * 1_000_000}))
    directory = data.rindex(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = (10).to_bytes(4, "little")
    with pytest.raises(Problem):
        unpack(bytes(data), Limits(10, 1000))


def test_sec_D1_a_name_twice_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("x.pdf", b"1")
        archive.writestr("x.PDF", b"2")
    with pytest.raises(Problem):
        unpack(out.getvalue(), Limits(10, 1000))


def test_names_never_leave_the_archive() -> None:
    (packed,) = unpack(zip_bytes({"../../etc/passwd.xml": b"<a/>"}), Limits(10, 1000))
    assert packed.ubl == b"<a/>"


async def test_sec_D8_an_archive_is_opened_in_a_limited_process(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = []
    run = Processes.run

    async def watched(self: Processes, function: Any, *arguments: Any, **options: Any) -> Any:
        called.append(function.__name__)
        return await run(self, function, *arguments, **options)

    monkeypatch.setattr(Processes, "run", watched)
    company, publisher = await world.company(), await world.publisher()
    files = {"x.xml": ubl_bytes(unique("A-"))}
    await send(publisher, files, customer_number=company.number)
    assert called == ["unpack", "draft_of", "ready_rendering"]


async def test_only_publishers_send_archives(world: World) -> None:
    company = await world.company()
    client = await world.signed_in(company.contact)
    assert (await send(client, {"x.xml": ubl_bytes("1")})).status_code == 403
    assert (await send(world.client(), {"x.xml": ubl_bytes("1")})).status_code == 401
