"""Forgotten passwords, and which passwords are taken."""

import asyncio

import pytest
from sqlalchemy import text

from tests.support.browser import browser, login
from tests.support.post import Post
from tests.support.world import Person, World, unique

NEW_PASSWORD = "seven purple kettles whistle"


async def forgot(world: World, address: str) -> None:
    """Ask for a link; the answer never tells."""
    answer = await browser(world, "10.50.0.1").post(
        "/auth/password/forgot", json={"email": address}
    )
    assert (answer.status_code, answer.text) == (202, "null")


async def reset(world: World, token: str, password: str = NEW_PASSWORD) -> tuple[int, str | None]:
    """Choose a password; the status, and the code of a refusal."""
    answer = await browser(world, "10.50.0.1").post(
        "/auth/password/reset", json={"token": token, "password": password}
    )
    return answer.status_code, answer.json()["code"] if answer.status_code != 204 else None


async def test_a7_a_mailed_link_gives_a_new_password(world: World, post: Post) -> None:
    person = await world.person()
    await forgot(world, person.email.upper())
    token = await post.link(person.email, "password/reset")
    assert await reset(world, token) == (204, None)
    assert (await login(world.client(), person, NEW_PASSWORD)).status_code == 200
    assert (await login(world.client(), person)).status_code == 401
    assert await reset(world, token) == (410, "gone")


async def test_a7_the_recovery_address_works_as_well_and_names_the_account(
    world: World, post: Post
) -> None:
    recovery = f"{unique('recovery')}@example.org"
    people = [await world.person() for _ in range(2)]
    for person in people:
        await world.enrol(person, recovery=recovery)
    await forgot(world, recovery)
    mails = await post.mails(recovery)
    assert len(mails) == 2
    for person in people:
        assert sum(person.email in mail["text"] and person.email in mail["html"] for mail in mails)
        assert await post.mails(person.email) == []


async def test_a7_an_unverified_recovery_address_gets_nothing(world: World, post: Post) -> None:
    person, recovery = await world.person(), f"{unique('recovery')}@example.org"
    await world.set_user(person, recovery_email=recovery)
    await forgot(world, recovery)
    assert await post.mails(recovery) == []


async def test_a7_whoever_never_activated_gets_the_invitation(world: World, post: Post) -> None:
    person = await world.person(active=False)
    await world.company(person)
    await forgot(world, person.email)
    token = await post.link(person.email, "invitations")
    assert (await world.client().get(f"/auth/invitations/{token}")).status_code == 200


async def test_sec_R6_only_the_newest_link_works_for_half_an_hour(world: World, post: Post) -> None:
    person = await world.person()
    tokens = []
    for _ in range(3):
        await forgot(world, person.email)
        tokens.append(await post.link(person.email, "password/reset"))
    for token in tokens[:2]:
        assert await reset(world, token) == (410, "gone")
    await _age_resets(world, person, "29 minutes 50 seconds")
    assert await reset(world, tokens[2], "short") == (422, "weak_password")
    await _age_resets(world, person, "11 seconds")
    assert await reset(world, tokens[2]) == (410, "gone")
    assert await reset(world, "A" * 43) == (404, "not_found")


async def _age_resets(world: World, person: Person, age: str) -> None:
    async with world.owner.begin() as connection:
        await connection.execute(
            text(
                "UPDATE password_resets SET expires_at = expires_at - CAST(:age AS interval)"
                " WHERE user_id = :id"
            ).bindparams(age=age, id=person.id)
        )


async def test_sec_R6_of_twenty_at_once_one_succeeds(world: World, post: Post) -> None:
    person = await world.person()
    await forgot(world, person.email)
    token = await post.link(person.email, "password/reset")
    passwords = [f"{NEW_PASSWORD} {number}" for number in range(20)]
    answers = await asyncio.gather(*(reset(world, token, password) for password in passwords))
    assert sorted(answers) == [(204, None)] + [(410, "gone")] * 19
    winner = passwords[answers.index((204, None))]
    assert (await login(world.client(), person, winner)).status_code == 200


