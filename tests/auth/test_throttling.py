"""Throttling: counted in PostgreSQL, per account and network, never against known devices."""

import asyncio
from uuid import UUID

import pytest
import redis
from sqlalchemy import text

from api.app import create_app
from tests.support.browser import browser, challenge, code_at, login, refused
from tests.support.world import Person, World, unique

WRONG = "not the right password"


async def fail(world: World, person: Person, times: int, network: str) -> None:
    """Wrong passwords from browsers that nobody knows."""
    for _ in range(times):
        answer = await login(browser(world, network), person, WRONG)
        assert refused(answer) == (401, "invalid_credentials")


async def age_failures(world: World, age: str) -> None:
    """Let the clock go on for what was counted."""
    async with world.owner.begin() as connection:
        await connection.execute(
            text("UPDATE failed_attempts SET at = at - CAST(:age AS interval)").bindparams(age=age)
        )


@pytest.mark.parametrize("known", [True, False])
async def test_sec_P5_the_eleventh_try_is_refused_whoever_it_is(world: World, known: bool) -> None:
    person = await world.person()
    if not known:
        person = Person(person.id, f"{unique('nobody')}@example.com")
    for number in range(10):
        await fail(world, person, 1, f"10.10.{int(known)}.{number}")
    for password in (WRONG, person.password):
        answer = await login(browser(world, "10.10.9.9"), person, password)
        assert refused(answer) == (429, "too_many_requests")
        assert 200 <= int(answer.headers["retry-after"]) <= 300
    shouted = Person(person.id, person.email.upper())
    assert (await login(browser(world, "10.10.9.9"), shouted)).status_code == 429


async def test_sec_P5_survives_a_flushed_redis_and_passes_after_five_minutes(world: World) -> None:
    person = await world.person()
    await fail(world, person, 10, "10.11.0.1")
    redis.Redis.from_url(world.settings.redis_url).flushall()
    assert (await login(browser(world, "10.11.0.2"), person)).status_code == 429
    await age_failures(world, "200 seconds")
    answer = await login(browser(world, "10.11.0.2"), person)
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 100
    await age_failures(world, "100 seconds")
    assert (await login(browser(world, "10.11.0.2"), person)).status_code == 200


async def test_sec_P5_success_clears_the_count(world: World) -> None:
    person = await world.person()
    for _ in range(2):
        await fail(world, person, 9, "10.12.0.1")
        assert (await login(browser(world, "10.12.0.1"), person)).status_code == 200


async def test_sec_P5_parallel_guesses_are_counted_one_by_one(world: World) -> None:
    person = await world.person()
    guesses = [login(browser(world, f"10.13.0.{n}"), person, WRONG) for n in range(40)]
    statuses = [answer.status_code for answer in await asyncio.gather(*guesses)]
    assert statuses.count(401) == 10
    assert statuses.count(429) == 30


async def test_sec_P5_a_network_is_refused_after_a_hundred(world: World) -> None:
    person = await world.person()
    network = "10.14.0.1"
    async with world.owner.begin() as connection:
        await connection.execute(
            text(
                "INSERT INTO failed_attempts (id, kind, account, network)"
                " SELECT gen_random_uuid(), 'password', sha256(n::text::bytea), :network"
                " FROM generate_series(1, 99) n"
            ).bindparams(network=network)
        )
    assert (await login(browser(world, network), person)).status_code == 200
    stranger = Person(person.id, f"{unique('nobody')}@example.com")
    assert (await login(browser(world, network), stranger, WRONG)).status_code == 401
    assert (await login(browser(world, network), person)).status_code == 429
    assert (await login(browser(world, "10.14.0.2"), person)).status_code == 200


async def test_sec_P5_an_ipv6_site_is_one_network(world: World) -> None:
    person = await world.person()
    await fail(world, person, 1, "2001:db8:aa:bb::1")
    await fail(world, person, 1, "2001:db8:aa:bb:1:2:3:4")
    rows = await world.rows(
        "SELECT DISTINCT network FROM failed_attempts WHERE network LIKE '2001:db8:aa%'"
    )
    assert [row.network for row in rows] == ["2001:db8:aa:bb::"]


async def test_sec_P6_an_attack_from_elsewhere_never_locks_out_a_known_device(
    world: World,
) -> None:
    person = await world.person()
    known = browser(world, "10.15.0.1")
    assert (await login(known, person)).status_code == 200
    # The attacker even sits in the same network as the user.
    for number in range(10):
        await fail(world, person, 1, "10.15.0.1" if number % 2 else "10.15.0.2")
    assert (await login(browser(world, "10.15.0.2"), person)).status_code == 429
    assert (await login(known, person)).status_code == 200
    # The user's success does not give the attacker new tries.
    assert (await login(browser(world, "10.15.0.2"), person)).status_code == 429


async def test_sec_P6_a_known_device_has_its_own_ten_tries(world: World) -> None:
    person = await world.person()
    known = browser(world, "10.16.0.1")
    await login(known, person)
    for _ in range(10):
        assert (await login(known, person, WRONG)).status_code == 401
    assert (await login(known, person)).status_code == 429
    assert (await login(browser(world, "10.16.0.2"), person)).status_code == 200
    other = await world.person()
    assert (await login(known, other)).status_code == 200


