"""What is over is forgotten, and nothing else."""

from sqlalchemy import text

from api.accounts.sweeping import forget_what_is_over
from tests.support.browser import browser, challenge, code_at, login
from tests.support.world import World, unique

TIMES = {
    "failed_attempts": "at",
    "sign_in_challenges": "expires_at",
    "mailed_codes": "expires_at",
    "mfa_enrolments": "created_at",
    "mail_requests": "created_at",
    "password_resets": "expires_at",
    "account_mails": "created_at",
    "known_devices": "last_used_at",
}


async def test_what_is_over_is_forgotten_and_nothing_else(world: World) -> None:
    person = await world.person()
    await world.enrol(person, recovery=f"{unique('recovery')}@example.org")
    client = browser(world, "10.90.0.1")
    for _ in range(2):
        body = {"challenge": await challenge(client, person), "code": "x"}
        await client.post("/auth/mfa", json=body)
        await client.post("/auth/mfa/recovery", json=body)
        await client.post("/auth/password/forgot", json={"email": "nobody@example.com"})
        await login(client, person, "not the password")

    async def counts() -> dict[str, int]:
        return {table: (await world.rows(f"SELECT count(*) FROM {table}"))[0][0] for table in TIMES}

    await forget_what_is_over(world.app.state.database)
    before = await counts()
    assert await forget_what_is_over(world.app.state.database) == 0
    assert await counts() == before
    async with world.owner.begin() as connection:
        await connection.execute(
            text(
                "UPDATE failed_attempts SET at = at - interval '25 hours'"
                " WHERE network = '10.90.0.1'"
            )
        )
    assert await forget_what_is_over(world.app.state.database) == 3
    after = await counts()
    assert after == {**before, "failed_attempts": before["failed_attempts"] - 3}


async def test_steps_that_a_hint_gave_away_are_forgotten_when_they_are_past(world: World) -> None:
    person = await world.person()
    await world.enrol(person)
    client = browser(world, "10.90.1.1")
    body = {"challenge": await challenge(client, person), "code": code_at(6)}
    assert (await client.post("/auth/mfa", json=body)).json()["hint"] == "clock"

    async def steps() -> list[int]:
        rows = await world.rows("SELECT totp_refused_steps FROM users WHERE id = :i", i=person.id)
        return list(rows[0][0])

    (step,) = await steps()
    await forget_what_is_over(world.app.state.database)
    assert await steps() == [step]
    await world.set_user(person, totp_refused_steps=[step - 30])
    await forget_what_is_over(world.app.state.database)
    assert await steps() == []
