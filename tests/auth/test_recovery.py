"""A lost phone: password and code of the recovery mailbox, and never one mailbox for both."""

from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from tests.support.browser import browser, challenge, code_at, login, refused
from tests.support.post import Post
from tests.support.world import Person, World, unique

NEW_PASSWORD = "seven purple kettles whistle"


async def recoverable(world: World) -> tuple[Person, str]:
    """A person with two-factor authentication and a recovery mailbox."""
    person, recovery = await world.person(), f"{unique('recovery')}@example.org"
    await world.enrol(person, recovery=recovery)
    return person, recovery


async def start(
    world: World, person: Person, network: str = "10.40.0.1"
) -> tuple[httpx.AsyncClient, dict[str, str]]:
    """A half sign-in that has asked for the recovery code."""
    client = browser(world, network)
    body = {"challenge": await challenge(client, person)}
    answer = await client.post("/auth/mfa/recovery", json=body)
    assert answer.status_code == 202, answer.text
    return client, body


async def post_code(
    client: httpx.AsyncClient, body: dict[str, str], code: str, step: str = "verify"
) -> httpx.Response:
    """Send a code to a step of the recovery."""
    return await client.post(f"/auth/mfa/recovery/{step}", json={**body, "code": code})


async def test_b4_password_code_and_a_new_qr_code(world: World, post: Post) -> None:
    person, recovery = await recoverable(world)
    client = browser(world, "10.40.1.1")
    half = await login(client, person)
    assert half.json()["methods"] == ["totp", "recovery_email"]
    body = {"challenge": half.json()["challenge"]}
    sent = await client.post("/auth/mfa/recovery", json=body)
    masked = "r•••@e•••.org"
    assert (sent.status_code, sent.json()) == (202, {"sent_to": masked, "confirm_origin": False})
    verified = await post_code(client, body, await post.code(recovery))
    assert verified.status_code == 200
    assert verified.headers["cache-control"] == "no-store"
    seed = verified.json()
    assert sorted(seed) == ["challenge", "otpauth_uri", "qr_svg", "secret"]
    assert not client.cookies
    old = await world.signed_in(person)
    following = {"challenge": seed["challenge"]}
    done = await post_code(client, following, code_at(0, seed["secret"]), "confirm")
    assert done.json()["state"] == "signed_in"
    assert (await client.get("/me")).status_code == 200
    assert (await old.get("/me")).status_code == 401
    # The old secret is dead, the new one lives.
    again = browser(world, "10.40.1.2")
    token = await challenge(again, person)
    dead = await again.post("/auth/mfa", json={"challenge": token, "code": code_at()})
    assert refused(dead) == (401, "invalid_code")
    alive = {"challenge": token, "code": code_at(1, seed["secret"])}
    assert (await again.post("/auth/mfa", json=alive)).status_code == 200


async def test_sec_R1_five_tries_and_the_right_sixth_fails(world: World, post: Post) -> None:
    person, recovery = await recoverable(world)
    client, body = await start(world, person)
    code = await post.code(recovery)
    wrong = "000001" if code == "000000" else "000000"
    for _ in range(5):
        assert refused(await post_code(client, body, wrong)) == (401, "invalid_code")
    assert refused(await post_code(client, body, code)) == (401, "invalid_code")
    # Asking again gives a new code, with tries of its own.
    assert (await client.post("/auth/mfa/recovery", json=body)).status_code == 202
    assert (await post_code(client, body, await post.code(recovery))).status_code == 200


async def test_sec_R1_codes_are_six_digits_good_for_ten_minutes_and_replaced(
    world: World, post: Post
) -> None:
    person, recovery = await recoverable(world)
    client, body = await start(world, person)
    first = await post.code(recovery)
    await client.post("/auth/mfa/recovery", json=body)
    second = await post.code(recovery)
    assert refused(await post_code(client, body, first)) == (401, "invalid_code")
    for age, status in (("9 minutes 59 seconds", 200), ("10 minutes 1 second", 401)):
        client, body = await start(world, person)
        second = await post.code(recovery)
        async with world.owner.begin() as connection:
            for statement in (
                "UPDATE mailed_codes SET expires_at = expires_at - CAST(:age AS interval)"
                " WHERE user_id = :id",
                # The half sign-in lives as long as the code that was mailed for it.
                "UPDATE sign_in_challenges SET expires_at = expires_at - CAST(:age AS interval),"
                " recovery_until = recovery_until - CAST(:age AS interval) WHERE user_id = :id",
            ):
                await connection.execute(text(statement).bindparams(age=age, id=person.id))
        assert (await post_code(client, body, second)).status_code == status