async def test_sec_P6_a_network_under_attack_does_not_hold_up_a_known_device(world: World) -> None:
    person = await world.person()
    known = browser(world, "10.17.0.1")
    await login(known, person)
    async with world.owner.begin() as connection:
        await connection.execute(
            text(
                "INSERT INTO failed_attempts (id, kind, account, network)"
                " SELECT gen_random_uuid(), 'password', sha256(n::text::bytea), '10.17.0.1'"
                " FROM generate_series(1, 200) n"
            )
        )
    assert (await login(browser(world, "10.17.0.1"), person)).status_code == 429
    assert (await login(known, person)).status_code == 200


async def test_sec_P7_a_spoofed_forwarded_address_does_not_evade_the_limit(world: World) -> None:
    network = "10.18.0.1"
    person = await world.person()
    for number in range(3):
        client = browser(world, network, **{"X-Forwarded-For": f"203.0.113.{number}"})
        await login(client, person, WRONG)
    rows = await world.rows(
        "SELECT network FROM failed_attempts WHERE network = :network"
        " OR network LIKE '203.0.113.%'",
        network=network,
    )
    assert [row.network for row in rows] == [network] * 3


async def test_sec_P7_a_trusted_proxy_names_the_client(world: World) -> None:
    settings = world.settings.model_copy(update={"trusted_proxies": ["10.19.0.0/16"]})
    app = create_app(settings)
    person = await world.person()
    async with app.router.lifespan_context(app):
        proxied = World(app, settings, world.owner)
        chain = {"X-Forwarded-For": "198.51.100.7, 203.0.113.77, 10.19.0.2"}
        await login(browser(proxied, "10.19.0.1", **chain), person, WRONG)
        await proxied.close()
    rows = await world.rows(
        "SELECT network FROM failed_attempts WHERE network IN ('203.0.113.77', '198.51.100.7')"
    )
    assert [row.network for row in rows] == ["203.0.113.77"]


async def wrong_codes(world: World, person: Person, times: int, network: str) -> list[int]:
    """Statuses of wrong codes for one half sign-in."""
    client = browser(world, network)
    body = {"challenge": await challenge(client, person), "code": "000000"}
    if code_at() == "000000" or code_at(1) == "000000" or code_at(-1) == "000000":
        body["code"] = "000001"
    return [(await client.post("/auth/mfa", json=body)).status_code for _ in range(times)]


async def test_sec_M7_five_codes_in_five_minutes_twenty_an_hour_fifty_a_day(world: World) -> None:
    person = await world.person()
    await world.enrol(person)

    async def burst(expected: int) -> None:
        statuses = await wrong_codes(world, person, 6, "10.20.0.1")
        assert statuses == [401] * expected + [429] * (6 - expected)

    for number in range(10):
        await burst(5)
        # Twenty within an hour hold up even when the last five minutes are empty.
        await age_failures(world, "301 seconds")
        if number % 4 == 3:
            await burst(0)
            await age_failures(world, "1 hour")
    await age_failures(world, "1 hour")
    await burst(0)
    await age_failures(world, "1 day")
    client = browser(world, "10.20.0.1")
    body = {"challenge": await challenge(client, person), "code": code_at()}
    assert (await client.post("/auth/mfa", json=body)).status_code == 200


async def test_sec_M7_the_right_code_clears_and_a_sixth_right_one_is_refused(world: World) -> None:
    person = await world.person()
    await world.enrol(person)
    assert await wrong_codes(world, person, 4, "10.21.0.1") == [401] * 4
    client = browser(world, "10.21.0.1")
    body = {"challenge": await challenge(client, person), "code": code_at()}
    assert (await client.post("/auth/mfa", json=body)).status_code == 200
    assert await wrong_codes(world, person, 5, "10.21.0.1") == [401] * 5
    body = {"challenge": await challenge(browser(world, "10.21.0.1"), person), "code": code_at(1)}
    answer = await browser(world, "10.21.0.1").post("/auth/mfa", json=body)
    assert refused(answer) == (429, "too_many_requests")
    assert int(answer.headers["retry-after"]) > 0
    # The browser that signed in with a code before is not held up (P6).
    body["challenge"] = await challenge(client, person)
    assert (await client.post("/auth/mfa", json=body)).status_code == 200


async def test_sec_M7_a_code_beside_a_wrong_password_is_neither_counted_nor_used(
    world: World,
) -> None:
    person = await world.person()
    await world.enrol(person)
    client = await world.signed_in(person)
    await world.set_user(person, totp_last_step=None)
    body = {"password": WRONG, "code": code_at()}
    for _ in range(6):
        answer = await client.post("/auth/step-up", json=body)
        assert refused(answer) == (401, "invalid_credentials")
    body["password"] = person.password
    assert (await client.post("/auth/step-up", json=body)).status_code == 204
    rows = await world.rows(
        "SELECT kind FROM failed_attempts WHERE account = sha256(CAST(:id AS text)::bytea)",
        id=str(UUID(str(person.id))),
    )
    assert rows == []
