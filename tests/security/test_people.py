"""Whom a principal sees: itself, whom the product shows to it, and as staff everybody (T2, T3)."""

from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from tests.security.scene import Scene
from tests.support.world import Person, unique

SEEN = text("SELECT id FROM users")
ACT = text("SELECT iportal.act_as_user(:id, 'customer', :scope)")


async def seen(session: AsyncSession) -> set[UUID]:
    """The people whom a transaction sees."""
    return set((await session.execute(SEEN)).scalars())


async def test_sec_T3_people_see_those_they_share_customers_with(scene: Scene) -> None:
    world = scene.world
    company, first, second = await world.company(), await world.person(), await world.person()
    await world.share(company, first)
    await world.share(company, second)
    client = await world.signed_in(company.contact)
    address = f"{unique('successor')}@example.com"
    offer = f"/customers/{company.id}/main-contact"
    assert (await client.post(offer, json={"email": address})).status_code == 202
    rows = await world.rows("SELECT id FROM users WHERE email = :email", email=address)
    main, successor = company.contact.id, rows[0].id
    for person, expected in (
        (main, {main, first.id, second.id, successor}),
        # What a shared user's screens show: who looks after the number, not who else shares it.
        (first.id, {first.id, main}),
        (second.id, {second.id, main}),
        (successor, {successor}),
    ):
        async with world.app.state.database.transaction() as session:
            assert await seen(session) == set()
            await session.execute(ACT, {"id": person, "scope": None})
            assert await seen(session) == expected


async def test_sec_T3_a_token_narrowed_to_a_number_shows_no_other_people(scene: Scene) -> None:
    world = scene.world
    person, colleague = await world.person(), await world.person()
    first, second = await world.company(person), await world.company(person)
    await world.share(second, colleague)
    async with world.app.state.database.transaction() as session:
        await session.execute(ACT, {"id": person.id, "scope": [UUID(first.id)]})
        assert colleague.id not in await seen(session)


async def test_sec_T3_a_job_about_a_number_sees_who_may_see_it(scene: Scene) -> None:
    person, reader = await scene.world.person(), await scene.world.person()
    company = await scene.world.company(person)
    await scene.world.share(company, reader)
    async with scene.world.app.state.database.transaction() as session:
        statement = text("SELECT iportal.act_for_customer(:id)")
        await session.execute(statement, {"id": UUID(company.id)})
        assert await seen(session) == {person.id, reader.id}


async def test_sec_T3_staff_see_everybody_and_publishers_nobody(scene: Scene) -> None:
    everybody = {row.id for row in await scene.world.rows("SELECT id FROM users")}
    async with scene.world.app.state.database.transaction() as session:
        await session.execute(text("SET LOCAL ROLE iportal_staff"))
        assert await seen(session) == everybody
    for role in ("iportal_publisher", "iportal_relay", "iportal_link"):
        async with scene.world.app.state.database.transaction() as session:
            await session.execute(text(f"SET LOCAL ROLE {role}"))
            with pytest.raises(DBAPIError, match="permission denied"):
                await seen(session)


@pytest.mark.parametrize("role", ["iportal_app", "iportal_staff"])
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT password_hash FROM users",
        "SELECT totp_secret FROM users",
        "SELECT * FROM users",
        "UPDATE users SET state = 'active' WHERE password_hash IS NULL",
        "UPDATE users SET state = 'active' RETURNING totp_secret",
        "UPDATE users SET role = 'staff'",
        "UPDATE users SET id = gen_random_uuid()",
        "DELETE FROM users",
    ],
)
async def test_sec_T3_nobody_reads_what_people_sign_in_with(
    scene: Scene, role: str, statement: str
) -> None:
    known = text("SELECT set_config('iportal.user_id', :id, true)")
    async with scene.world.app.state.database.transaction() as session:
        await session.execute(text(f"SET LOCAL ROLE {role}"))
        await session.execute(known, {"id": str(scene.staff.id)})
        with pytest.raises(DBAPIError, match="permission denied"):
            await session.execute(text(statement))


@pytest.mark.parametrize("role", ["iportal_app", "iportal_staff"])
async def test_sec_T3_secrets_are_those_of_the_person_whom_it_is_about(
    scene: Scene, role: str
) -> None:
    secrets = text("SELECT password_hash, totp_secret FROM iportal.secrets_of(:id)")

    async def found(session: AsyncSession, person: Person) -> bool:
        return (await session.execute(secrets, {"id": person.id})).first() is not None

    async with scene.world.app.state.database.transaction() as session:
        await session.execute(text(f"SET LOCAL ROLE {role}"))
        assert not await found(session, scene.staff)
        known = text("SELECT set_config('iportal.user_id', :id, true)")
        await session.execute(known, {"id": str(scene.shared.id)})
        assert await found(session, scene.shared)
        assert not await found(session, scene.staff)
        concern = text("SELECT iportal.concern_person(:id)")
        await session.execute(concern, {"id": scene.staff.id})
        assert await found(session, scene.staff)
        assert not await found(session, scene.company.contact)


async def test_sec_T3_others_rows_are_not_changed(scene: Scene) -> None:
    """Not even by staff, unless the transaction is about that person."""
    change = text("UPDATE users SET first_name = first_name RETURNING id")
    for role in ("iportal_app", "iportal_staff"):
        async with scene.world.app.state.database.transaction() as session:
            await session.execute(ACT, {"id": scene.company.contact.id, "scope": None})
            await session.execute(text(f"SET LOCAL ROLE {role}"))
            changed = (await session.execute(change)).scalars().all()
            assert changed == [scene.company.contact.id]
