"""Invitations: merged, asked for again, accepted once, and never a way into an account."""

import asyncio
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.invitations import create_invitation, invitation_token
from tests.support.browser import browser, login, refused
from tests.support.post import Post
from tests.support.world import Person, World, unique

CHOSEN = "seven purple kettles whistle"


async def invite(world: World, person: Person) -> str:
    """The token of a new invitation."""
    async with AsyncSession(world.owner) as session, session.begin():
        invitation_id: UUID = await create_invitation(
            session, world.settings, person.id, customer_id=None, document_id=None
        )
    return invitation_token(world.settings, invitation_id)


async def accept(client: httpx.AsyncClient, token: str, password: str = CHOSEN) -> httpx.Response:
    """Choose a password with an invitation."""
    return await client.post(f"/auth/invitations/{token}/accept", json={"password": password})


async def test_a1_accepting_activates_and_signs_in(world: World) -> None:
    person = await world.person(active=False)
    company = await world.company(person)
    token = await invite(world, person)
    client = world.client()
    shown = (await client.get(f"/auth/invitations/{token}")).json()
    assert shown["email"] == person.email
    assert shown["customer_numbers"] == [company.number]
    assert shown["account_exists"] is False
    weak = await accept(client, token, "short")
    assert refused(weak) == (422, "weak_password")
    answer = await accept(client, token)
    assert answer.json()["state"] == "signed_in"
    assert (await client.get("/customers")).json()["items"][0]["number"] == company.number
    assert (await login(world.client(), person, CHOSEN)).status_code == 200


async def test_a3_one_password_for_all_numbers_and_siblings_lead_to_sign_in(world: World) -> None:
    person = await world.person(active=False)
    numbers = [(await world.company(person)).number for _ in range(3)]
    first, second, third = [await invite(world, person) for _ in range(3)]
    client = world.client()
    answer = await accept(client, first)
    assert answer.status_code == 200
    listed = (await client.get("/customers")).json()["items"]
    assert sorted(item["number"] for item in listed) == sorted(numbers)
    stranger = world.client()
    for sibling in (second, third):
        shown = await stranger.get(f"/auth/invitations/{sibling}")
        assert shown.status_code == 200
        assert shown.json()["account_exists"] is True
    assert refused(await stranger.get(f"/auth/invitations/{first}")) == (410, "gone")
    # The sibling is no way around the password.
    assert refused(await accept(stranger, second)) == (401, "sign_in_first")
    other = await world.signed_in(await world.person())
    assert refused(await accept(other, second)) == (409, "other_account")
    again = await accept(client, second, "another password altogether")
    assert (again.status_code, again.json()["state"]) == (200, "signed_in")
    assert (await login(world.client(), person, CHOSEN)).status_code == 200
    assert refused(await stranger.get(f"/auth/invitations/{second}")) == (410, "gone")


async def test_sec_M9_an_invitation_is_no_fresh_proof(world: World) -> None:
    person = await world.person()
    client = await world.signed_in(person)
    await world.rows(
        "UPDATE sessions SET proved_at = now() - interval '6 minutes'"
        " WHERE user_id = :id RETURNING id",
        id=person.id,
    )
    assert (await accept(client, await invite(world, person))).status_code == 200
    answer = await client.post("/me/email", json={"email": "new@example.com"})
    assert refused(answer) == (403, "step_up_required")


@pytest.mark.parametrize(
    "change", ["revoked_at = now()", "expires_at = now() - interval '1 second'"]
)
async def test_sec_T8_revoked_and_expired_invitations_are_gone(world: World, change: str) -> None:
    person = await world.person(active=False)
    token = await invite(world, person)
    await world.rows(
        f"UPDATE invitations SET {change} WHERE user_id = :id RETURNING id", id=person.id
    )
    client = world.client()
    assert refused(await client.get(f"/auth/invitations/{token}")) == (410, "gone")
    assert refused(await accept(client, token)) == (410, "gone")


async def test_sec_T8_an_invitation_has_256_bits_and_lasts_seven_days(world: World) -> None:
    person = await world.person(active=False)
    token = await invite(world, person)
    assert len(token) == 43
    rows = await world.rows(
        "SELECT expires_at - created_at, octet_length(token_hash) FROM invitations"
        " WHERE user_id = :id",
        id=person.id,
    )
    lasts, length = rows[0]
    assert (lasts.days, length) == (7, 32)
    for forged in (token[:-1] + ("A" if token[-1] != "A" else "B"), "A" * 43, "x"):
        assert refused(await world.client().get(f"/auth/invitations/{forged}")) == (
            404,
            "not_found",
        )


