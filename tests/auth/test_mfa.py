"""The second factor at sign-in: each step once, the server's clock, seeds bound to their user."""

import asyncio
import time
import unicodedata

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.challenges import open_challenge
from tests.support.browser import browser, challenge, code_at, refused
from tests.support.world import TOTP_SECRET, Person, World

ROUNDS = 100
PARALLEL = 50


async def enrolled(world: World) -> Person:
    """A person with two-factor authentication."""
    person = await world.person()
    await world.enrol(person)
    return person


async def try_code(world: World, person: Person, code: str) -> httpx.Response:
    """A new half sign-in, and a code."""
    client = browser(world, "10.30.0.1")
    body = {"challenge": await challenge(client, person), "code": code}
    return await client.post("/auth/mfa", json=body)


async def test_the_code_completes_the_sign_in(world: World) -> None:
    person = await enrolled(world)
    client = world.client()
    body = {"challenge": await challenge(client, person), "code": code_at()}
    answer = await client.post("/auth/mfa", json=body)
    assert answer.json()["state"] == "signed_in"
    assert answer.json()["user"]["mfa_enabled"] is True
    assert (await client.get("/me")).json() == answer.json()["user"]
    again = await world.client().post("/auth/mfa", json=body)
    assert refused(again) == (401, "invalid_challenge")


async def test_a_challenge_serves_several_tries(world: World) -> None:
    person = await enrolled(world)
    client = browser(world, "10.30.1.1")
    token = await challenge(client, person)
    for wrong in ("", "12345", "1234567", "abcdef", "12 456"):
        answer = await client.post("/auth/mfa", json={"challenge": token, "code": wrong})
        assert refused(answer) == (401, "invalid_code")
    await world.rows("DELETE FROM failed_attempts WHERE network = '10.30.1.1' RETURNING id")
    answer = await client.post("/auth/mfa", json={"challenge": token, "code": code_at()})
    assert answer.status_code == 200


async def test_sec_M1_a_code_is_good_once_whatever_happens_at_the_same_time(world: World) -> None:
    person = await enrolled(world)
    client = browser(world, "10.30.2.1")
    async with AsyncSession(world.owner) as session, session.begin():
        # Half sign-ins of their own, so that it is the step that is used up and not the challenge.
        tokens = [
            await open_challenge(session, world.settings, "mfa", person.id)
            for _ in range(PARALLEL * ROUNDS)
        ]
    for number in range(ROUNDS):
        async with world.owner.begin() as connection:
            await connection.execute(
                text("DELETE FROM failed_attempts WHERE network = '10.30.2.1'")
            )
            await connection.execute(
                text("UPDATE users SET totp_last_step = NULL WHERE id = :id").bindparams(
                    id=person.id
                )
            )
        code = code_at()
        group = tokens[number * PARALLEL : (number + 1) * PARALLEL]
        answers = await asyncio.gather(
            *(client.post("/auth/mfa", json={"challenge": token, "code": code}) for token in group)
        )
        statuses = [answer.status_code for answer in answers]
        assert statuses.count(200) == 1
        assert set(statuses) <= {200, 401, 429}


async def test_sec_M2_an_older_step_is_never_valid_after_a_newer(world: World) -> None:
    person = await enrolled(world)
    now = time.time()
    assert (await try_code(world, person, code_at(0, now=now))).status_code == 200
    for step in (0, -1):
        answer = await try_code(world, person, code_at(step, now=now))
        assert refused(answer) == (401, "invalid_code")
    assert (await try_code(world, person, code_at(1, now=now))).status_code == 200


@pytest.mark.parametrize(("steps", "status"), [(-2, 401), (-1, 200), (0, 200), (1, 200), (2, 401)])
async def test_sec_M3_one_step_either_way(
    world: World, monkeypatch: pytest.MonkeyPatch, steps: int, status: int
) -> None:
    person = await enrolled(world)
    now = time.time()
    monkeypatch.setattr("api.accounts.totp.time", lambda: now)
    answer = await try_code(world, person, code_at(steps, now=now))
    assert answer.status_code == status


