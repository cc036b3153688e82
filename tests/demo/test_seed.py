"""Seeding a portal with the demo: once, resumable, refused where it would do harm."""

import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, text

from api.core.settings import Settings
from api.demo import populate
from api.demo.cast import INVITED, MAIN_CONTACT, PASSWORD, SHARED_USER, STAFF
from api.demo.generator import DemoDocument, generate
from api.demo.refusal import DemoRefused, refuse_exposed
from api.demo.seed import seed_demo, seed_demo_if_wanted
from api.models import Delivery, Document, OutboxEntry, User
from tests.demo.conftest import NewPortal, portal_of_its_own
from tests.support.world import Company, Person, World

NEWEST = 60


@dataclass(frozen=True, slots=True)
class Demo:
    """A seeded portal and what was said about it."""

    world: World
    sign_ins: list[str]
    told: list[str]


def recent(today: date) -> list[DemoDocument]:
    """Return the newest documents only, to be quick: as many on any day of a month."""
    return list(generate(today))[-NEWEST:]


@pytest.fixture(autouse=True, scope="module")
def few_documents() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(populate, "generate", recent)
        yield


@pytest.fixture(scope="module")
async def demo(settings: Settings) -> AsyncIterator[Demo]:
    """A portal, seeded."""
    async with portal_of_its_own(settings) as world:
        lines, told = await seeded(world)
        yield Demo(world, lines, told)


async def count(world: World, table: Any) -> int:
    async with world.owner.connect() as connection:
        found = await connection.scalar(select(func.count()).select_from(table))
    return int(found or 0)


async def person(world: World, email: str) -> Person:
    async with world.owner.connect() as connection:
        user_id = await connection.scalar(select(User.id).where(User.email_key == email))
    assert user_id is not None
    return Person(user_id, email, PASSWORD)


async def seeded(world: World) -> tuple[list[str], list[str]]:
    """Seed as `iportal run` does; returns the sign-ins and what was reported."""
    told: list[str] = []
    lines = await seed_demo_if_wanted(world.settings, told.append)
    return lines, told


async def test_seed_tells_how_to_sign_in(demo: Demo) -> None:
    assert PASSWORD in demo.sign_ins[0]
    for someone in (MAIN_CONTACT, SHARED_USER, STAFF, INVITED):
        assert any(someone.email in line for line in demo.sign_ins)
    documents = await count(demo.world, Document)
    assert documents >= 20
    assert f"Demo: {documents} of {documents} documents published" in demo.told


async def test_main_contact_has_much_to_look_at(demo: Demo) -> None:
    world = demo.world
    claire = await world.signed_in(await person(world, MAIN_CONTACT.email))
    me = (await claire.get("/me")).json()
    assert (me["first_name"], me["is_main_contact"]) == ("Claire", True)
    assert 0 < me["unread_count"] <= 9
    page = (await claire.get("/documents", params={"limit": 200})).json()["items"]
    assert {item["customer"]["number"] for item in page} == {f"DL10023{n}" for n in "4567"}
    assert any(item["tags"] for item in page)
    assert page[0]["unread"]

    read = next(item for item in page if not item["unread"] and item["kind"] == "invoice")
    history = (await claire.get(f"/documents/{read['id']}/history")).json()["items"]
    events = [entry["event"] for entry in history]
    assert events[0] == "published"
    assert {"notified", "consulted"} <= set(events)
    assert [entry["at"] for entry in history] == sorted(entry["at"] for entry in history)
    pdf = await claire.get(f"/documents/{read['id']}/pdf")
    assert pdf.content.startswith(b"%PDF-")


async def test_shared_user_sees_what_is_shared(demo: Demo) -> None:
    world = demo.world
    jonas = await world.signed_in(await person(world, SHARED_USER.email))
    shared = (await jonas.get("/documents", params={"limit": 200})).json()["items"]
    assert {item["customer"]["number"] for item in shared} == {"DL100234", "DL100235"}


async def test_letters_wait_to_be_printed_and_a_copy_to_be_priced(demo: Demo) -> None:
    world = demo.world
    nora = await person(world, STAFF.email)
    await world.enrol(nora)
    staff = await world.signed_in(nora)
    (request,) = (await staff.get("/issuer/paper-requests")).json()["items"]
    assert (request["state"], request["requester"]["email"]) == ("requested", MAIN_CONTACT.email)
    batch = await staff.post("/issuer/print-batches", json={})
    assert batch.status_code == 202, batch.text
    assert 1 <= batch.json()["progress"]["total"] <= 4


async def test_states_and_mails(demo: Demo) -> None:
    world = demo.world
    async with world.owner.connect() as connection:
        users = {
            row.email: row
            for row in await connection.execute(
                select(User.email, User.state, User.role, User.password_hash)
            )
        }
        today = await connection.scalar(select(func.max(Document.issue_date)))
        announced = await connection.execute(
            select(Document.issue_date).join(OutboxEntry, OutboxEntry.subject_id == Document.id)
        )
        assert [row.issue_date for row in announced] == [today, today]
    invited = [row for row in users.values() if row.state == "invited"]
    assert [(row.email, row.password_hash) for row in invited] == [(INVITED.email, None)]
    assert users[STAFF.email].role == "staff"
    assert await count(world, Delivery) >= await count(world, Document) - 2


async def test_second_seed_is_quick_and_adds_nothing(demo: Demo) -> None:
    world = demo.world
    before = [await count(world, table) for table in (Document, User, Delivery, OutboxEntry)]
    started = time.process_time()
    second, told = await seeded(world)
    assert time.process_time() - started < 5
    assert (second, told) == (demo.sign_ins, [])
    after = [await count(world, table) for table in (Document, User, Delivery, OutboxEntry)]
    assert after == before


async def test_interrupted_seed_goes_on(
    new_portal: NewPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await new_portal()
    with monkeypatch.context() as patched:

        async def interrupted(*_: Any) -> None:
            raise InterruptedError

        patched.setattr(populate, "generate", lambda today: list(recent(today))[:7])
        patched.setattr(populate, "_finish", interrupted)
        with pytest.raises(InterruptedError):
            await seeded(world)
    assert await count(world, Document) == 7
    await seeded(world)
    numbers = text("SELECT count(*) = count(DISTINCT (kind, number)) FROM documents")
    async with world.owner.connect() as connection:
        assert await connection.scalar(numbers)
    assert await count(world, Document) > 7
    await world.signed_in(await person(world, MAIN_CONTACT.email))


async def test_not_unless_asked(new_portal: NewPortal) -> None:
    world = await new_portal()
    world.settings = world.settings.model_copy(update={"demo": False})
    assert await seeded(world) == ([], [])
    assert await count(world, User) == 0


async def test_refused_beside_real_customers(world: World) -> None:
    company: Company = await world.company()
    assert company.number
    world_settings = world.settings.model_copy(update={"demo": True})
    told: list[str] = []
    lines = await seed_demo_if_wanted(world_settings, told.append)
    assert lines == []
    assert told == ["No demo data: this portal has customers of its own"]
    with pytest.raises(DemoRefused):
        await seed_demo(world_settings, told.append, exposed=True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("database_url", "postgresql+asyncpg://user@db.internal/iportal"),
        ("public_url", "https://invoices.example.com"),
    ],
)
def test_refused_where_others_could_reach_it(settings: Settings, name: str, value: str) -> None:
    refuse_exposed(settings)
    with pytest.raises(DemoRefused, match=f"IPORTAL_{name.upper()}"):
        refuse_exposed(settings.model_copy(update={name: value}))
