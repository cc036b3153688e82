"""Digests: one mail for all that came since the last one, by the rights its reader has then."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from api.outbox import Job
from tests.support.world import Person, World
from tests.worker.mail_server import mail_server
from tests.worker.office import Office


async def choosing(world: World, frequency: str) -> Person:
    person = await world.person()
    client = await world.signed_in(person)
    answer = await client.patch("/me", json={"notification_frequency": frequency})
    assert answer.status_code == 200
    assert answer.json()["notification_frequency"] == frequency
    return person


async def digests(office: Office, person: Person) -> list[dict[str, Any]]:
    """Not the mail about their new device."""
    return [m for m in await office.mails(person.email) if m["subject"].startswith("New documents")]


async def appointments(world: World, person: Person) -> list[Any]:
    return await world.rows(
        "SELECT * FROM outbox WHERE job = 'cut_digest' AND subject_id = :id", id=person.id
    )


async def test_E4_one_mail_for_several_documents(world: World, office: Office) -> None:
    reader = await choosing(world, "daily")
    one, two = await world.company(reader), await world.company(reader)
    documents = [await world.publish(one), await world.publish(two), await world.publish(one)]
    assert await office.work() == 3
    assert await digests(office, reader) == []
    assert len(await appointments(world, reader)) == 1
    states = await office.deliveries(documents[0]["id"])
    assert [(row.state, row.digest_id) for row in states] == [("held", None)]
    await office.pass_time()
    assert await office.work() == 2
    (mail,) = await digests(office, reader)
    assert mail["subject"].endswith(": 3")
    for document in documents:
        for body in (mail["text"], mail["html"]):
            assert document["number"] in body
        (delivery,) = await office.deliveries(document["id"])
        assert (delivery.state, delivery.form) == ("sent", "digest")
        assert delivery.recipient == reader.email
        client = await world.signed_in(reader)
        history = (await client.get(f"/documents/{document['id']}/history")).json()["items"]
        assert [e["detail"]["to"] for e in history if e["event"] == "notified"] == [reader.email]
    assert mail["text"].count("/links/") == 3
    header = {name.lower(): value for name, value in mail["headers"]}
    assert header["list-unsubscribe"] == f"<{world.settings.public_url}/profile>"
    assert await appointments(world, reader) == []
    await office.pass_time()
    await office.work()
    assert len(await digests(office, reader)) == 1


async def test_E4_the_next_document_makes_a_new_appointment(world: World, office: Office) -> None:
    reader = await choosing(world, "daily")
    company = await world.company(reader)
    for _ in range(2):
        await world.publish(company)
        await office.work()
        await office.pass_time()
        await office.work()
    assert len(await digests(office, reader)) == 2


@pytest.mark.parametrize(("frequency", "unit"), [("daily", "day"), ("weekly", "week")])
async def test_E4_digests_leave_at_the_hour_of_the_issuers_place(
    world: World, office: Office, frequency: str, unit: str
) -> None:
    reader = await choosing(world, frequency)
    await world.publish(await world.company(reader))
    await office.work()
    (appointment,) = await appointments(world, reader)
    local = appointment.due_at.astimezone(ZoneInfo("Europe/Brussels"))
    assert (local.hour, local.minute) == (7, 0)
    ahead = appointment.due_at - datetime.now(UTC)
    assert 0 < ahead.total_seconds() <= (86400 + 3600 if unit == "day" else 8 * 86400)
    if unit == "week":
        assert local.weekday() == 0


async def test_sec_F14_X5_what_was_lost_meanwhile_is_not_told(world: World, office: Office) -> None:
    reader = await choosing(world, "daily")
    kept, lost = await world.company(), await world.company()
    await world.share(kept, reader)
    await world.share(lost, reader)
    told, untold, withdrawn = (
        await world.publish(kept),
        await world.publish(lost),
        await world.publish(kept),
    )
    await office.work()
    await world.unshare(lost, reader)
    async with world.owner.begin() as connection:
        await connection.execute(
            text("UPDATE documents SET state = 'withdrawn' WHERE number = :number"),
            {"number": withdrawn["number"]},
        )
    await office.pass_time()
    await office.work()
    (mail,) = await digests(office, reader)
    assert told["number"] in mail["text"]
    for document in (untold, withdrawn):
        assert document["number"] not in mail["text"]
        states = {row.email: row.state for row in await office.deliveries(document["id"])}
        assert states[reader.email] == "dropped"


async def test_sec_F14_X5_with_nothing_left_there_is_no_mail(world: World, office: Office) -> None:
    reader, company = await choosing(world, "weekly"), await world.company()
    await world.share(company, reader)
    await world.publish(company)
    await office.work()
    await world.unshare(company, reader)
    await office.pass_time()
    await office.work()
    assert await digests(office, reader) == []
    rows = await world.rows("SELECT state FROM digests WHERE user_id = :id", id=reader.id)
    assert [row.state for row in rows] == ["dropped"]


async def test_E4_whoever_wants_no_mails_gets_none(world: World, office: Office) -> None:
    reader = await choosing(world, "none")
    company = await world.company(reader)
    await world.publish(company)
    await office.work()
    assert await digests(office, reader) == []
    other = await world.company()
    document = await world.publish(other)
    claims = await office.announced()
    await world.set_user(other.contact, notification_frequency="none")
    for claim in claims:
        await office.run(claim)
    assert await office.mails(other.contact.email) == []
    assert [row.state for row in await office.deliveries(document["id"])] == ["dropped"]


async def test_E5_documents_announced_while_the_digest_is_cut_are_told_once(
    world: World, office: Office
) -> None:
    """Nothing falls between two digests, and nothing is in both."""
    reader = await choosing(world, "daily")
    company = await world.company(reader)
    numbers = [(await world.publish(company))["number"] for _ in range(20)]
    claims = await office.claim(Job.ANNOUNCE_DOCUMENT)

    async def cutting() -> None:
        for _ in range(6):
            await office.pass_time()
            for claim in await office.claim():
                await office.run(claim)
            await asyncio.sleep(0)

    await asyncio.gather(*(office.run(claim) for claim in claims), cutting())
    for _ in range(3):
        await office.pass_time()
        await office.work()
    mails = await digests(office, reader)
    told = [number for number in numbers for mail in mails if number in mail["text"]]
    assert sorted(told) == sorted(numbers)


@pytest.mark.parametrize("answer", ["450 later", "550 no such user"])
async def test_sec_F10_F11_digests_are_delayed_and_refused_like_other_mails(
    world: World, office: Office, answer: str
) -> None:
    reader = await choosing(world, "daily")
    document = await world.publish(await world.company(reader))
    await office.work()
    await office.pass_time()
    async with mail_server(to_recipient=answer) as server:
        await office.work(smtp_port=server.port)
    (delivery,) = await office.deliveries(document["id"])
    me = (await (await world.signed_in(reader)).get("/me")).json()
    if answer.startswith("450"):
        assert (delivery.state, me["notices"]) == ("waiting", [])
        await office.pass_time()
        await office.work()
        assert len(await digests(office, reader)) == 1
    else:
        assert (delivery.state, delivery.last_error) == ("refused", answer)
        assert [notice["code"] for notice in me["notices"]] == ["mail_failed"]