async def test_sec_M3_only_ascii_digits_are_digits(world: World) -> None:
    person = await enrolled(world)
    code = code_at()
    wide = "".join(chr(ord("０") + int(digit)) for digit in code)
    assert unicodedata.normalize("NFKC", wide) == code
    assert refused(await try_code(world, person, wide)) == (401, "invalid_code")
    assert (await try_code(world, person, code)).status_code == 200


async def test_sec_M4_a_seed_in_another_users_row_opens_nothing(world: World) -> None:
    person, thief = await enrolled(world), await enrolled(world)
    rows = await world.rows("SELECT totp_secret FROM users WHERE id = :id", id=person.id)
    (sealed,) = rows[0]
    assert TOTP_SECRET.encode() not in sealed
    await world.set_user(thief, totp_secret=sealed)
    assert refused(await try_code(world, thief, code_at())) == (401, "invalid_code")
    assert (await try_code(world, person, code_at())).status_code == 200


async def test_sec_M4_no_seed_is_readable_in_the_database(world: World) -> None:
    await enrolled(world)
    for table in ("users", "mfa_enrolments", "sign_in_challenges", "outbox", "account_mails"):
        found = await world.rows(
            f"SELECT 1 FROM {table} t WHERE position(:seed IN t::text) > 0"
            " OR position(encode(convert_to(:seed, 'UTF8'), 'hex') IN t::text) > 0",
            seed=TOTP_SECRET,
        )
        assert found == []


@pytest.mark.parametrize(("minutes", "language", "word"), [(5, "en", "clock"), (-5, "fr", "heure")])
async def test_sec_F16_a_clock_that_is_off_earns_a_hint_and_no_sign_in(
    world: World, monkeypatch: pytest.MonkeyPatch, minutes: int, language: str, word: str
) -> None:
    person = await enrolled(world)
    now = time.time()
    monkeypatch.setattr("api.accounts.totp.time", lambda: now)
    client = browser(world, "10.30.3.1", **{"Accept-Language": language})
    code = code_at(2 * minutes, now=now)
    body = {"challenge": await challenge(client, person), "code": code}
    answer = await client.post("/auth/mfa", json=body)
    assert refused(answer) == (401, "invalid_code")
    assert answer.json()["hint"] == "clock"
    assert word in answer.json()["detail"]
    assert "5 min" in answer.json()["detail"]
    # The hint has told that the code will fit: so it no longer does when its time comes.
    monkeypatch.setattr("api.accounts.totp.time", lambda: now + 60 * minutes)
    assert refused(await client.post("/auth/mfa", json=body)) == (401, "invalid_code")
    body["code"] = code_at(2 * minutes + 1, now=now)
    assert (await client.post("/auth/mfa", json=body)).status_code == 200


async def test_sec_F16_a_server_clock_that_went_back_refuses_with_a_hint(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await enrolled(world)
    now = time.time()
    monkeypatch.setattr("api.accounts.totp.time", lambda: now + 300)
    assert (await try_code(world, person, code_at(10, now=now))).status_code == 200
    monkeypatch.setattr("api.accounts.totp.time", lambda: now)
    answer = await try_code(world, person, code_at(0, now=now))
    assert refused(answer) == (401, "invalid_code")
    assert answer.json()["hint"] == "clock"


async def test_a_wrong_code_has_no_hint(world: World) -> None:
    person = await enrolled(world)
    answer = await try_code(world, person, "12345x")
    assert "hint" not in answer.json()


async def test_a_challenge_ends_after_five_minutes(world: World) -> None:
    person = await enrolled(world)
    client = browser(world, "10.30.4.1")
    body = {"challenge": await challenge(client, person), "code": code_at()}
    for age, status in (("299 seconds", 200), ("2 seconds", 401)):
        async with world.owner.begin() as connection:
            await connection.execute(
                text(
                    "UPDATE sign_in_challenges SET consumed_at = NULL,"
                    " expires_at = expires_at - CAST(:age AS interval) WHERE user_id = :id"
                ).bindparams(age=age, id=person.id)
            )
        await world.set_user(person, totp_last_step=None)
        assert (await client.post("/auth/mfa", json=body)).status_code == status