async def test_sec_R1_a_mailbox_is_not_flooded(world: World, post: Post) -> None:
    person, recovery = await recoverable(world)
    client, body = await start(world, person)
    answers = [await client.post("/auth/mfa/recovery", json=body) for _ in range(20)]
    assert [answer.status_code for answer in answers] == [202] * 19 + [429]
    assert "retry-after" in answers[-1].headers
    # Only the newest went out: those it replaced are dropped.
    assert len(await post.mails(recovery)) == 1


async def test_sec_R2_no_code_is_readable_in_the_database(world: World, post: Post) -> None:
    person, recovery = await recoverable(world)
    await start(world, person)
    code = await post.code(recovery)
    for table in ("mailed_codes", "account_mails", "outbox", "audit_events"):
        rows = await world.rows(f"SELECT t::text AS row FROM {table} t")
        for (row,) in rows:
            # Ids and times hold digits, so only whole numbers count.
            assert f'"{code}"' not in row
            assert f",{code}," not in row


async def test_sec_R2_a_code_fits_its_user_purpose_and_challenge_only(
    world: World, post: Post
) -> None:
    person, recovery = await recoverable(world)
    other, other_recovery = await recoverable(world)
    client, body = await start(world, person)
    code = await post.code(recovery)
    other_client, other_body = await start(world, other, "10.40.2.1")
    other_code = await post.code(other_recovery)
    again = browser(world, "10.40.2.2")
    second_body = {"challenge": await challenge(again, person)}
    # Another user's code, another half sign-in of the same user, another purpose.
    if code != other_code:
        assert refused(await post_code(client, body, other_code)) == (401, "invalid_code")
    assert refused(await post_code(again, second_body, code)) == (401, "invalid_code")
    assert refused(await post_code(client, body, code, "confirm-origin")) == (401, "invalid_code")
    assert refused(await post_code(client, body, code, "confirm"))[0] == 401
    signed = await world.signed_in(person)
    for path in ("/me/recovery-email/verify", "/me/email/verify"):
        answer = await signed.post(path, json={"code": code})
        assert refused(answer) == (422, "invalid_code")
    assert (await post_code(client, body, code)).status_code == 200
    assert (await post_code(other_client, other_body, other_code)).status_code == 200


async def test_sec_R3_the_code_alone_opens_nothing(world: World, post: Post) -> None:
    person, recovery = await recoverable(world)
    await start(world, person)
    code = await post.code(recovery)
    stranger = world.client()
    for token in ("", "x", code):
        answer = await post_code(stranger, {"challenge": token}, code)
        assert refused(answer) == (401, "invalid_challenge")
    for body in ({"code": code}, {"email": person.email, "code": code}):
        assert (await stranger.post("/auth/mfa/recovery/verify", json=body)).status_code == 422
    assert (await stranger.post("/auth/mfa/recovery", json={"challenge": "x"})).status_code == 401


async def test_without_a_recovery_address_there_is_no_recovery(world: World) -> None:
    person = await world.person()
    await world.enrol(person)
    client = world.client()
    body = {"challenge": await challenge(client, person)}
    assert (await client.post("/auth/mfa/recovery", json=body)).status_code == 409


async def test_sec_R5_after_the_code_only_a_new_app_opens_the_account(
    world: World, post: Post
) -> None:
    person, recovery = await recoverable(world)
    client, body = await start(world, person)
    seed = (await post_code(client, body, await post.code(recovery))).json()
    recovering = {"challenge": seed["challenge"]}
    # The first challenge is used up, the second serves one call.
    assert refused(await post_code(client, body, "123456")) == (401, "invalid_challenge")
    code = code_at()
    assert (await client.post("/auth/mfa", json={**body, "code": code})).status_code == 401
    assert (await client.post("/auth/mfa", json={**recovering, "code": code})).status_code == 401
    assert (await client.post("/auth/mfa/recovery", json=recovering)).status_code == 401
    for step in ("verify", "confirm-origin"):
        assert (await post_code(client, recovering, "123456", step)).status_code == 401
    for path in ("/me", "/documents", "/customers"):
        assert (await client.get(path)).status_code == 401
    wrong = await post_code(client, recovering, code_at(5, seed["secret"]), "confirm")
    assert refused(wrong) == (401, "invalid_code")
    code = code_at(0, seed["secret"])
    assert (await post_code(client, recovering, code, "confirm")).status_code == 200
    assert (await post_code(client, recovering, code, "confirm")).status_code == 401