async def test_sec_F15_T8_of_twenty_at_once_one_account(world: World) -> None:
    person = await world.person(active=False)
    token = await invite(world, person)
    passwords = [f"{CHOSEN} {number}" for number in range(20)]
    answers = await asyncio.gather(
        *(accept(world.client(), token, password) for password in passwords)
    )
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200] + [410] * 19
    winner = passwords[[answer.status_code for answer in answers].index(200)]
    assert (await login(world.client(), person, winner)).status_code == 200
    rows = await world.rows("SELECT id FROM sessions WHERE user_id = :id", id=person.id)
    assert len(rows) == 2


async def test_sec_F15_siblings_at_once_make_one_account(world: World) -> None:
    person = await world.person(active=False)
    tokens = [await invite(world, person) for _ in range(10)]
    answers = await asyncio.gather(
        *(
            accept(world.client(), token, f"{CHOSEN} {number}")
            for number, token in enumerate(tokens)
        )
    )
    statuses = [answer.status_code for answer in answers]
    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 401, 410}
    winner = f"{CHOSEN} {statuses.index(200)}"
    assert (await login(world.client(), person, winner)).status_code == 200


async def test_sec_F15_revoked_while_being_accepted_is_one_account_or_gone(world: World) -> None:
    for _ in range(5):
        person = await world.person(active=False)
        token = await invite(world, person)

        async def revoke(user_id: UUID = person.id) -> None:
            statement = "UPDATE invitations SET revoked_at = now() WHERE user_id = :id"
            async with world.owner.begin() as connection:
                await connection.execute(text(statement).bindparams(id=user_id))

        revoking = asyncio.ensure_future(revoke())
        answers = await asyncio.gather(*(accept(world.client(), token) for _ in range(4)))
        await revoking
        statuses = sorted(answer.status_code for answer in answers)
        rows = await world.rows("SELECT state FROM users WHERE id = :id", id=person.id)
        assert (statuses, rows[0].state) in (
            ([410] * 4, "invited"),
            ([200] + [410] * 3, "active"),
        )


async def test_a5_asking_again_mails_a_new_invitation_beside_the_old(
    world: World, post: Post
) -> None:
    person = await world.person(active=False)
    await world.company(person)
    first = await invite(world, person)
    client = browser(world, "10.60.0.1")
    answer = await client.post("/auth/invitations/resend", json={"email": person.email.upper()})
    assert (answer.status_code, answer.text) == (202, "null")
    second = await post.link(person.email, "invitations")
    assert second != first
    for token in (first, second):
        assert (await client.get(f"/auth/invitations/{token}")).status_code == 200
    assert (await accept(client, second)).status_code == 200
    shown = (await client.get(f"/auth/invitations/{first}")).json()
    assert shown["account_exists"] is True


@pytest.mark.parametrize("state", ["active", "disabled", "unknown", "nothing left"])
async def test_a5_nobody_else_gets_an_invitation(world: World, post: Post, state: str) -> None:
    person = await world.person(active=state != "nothing left")
    if state == "disabled":
        await world.set_user(person, state="disabled")
    address = f"{unique('nobody')}@example.com" if state == "unknown" else person.email
    answer = await browser(world, "10.60.1.1").post(
        "/auth/invitations/resend", json={"email": address}
    )
    assert (answer.status_code, answer.text) == (202, "null")
    assert await post.mails(address) == []


async def test_sec_R8_scanners_that_follow_a_link_use_nothing_up(world: World) -> None:
    person = await world.person(active=False)
    token = await invite(world, person)
    scanner = browser(world, "10.60.2.1", **{"User-Agent": "LinkScanner/1.0"})
    for _ in range(20):
        assert (await scanner.get(f"/auth/invitations/{token}")).status_code == 200
    assert (await accept(world.client(), token)).status_code == 200


async def test_an_unknown_or_used_link_says_so_whatever_comes_with_it(world: World) -> None:
    person = await world.person(active=False)
    token = await invite(world, person)
    client = world.client()
    for absent in ("A" * 43, "A" * 500):
        answer = await client.post(f"/auth/invitations/{absent}/accept", json={})
        assert refused(answer) == (404, "not_found")
    answer = await client.post(f"/auth/invitations/{token}/accept", json={})
    assert refused(answer) == (422, "invalid")
    assert (await accept(client, token)).status_code == 200
    answer = await client.post(f"/auth/invitations/{token}/accept", json={})
    assert refused(answer) == (410, "gone")
