"""ZIPs of documents: asked for, built as the one who asked, fetched, cancelled, expired."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from api.core.scopes import Scope
from api.downloads.clearing import expire
from tests.downloads.support import (
    ask,
    built,
    cleared,
    ended,
    left_in_storage,
    manifest,
    opened,
    settled,
    working,
)
from tests.support.world import World, pdf_bytes, ubl_bytes, unique

ABSENT = "018f0000-0000-7000-8000-000000000000"


async def test_a_zip_holds_the_files_and_a_manifest(world: World) -> None:
    company = await world.company()
    number = unique("ZIP-")
    pdf, ubl = pdf_bytes("zip"), ubl_bytes(number)
    document = await world.publish(company, ubl=ubl, pdf=pdf)
    letter = await world.publish(
        company, pdf=pdf_bytes("letter"), kind="other", number="A/B", issue_date="2021-05-06"
    )
    client = await world.signed_in(company.contact)
    asked = await ask(client, document_ids=[document["id"], letter["id"]])
    assert asked == {
        "id": asked["id"],
        "state": "queued",
        "progress": {"done": 0, "total": 2},
        "formats": ["pdf", "ubl", "csv"],
        "size_bytes": None,
        "created_at": asked["created_at"],
        "finished_at": None,
        "expires_at": None,
        "error": None,
    }
    early = await client.get(f"/downloads/{asked['id']}/file")
    assert (early.status_code, early.json()["code"]) == (409, "not_finished")
    async with working(world):
        done = await ended(client, asked["id"])
    assert (done["state"], done["progress"]) == ("finished", {"done": 2, "total": 2})
    expires = datetime.fromisoformat(done["expires_at"])
    assert timedelta(days=6) < expires - datetime.now(UTC) <= timedelta(days=7)
    archive = await opened(client, done)
    issued = date.fromisoformat("2026-01-31")
    shown = (await client.get(f"/documents/{document['id']}")).json()
    issued = date.fromisoformat(shown["issue_date"])
    stem = f"{company.number}/{issued}_{number}"
    letters = f"{company.number}/2021-05-06_A-B"
    assert archive.namelist() == [
        f"{letters}.pdf",
        f"{letters}.csv",
        f"{stem}.pdf",
        f"{stem}.xml",
        f"{stem}.csv",
        "manifest.csv",
    ]
    assert archive.read(f"{stem}.pdf").startswith(pdf)
    assert archive.read(f"{stem}.xml") == ubl
    rows = manifest(archive)
    assert [(row["number"], row["format"], row["file"]) for row in rows] == [
        ("A/B", "pdf", f"{letters}.pdf"),
        ("A/B", "ubl", ""),
        ("A/B", "csv", f"{letters}.csv"),
        (number, "pdf", f"{stem}.pdf"),
        (number, "ubl", f"{stem}.xml"),
        (number, "csv", f"{stem}.csv"),
    ]
    for row in rows:
        if row["file"]:
            data = archive.read(row["file"])
            assert row["sha256"] == hashlib.sha256(data).hexdigest()
            assert row["size"] == str(len(data))
        else:
            assert row["sha256"] == ""


async def test_the_file_is_served_like_any_other(world: World) -> None:
    company = await world.company()
    await world.publish(company, pdf=pdf_bytes(), number=unique("F-"), issue_date="2026-01-02")
    client = await world.signed_in(company.contact)
    done = await built(world, client, filter={}, formats=["pdf"])
    url = f"/downloads/{done['id']}/file"
    whole = await client.get(url)
    assert whole.headers["content-type"] == "application/zip"
    assert whole.headers["content-length"] == str(done["size_bytes"]) == str(len(whole.content))
    assert whole.headers["etag"] == f'"{hashlib.sha256(whole.content).hexdigest()}"'
    assert whole.headers["content-disposition"].startswith('attachment; filename="documents-20')
    part = await client.get(url, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    same = await client.get(url, headers={"If-None-Match": whole.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    beyond = await client.get(url, headers={"Range": "bytes=99999999-"})
    assert beyond.status_code == 416


async def test_a_filter_takes_what_matches_now(world: World) -> None:
    company = await world.company()
    for kind in ("invoice", "invoice", "other"):
        await world.publish(
            company, pdf=pdf_bytes(), kind=kind, number=unique("K-"), issue_date="2026-01-02"
        )
    client = await world.signed_in(company.contact)
    asked = await ask(client, filter={"kind": "invoice"}, formats=["pdf"])
    await world.publish(company, pdf=pdf_bytes(), number=unique("K-"), issue_date="2026-01-03")
    async with working(world):
        done = await ended(client, asked["id"])
    assert done["progress"] == {"done": 2, "total": 2}
    nothing = await client.post("/downloads", json={"filter": {"number": "none such"}})
    assert (nothing.status_code, nothing.json()["errors"][0]["pointer"]) == (422, "/filter")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"document_ids": []},
        {"document_ids": [ABSENT], "formats": []},
        {"document_ids": [ABSENT], "formats": ["doc"]},
        {"document_ids": [ABSENT], "filter": {}},
        {"document_ids": ABSENT},
        {"filter": {"issued_from": "yesterday"}},
        {"filter": {"number": "a\x00b"}},
        {"filter": {"amount_min": "NaN"}},
        {"filter": {"amount_max": 10**400}},
        {"filter": {}, "user_id": ABSENT},
    ],
)
async def test_sec_X7_bad_requests_are_refused(world: World, body: dict[str, Any]) -> None:
    client = await world.signed_in((await world.company()).contact)
    answer = await client.post("/downloads", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_sec_T5_foreign_documents_and_downloads_are_invisible(world: World) -> None:
    company, other = await world.company(), await world.company()
    mine, foreign = await world.publish(company), await world.publish(other)
    client, stranger = (
        await world.signed_in(company.contact),
        await world.signed_in(other.contact),
    )
    both = await client.post("/downloads", json={"document_ids": [mine["id"], foreign["id"]]})
    assert (both.status_code, both.json()["code"]) == (404, "not_found")
    assert (await client.get("/downloads")).json()["items"] == []
    done = await built(world, client, filter={})
    archive = await opened(client, done)
    for entry in archive.namelist():
        assert foreign["number"].encode() not in archive.read(entry)
    url = f"/downloads/{done['id']}"
    for method, path in (
        ("GET", url),
        ("GET", f"{url}/file"),
        ("POST", f"{url}/retry"),
        ("DELETE", url),
    ):
        answer = await stranger.request(method, path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert (await stranger.get("/downloads")).json()["items"] == []


async def test_sec_T5_what_was_revoked_meanwhile_is_not_in_it(world: World) -> None:
    company, shared = await world.company(), await world.company()
    mine, theirs = await world.publish(company), await world.publish(shared)
    await world.share(shared, company.contact)
    client = await world.signed_in(company.contact)
    asked = await ask(client, document_ids=[mine["id"], theirs["id"]], formats=["ubl"])
    await world.unshare(shared, company.contact)
    async with working(world):
        done = await ended(client, asked["id"])
    assert (done["state"], done["progress"]) == ("finished", {"done": 1, "total": 1})
    archive = await opened(client, done)
    assert theirs["number"] not in archive.read("manifest.csv").decode()
    assert [row["number"] for row in manifest(archive)] == [mine["number"]]


async def test_sec_S4_a_finished_zip_is_gone_when_a_grant_in_it_is(world: World) -> None:
    company, shared = await world.company(), await world.company()
    await world.publish(company)
    await world.publish(shared)
    await world.share(shared, company.contact)
    client = await world.signed_in(company.contact)
    done = await built(world, client, filter={}, formats=["ubl"])
    assert (await client.get(f"/downloads/{done['id']}/file")).status_code == 200
    await world.unshare(shared, company.contact)
    assert (await client.get(f"/downloads/{done['id']}/file")).status_code == 404
    assert (await client.get("/downloads")).json()["items"] == []


async def test_nothing_left_says_so(world: World) -> None:
    shared, person = await world.company(), await world.person()
    await world.publish(shared)
    await world.share(shared, person)
    client = await world.signed_in(person)
    asked = await ask(client, filter={})
    await world.unshare(shared, person)
    async with working(world):
        done = await ended(client, asked["id"])
    assert (done["state"], done["error"]) == ("failed", "no_documents")
    assert await left_in_storage(world.app.state.storage, asked["id"]) == ([], [])


async def test_sec_X1_a_narrowed_token_gets_its_customers_only(world: World) -> None:
    contact = await world.person()
    first, second = await world.company(contact), await world.company(contact)
    await world.publish(first)
    hidden = await world.publish(second)
    program = await world.token(contact, Scope.DOWNLOADS, customers=[UUID(first.id)])
    refused = await program.post("/downloads", json={"document_ids": [hidden["id"]]})
    assert refused.status_code == 404
    done = await built(world, program, filter={}, formats=["ubl"])
    assert done["progress"] == {"done": 1, "total": 1}
    browser = await world.signed_in(contact)
    wide = await built(world, browser, filter={}, formats=["ubl"])
    assert (await program.get(f"/downloads/{wide['id']}")).status_code == 404
    assert (await browser.get(f"/downloads/{done['id']}/file")).status_code == 200
    reader = await world.token(contact, Scope.DOCUMENTS_READ)
    assert (await reader.get("/downloads")).json()["code"] == "scope"


async def test_cancelling_and_removing(world: World) -> None:
    company = await world.company()
    await world.publish(company)
    client = await world.signed_in(company.contact)
    asked = await ask(client, filter={})
    assert (await client.delete(f"/downloads/{asked['id']}")).status_code == 204
    assert (await client.get(f"/downloads/{asked['id']}")).json()["state"] == "cancelled"
    refused = await client.get(f"/downloads/{asked['id']}/file")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_finished")
    async with working(world):
        again = await client.post(f"/downloads/{asked['id']}/retry")
        assert (again.status_code, again.json()["state"]) == (202, "queued")
        done = await ended(client, asked["id"])
        assert done["state"] == "finished"
        assert (await client.post(f"/downloads/{asked['id']}/retry")).status_code == 409
        assert (await client.delete(f"/downloads/{asked['id']}")).status_code == 204
        assert (await client.get(f"/downloads/{asked['id']}")).status_code == 404
        await cleared(world, asked["id"])
        await settled(world, asked["id"])


async def test_archives_expire_and_their_file_is_deleted(world: World) -> None:
    company = await world.company()
    await world.publish(company)
    client = await world.signed_in(company.contact)
    done = await built(world, client, filter={})
    await world.rows(
        "UPDATE downloads SET expires_at = now() - interval '1 s' WHERE id = :id RETURNING 1",
        id=UUID(done["id"]),
    )
    assert (await client.get(f"/downloads/{done['id']}")).json()["state"] == "expired"
    gone = await client.get(f"/downloads/{done['id']}/file")
    assert (gone.status_code, gone.json()["code"]) == (410, "gone")
    assert UUID(done["id"]) in await expire(world.app.state.database)
    async with working(world):
        await cleared(world, done["id"])
        assert (await client.post(f"/downloads/{done['id']}/retry")).status_code == 202
        assert (await ended(client, done["id"]))["state"] == "finished"


async def test_sec_D5_there_is_a_quota(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    company = await world.company()
    for _ in range(3):
        await world.publish(company)
    client = await world.signed_in(company.contact)
    monkeypatch.setattr(world.settings, "downloads_per_user", 2)
    first = await ask(client, filter={})
    await ask(client, filter={})
    refused = await client.post("/downloads", json={"filter": {}})
    assert (refused.status_code, refused.json()["code"]) == (409, "download_quota")
    await client.delete(f"/downloads/{first['id']}")
    await ask(client, filter={})
    monkeypatch.setattr(world.settings, "downloads_per_user", 50)
    monkeypatch.setattr(world.settings, "download_documents_per_user", 8)
    refused = await client.post("/downloads", json={"filter": {}})
    assert (refused.status_code, refused.json()["code"]) == (409, "download_quota")


async def test_the_list_is_paged_newest_first(world: World) -> None:
    company = await world.company()
    await world.publish(company)
    client = await world.signed_in(company.contact)
    ids = [(await ask(client, filter={}))["id"] for _ in range(3)]
    page = (await client.get("/downloads", params={"limit": 2, "count": True})).json()
    assert ([item["id"] for item in page["items"]], page["total"]) == ([ids[2], ids[1]], 3)
    rest = await client.get("/downloads", params={"limit": 2, "cursor": page["next_cursor"]})
    assert [item["id"] for item in rest.json()["items"]] == [ids[0]]
    assert rest.json()["next_cursor"] is None


async def test_fetching_is_written_into_every_history(world: World) -> None:
    company = await world.company()
    documents = [await world.publish(company) for _ in range(2)]
    client = await world.signed_in(company.contact)
    done = await built(world, client, filter={}, formats=["ubl"])
    await client.get(f"/downloads/{done['id']}/file")
    await client.get(f"/downloads/{done['id']}/file", headers={"Range": "bytes=5-9"})
    for document in documents:
        items = (await client.get(f"/documents/{document['id']}/history")).json()["items"]
        assert [(item["event"], item["detail"]) for item in items] == [
            ("published", {}),
            ("downloaded", {"file": "zip", "download": done["id"]}),
        ]