async def reset_through(world: World, post: Post, address: str) -> Person:
    """Choose a new password with a link mailed to an address."""
    stranger = browser(world, "10.40.4.1")
    assert (
        await stranger.post("/auth/password/forgot", json={"email": address})
    ).status_code == 202
    body = {"token": await post.link(address, "password/reset"), "password": NEW_PASSWORD}
    assert (await stranger.post("/auth/password/reset", json=body)).status_code == 204
    return Person(UUID(int=0), "", NEW_PASSWORD)


async def test_sec_R4_one_mailbox_never_defeats_both_factors(world: World, post: Post) -> None:
    person, recovery = await recoverable(world)
    await reset_through(world, post, recovery)
    thief = Person(person.id, person.email, NEW_PASSWORD)
    before = len(await post.mails(recovery))
    client = browser(world, "10.40.3.1")
    body = {"challenge": await challenge(client, thief)}
    sent = await client.post("/auth/mfa/recovery", json=body)
    assert sent.json() == {"sent_to": "p•••@e•••.com", "confirm_origin": True}
    # Nothing arrives where the thief reads, whatever is tried.
    assert len(await post.mails(recovery)) == before
    code = await post.code(person.email)
    for guess in ("000000", code):
        assert refused(await post_code(client, body, guess)) == (401, "invalid_code")
    # The user confirms from the main mailbox, and recovery works again.
    assert refused(await post_code(client, body, "000000", "confirm-origin"))[0] == 401
    assert (await post_code(client, body, code, "confirm-origin")).status_code == 204
    assert refused(await post_code(client, body, code, "confirm-origin"))[0] == 401
    sent = await client.post("/auth/mfa/recovery", json=body)
    assert sent.json()["confirm_origin"] is False
    assert (await post_code(client, body, await post.code(recovery))).status_code == 200


@pytest.mark.parametrize(("age", "blocked"), [("71 hours", True), ("72 hours 1 second", False)])
async def test_sec_R4_the_block_lasts_72_hours(
    world: World, post: Post, age: str, blocked: bool
) -> None:
    person, recovery = await recoverable(world)
    await reset_through(world, post, recovery)
    async with world.owner.begin() as connection:
        await connection.execute(
            text(
                "UPDATE users SET recovery_blocked_until ="
                " recovery_blocked_until - CAST(:age AS interval) WHERE id = :id"
            ).bindparams(age=age, id=person.id)
        )
    client = browser(world, "10.40.5.1")
    thief = Person(person.id, person.email, NEW_PASSWORD)
    body = {"challenge": await challenge(client, thief)}
    sent = await client.post("/auth/mfa/recovery", json=body)
    assert sent.json()["confirm_origin"] is blocked


async def test_sec_R4_a_recovery_under_way_ends_with_the_reset(world: World, post: Post) -> None:
    person, recovery = await recoverable(world)
    client, body = await start(world, person)
    code = await post.code(recovery)
    await reset_through(world, post, recovery)
    assert refused(await post_code(client, body, code)) == (401, "invalid_challenge")


async def test_sec_R4_a_reset_through_the_main_mailbox_blocks_nothing(
    world: World, post: Post
) -> None:
    person, recovery = await recoverable(world)
    await reset_through(world, post, person.email)
    client, body = await start(world, Person(person.id, person.email, NEW_PASSWORD))
    assert (await post_code(client, body, await post.code(recovery))).status_code == 200


async def test_sec_R9_a_recovered_app_is_told_to_both_addresses(world: World, post: Post) -> None:
    person, recovery = await recoverable(world)
    client, body = await start(world, person)
    seed = (await post_code(client, body, await post.code(recovery))).json()
    recovering = {"challenge": seed["challenge"]}
    await post_code(client, recovering, code_at(0, seed["secret"]), "confirm")
    for address in (person.email, recovery):
        newest = (await post.mails(address))[0]
        assert "new authenticator app" in newest["text"]
        assert person.email in newest["text"]