async def test_sec_R6_the_token_is_kept_as_a_hash(world: World, post: Post) -> None:
    person = await world.person()
    await forgot(world, person.email)
    token = await post.link(person.email, "password/reset")
    for table in ("password_resets", "account_mails", "outbox", "mail_requests"):
        assert not await world.rows(
            f"SELECT 1 FROM {table} t WHERE position(:token IN t::text) > 0", token=token
        )


@pytest.mark.parametrize(
    "value",
    [
        ["{victim}", "{thief}"],
        {"email": "{victim}"},
        "{victim},{thief}",
        "{victim};{thief}",
        "{victim} {thief}",
        "{victim}\r\nBcc: {thief}",
        "{victim}\n{thief}",
        "{victim}%0d%0aBcc:{thief}",
        "<{victim}>, {thief}",
        "{victim}\u0000{thief}",
        42,
        None,
    ],
)
@pytest.mark.parametrize("path", ["/auth/password/forgot", "/auth/invitations/resend"])
async def test_sec_R7_no_mail_goes_to_a_foreign_address(
    world: World, post: Post, value: object, path: str
) -> None:
    victim = (await world.person()).email
    thief = f"{unique('thief')}@example.net"

    def filled(part: object) -> object:
        if isinstance(part, str):
            return part.replace("{victim}", victim).replace("{thief}", thief)
        if isinstance(part, list):
            return [filled(item) for item in part]
        return part

    answer = await browser(world, "10.50.1.1").post(path, json={"email": filled(value)})
    assert answer.status_code in (202, 422)
    assert await post.mails(thief) == []
    assert await post.mails(victim) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"X-Forwarded-Host": "evil.example"},
        {"Forwarded": "host=evil.example;proto=http"},
        {"X-Original-URL": "https://evil.example/"},
        {"X-Forwarded-Proto": "gopher", "X-Forwarded-Port": "81"},
    ],
)
async def test_sec_R8_links_are_built_from_the_configured_origin(
    world: World, post: Post, headers: dict[str, str]
) -> None:
    person = await world.person()
    client = browser(world, "10.50.2.1", **headers)
    answer = await client.post("/auth/password/forgot", json={"email": person.email})
    assert answer.status_code == 202
    assert await post.link(person.email, "password/reset")
    assert "evil" not in (await post.mails(person.email))[0]["html"]


async def test_sec_R10_a_reset_ends_all_sessions_and_signs_nobody_in(
    world: World, post: Post
) -> None:
    person = await world.person()
    clients = [await world.signed_in(person) for _ in range(3)]
    await forgot(world, person.email)
    token = await post.link(person.email, "password/reset")
    stranger = browser(world, "10.50.3.1")
    answer = await stranger.post(
        "/auth/password/reset", json={"token": token, "password": NEW_PASSWORD}
    )
    assert (answer.status_code, answer.content) == (204, b"")
    assert "set-cookie" not in answer.headers
    for client in (*clients, stranger):
        assert (await client.get("/me")).status_code == 401


async def test_sec_R9_a_reset_is_told_to_all_addresses(world: World, post: Post) -> None:
    person, recovery = await world.person(), f"{unique('recovery')}@example.org"
    await world.enrol(person, recovery=recovery)
    await forgot(world, person.email)
    token = await post.link(person.email, "password/reset")
    await reset(world, token)
    for address, count in ((person.email, 2), (recovery, 1)):
        mails = await post.mails(address)
        assert len(mails) == count
        assert "renewed by e-mail" in mails[0]["text"]


async def test_sec_P4_asking_tells_nothing_about_an_address(world: World, post: Post) -> None:
    person, invited = await world.person(), await world.person(active=False)
    for path in ("/auth/password/forgot", "/auth/invitations/resend"):
        answers = [
            await browser(world, "10.50.4.1").post(path, json={"email": address})
            for address in (person.email, invited.email, "nobody@example.com", "no address")
        ]
        assert {(answer.status_code, answer.content) for answer in answers} == {(202, b"null")}
        kept = ("content-length", "content-type", "set-cookie")
        headers = [{name: answer.headers.get(name) for name in kept} for answer in answers]
        assert all(found == headers[0] for found in headers)
    await post.deliver()


async def test_asking_again_and_again_sends_no_flood(world: World, post: Post) -> None:
    person = await world.person()
    for _ in range(15):
        await forgot(world, person.email)
        await post.deliver()
    assert len(await post.mails(person.email)) == 10
