"""Erasure: a canary person leaves no trace but what the law keeps (G2, I3)."""

from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from api.downloads.clearing import PREFIXES
from api.jobs import Engines, run_job
from api.outbox import Job
from api.storage import Storage
from tests.support.browser import refused
from tests.support.post import Post
from tests.support.world import Company, Person, World, unique

CLAIM = text(
    "UPDATE outbox SET fence = fence + 1, due_at = now() + interval '45 seconds'"
    " WHERE job = :job AND subject_id = :subject RETURNING id, fence"
)
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"


async def erase(world: World, user_id: UUID, job: Job = Job.ERASE_PERSON) -> None:
    """Do the job, as the worker does."""
    state = world.app.state
    engines = Engines(state.settings, state.database, state.storage)
    async with world.owner.begin() as connection:
        claims = await connection.execute(CLAIM, {"job": job.value, "subject": user_id})
    for entry_id, fence in claims.all():
        await run_job({"engines": engines}, str(UUID(str(entry_id))), fence)
    await engines.connections.close()


async def found(world: World, *words: str) -> list[str]:
    """Where any of these words stands in the database: table, and the row."""
    places = []
    for (table,) in await world.rows(TABLES):
        rows = await world.rows(
            f"SELECT t::text AS row FROM {table} t WHERE t::text ILIKE ANY (:words)",
            words=[f"%{word}%" for word in words],
        )
        places += [f"{table}: {row.row}" for row in rows]
    return places


async def objects_of(storage: Storage, download_id: str) -> list[str]:
    """The files of an archive."""
    return [key async for key, _ in storage.keys(f"{PREFIXES[Job.BUILD_ARCHIVE]}{download_id}/")]


async def canary(world: World, post: Post) -> tuple[Person, Company, httpx.AsyncClient, str]:
    """Somebody who did a lot: with a document, shared with, sharing, moved, handed over, mailed."""
    mark = unique("canary")
    person = await world.person()
    await world.set_user(
        person,
        email=f"{mark}.First@example.com",
        email_key=f"{mark}.first@example.com",
        first_name=f"{mark}given",
        last_name=f"{mark}family",
    )
    person = Person(person.id, f"{mark}.First@example.com")
    company = await world.company(person)
    document = await world.publish(company)
    client = await world.signed_in(person)
    colleague = f"{unique('colleague')}@example.com"
    body = {"email": colleague, "grants": [{"customer_id": company.id, "expires_on": None}]}
    assert (await client.post("/shared-users", json=body)).status_code == 201
    for path in (f"/documents/{document['id']}", f"/documents/{document['id']}/ubl", "/me/export"):
        assert (await client.get(path)).status_code == 200
    new = f"{mark}.second@example.com"
    assert (await client.post("/me/email", json={"email": new})).status_code == 202
    body = {"code": await post.code(new)}
    assert (await client.post("/me/email/verify", json=body)).status_code == 204
    recovery = f"{mark}.recovery@example.org"
    assert (await client.put("/me/recovery-email", json={"email": recovery})).status_code == 202
    body = {"code": await post.code(recovery)}
    assert (await client.post("/me/recovery-email/verify", json=body)).status_code == 204
    assert (await client.post("/auth/password/forgot", json={"email": recovery})).status_code == 202
    body = {"document_ids": [document["id"]], "formats": ["ubl"]}
    download = (await client.post("/downloads", json=body)).json()
    key = f"{PREFIXES[Job.BUILD_ARCHIVE]}{download['id']}/leftover"
    await world.app.state.storage.put(key, b"files of the canary", "application/zip")
    await deliver(world, document["id"])
    return Person(person.id, new), company, client, download["id"]


async def deliver(world: World, document_id: str) -> None:
    """Announce a document and tell everybody who may see it."""
    await erase(world, UUID(document_id), Job.ANNOUNCE_DOCUMENT)
    rows = await world.rows("SELECT id FROM deliveries WHERE document_id = :d", d=document_id)
    for row in rows:
        await erase(world, row.id, Job.SEND_DELIVERY)


async def hand_over(world: World, company: Company, client: httpx.AsyncClient, post: Post) -> None:
    """Make somebody else the main contact."""
    successor = await world.person()
    offer = f"/customers/{company.id}/main-contact"
    body = {"email": successor.email, "keep_access": True}
    assert (await client.post(offer, json=body)).status_code == 202
    token = await post.link(successor.email, "invitations")
    accepting = await world.signed_in(successor)
    answer = await accepting.post(f"/auth/invitations/{token}/accept", json={"password": "-" * 15})
    assert answer.status_code == 200, answer.text


async def test_sec_G2_erasure_leaves_nothing_of_a_person(world: World, post: Post) -> None:
    person, company, client, download = await canary(world, post)
    mark = person.email.partition(".")[0]
    document = (await client.get("/documents")).json()["items"][0]
    await hand_over(world, company, client, post)
    storage: Storage = world.app.state.storage
    assert await objects_of(storage, download) != []
    before = await found(world, mark)
    assert {line.partition(":")[0] for line in before} > {"users", "audit_events", "customers"}

    answer = await client.post("/me/erasure")
    assert (answer.status_code, answer.text) == (202, "null")
    assert (await client.get("/me")).status_code == 401
    await erase(world, person.id)
    assert await found(world, mark), "the mails about it have not left yet"
    for address in (person.email, f"{mark}.recovery@example.org"):
        newest = (await post.mails(address))[0]
        assert "The account is being deleted" in newest["text"]
        assert "choose a new password" not in newest["text"]
    await erase(world, person.id)

    assert await found(world, mark) == []
    assert await objects_of(storage, download) == []
    for table in await world.rows(TABLES):
        rows = await world.rows(f"SELECT t::text AS row FROM {table[0]} t")
        left = [row.row for row in rows if str(person.id) in row.row]
        # The audit keeps that somebody was erased, for whoever restores a backup.
        assert (table[0], len(left)) in ((table[0], 0), ("audit_events", 1)), (table, left)
    # What the law keeps is there, for those who may still see it.
    kept = await world.rows("SELECT number FROM documents WHERE id = :id", id=document["id"])
    assert [row.number for row in kept] == [document["number"]]
    events = await world.rows(
        "SELECT event, actor, detail FROM audit_events WHERE document_id = :id ORDER BY id",
        id=document["id"],
    )
    assert {"consulted", "downloaded", "notified"} <= {row.event for row in events}
    assert {row.actor for row in events if row.event in ("consulted", "downloaded")} == {""}
    assert "—" in {row.detail.get("to") for row in events if row.event == "notified"}
    # Nor does the issuer's nightly upsert bring them back.
    body = {
        "name": f"Company {company.number}",
        "language": "en",
        "contact": {
            "email": f"{mark}.First@example.com",
            "first_name": "Ada",
            "last_name": "Lovelace",
        },
    }
    publisher = await world.publisher()
    answer = await publisher.put(f"/issuer/customers/{company.number}", json=body)
    assert (answer.status_code, answer.json()["contact"]) == (200, body["contact"])
    staff = await world.signed_in(await world.person(role="staff"))
    shown = await staff.get(f"/issuer/customers/{company.number}")
    assert (shown.status_code, shown.json()["issued_contact"]) == (200, None)
    assert await found(world, mark) == []


async def test_sec_G2_others_with_a_longer_address_are_left_alone(world: World, post: Post) -> None:
    person, namesake = await world.person(), await world.person()
    company = await world.company()
    longer = f"x.{person.email}"
    await world.set_user(namesake, email=longer, email_key=longer)
    namesake = Person(namesake.id, longer)
    for reader in (person, namesake):
        await world.share(company, reader)
    document = await world.publish(company)
    await deliver(world, document["id"])
    client = await world.signed_in(person)
    assert (await client.post("/me/erasure")).status_code == 202
    await post.deliver()
    await erase(world, person.id)
    events = await world.rows(
        "SELECT detail ->> 'to' AS told FROM audit_events"
        " WHERE document_id = :id AND event = 'notified'",
        id=document["id"],
    )
    assert {row.told for row in events} == {"—", longer, company.contact.email}
    assert (await world.signed_in(namesake)).cookies


async def test_sec_G2_what_is_held_keeps_its_history(world: World, post: Post) -> None:
    person, company = await world.person(), await world.company()
    await world.share(company, person)
    document = await world.publish(company)
    staff = await world.signed_in(await world.person(role="staff"))
    body = {"document_id": document["id"], "reason": "a lawsuit"}
    assert (await staff.post("/issuer/legal-holds", json=body)).status_code == 201
    client = await world.signed_in(person)
    await client.get(f"/documents/{document['id']}")
    assert (await client.post("/me/erasure")).status_code == 202
    await post.deliver()
    await erase(world, person.id)
    events = await world.rows(
        "SELECT actor FROM audit_events WHERE document_id = :id AND event = 'consulted'",
        id=document["id"],
    )
    assert [row.actor for row in events] == ["Ada Lovelace"]
    assert await world.rows("SELECT 1 FROM users WHERE id = :id", id=person.id) == []


async def test_sec_G2_a_main_contact_hands_over_first(world: World) -> None:
    person = await world.person()
    await world.company(person)
    client = await world.signed_in(person)
    answer = await client.post("/me/erasure")
    assert refused(answer) == (409, "still_main_contact")
    assert (await client.get("/me")).status_code == 200
    titles = set()
    for language in ("fr", "nl", "de", "en"):
        await world.set_user(person, language=language)
        titles.add((await client.post("/me/erasure")).json()["title"])
    assert len(titles) == 4


async def test_sec_G2_staff_are_their_employers(world: World) -> None:
    client = await world.signed_in(await world.person(role="staff"))
    assert refused(await client.post("/me/erasure")) == (403, "forbidden")


@pytest.mark.parametrize(
    "values",
    [
        {"state": "active", "erasure_asked_at": text("now()")},
        {"state": "disabled", "erasure_asked_at": None},
    ],
)
async def test_sec_G2_nobody_is_erased_who_did_not_ask(
    world: World, values: dict[str, Any]
) -> None:
    person = await world.person()
    await world.set_user(person, **values)
    async with world.app.state.database.transaction() as session:
        await session.execute(text("SET LOCAL ROLE iportal_staff"))
        erased = await session.scalar(text("SELECT iportal.erase_person(:id)"), {"id": person.id})
    assert erased is None
    assert await world.rows("SELECT 1 FROM users WHERE id = :id", id=person.id) != []


async def test_sec_G2_only_staff_and_jobs_reach_the_erasing_itself(world: World) -> None:
    for role in ("iportal_app", "iportal_publisher", "iportal_link", "iportal_relay"):
        async with world.app.state.database.transaction() as session:
            await session.execute(text(f"SET LOCAL ROLE {role}"))
            with pytest.raises(DBAPIError, match="permission denied"):
                await session.execute(text("SELECT iportal.erase_person(iportal.new_id())"))
