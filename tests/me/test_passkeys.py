"""Passkeys, with an authenticator in software: registered, used alone or second, removed."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from api.app import create_app
from tests.support.authenticator import Authenticator
from tests.support.browser import challenge, login, refused
from tests.support.post import Post
from tests.support.world import World

ORIGIN = "http://localhost:8123"


@pytest.fixture(scope="module")
async def portal(world: World) -> AsyncIterator[World]:
    """The portal under a host name, since passkeys are bound to one."""
    settings = world.settings.model_copy(update={"public_url": ORIGIN})
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        named = World(app, settings, world.owner)
        yield named
        await named.close()


def authenticator(**changes: Any) -> Authenticator:
    """A new passkey for the portal."""
    return Authenticator(**{"origin": ORIGIN, "rp_id": "localhost", **changes})


async def register(
    client: httpx.AsyncClient, key: Authenticator, name: str = "Laptop"
) -> httpx.Response:
    """Both steps of making a passkey."""
    offer = (await client.post("/me/passkeys/options")).json()
    body = {
        "challenge": offer["challenge"],
        "name": name,
        "credential": key.create(offer["public_key"]),
    }
    return await client.post("/me/passkeys", json=body)


async def sign_in(
    client: httpx.AsyncClient, key: Authenticator, half: str | None = None
) -> httpx.Response:
    """Both steps of signing in."""
    offer = (await client.post("/auth/passkeys/options", json={"challenge": half})).json()
    body = {"challenge": offer["challenge"], "credential": key.get(offer["public_key"])}
    return await client.post("/auth/passkeys/verify", json=body)


async def test_a_passkey_signs_in_without_a_password(portal: World, post: Post) -> None:
    person = await portal.person()
    client, key = await portal.signed_in(person), authenticator()
    made = await register(client, key)
    assert made.status_code == 201
    assert sorted(made.json()) == ["created_at", "id", "last_used_at", "name"]
    listed = (await client.get("/me/passkeys", params={"count": True})).json()
    assert (listed["items"], listed["total"]) == ([made.json()], 1)
    assert "A passkey was added: Laptop" in (await post.mails(person.email))[0]["text"]
    other = portal.client()
    answer = await sign_in(other, key)
    assert answer.json()["state"] == "signed_in"
    assert (await other.get("/me")).json()["email"] == person.email
    assert (await client.get("/me/passkeys")).json()["items"][0]["last_used_at"] is not None


async def test_a_passkey_is_a_second_factor_beside_the_app(portal: World) -> None:
    person = await portal.person()
    await portal.enrol(person)
    client, key = await portal.signed_in(person), authenticator()
    await register(client, key)
    other = portal.client()
    half = await login(other, person)
    assert half.json()["methods"] == ["totp", "passkey"]
    token = half.json()["challenge"]
    # After the password, touching it is enough.
    key.user_verified = False
    assert refused(await sign_in(portal.client(), key)) == (401, "invalid_passkey")
    assert (await sign_in(other, key, token)).status_code == 200


async def test_another_users_passkey_completes_no_half_sign_in(portal: World) -> None:
    person, thief = await portal.person(), await portal.person()
    await portal.enrol(person)
    key = authenticator()
    await register(await portal.signed_in(thief), key)
    client = portal.client()
    token = await challenge(client, person)
    assert refused(await sign_in(client, key, token)) == (401, "invalid_passkey")
    assert (await client.get("/me")).status_code == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"origin": "http://evil.example"},
        {"origin": "http://localhost:9999"},
        {"rp_id": "evil.example"},
        {"user_verified": False},
    ],
)
async def test_what_was_made_elsewhere_is_refused(portal: World, changes: dict[str, Any]) -> None:
    person = await portal.person()
    client = await portal.signed_in(person)
    assert refused(await register(client, authenticator(**changes))) == (422, "invalid_passkey")
    key = authenticator()
    assert (await register(client, key)).status_code == 201
    for name, value in changes.items():
        setattr(key, name, value)
    assert refused(await sign_in(portal.client(), key)) == (401, "invalid_passkey")


async def test_a_challenge_serves_once(portal: World) -> None:
    person = await portal.person()
    client, key = await portal.signed_in(person), authenticator()
    offer = (await client.post("/me/passkeys/options")).json()
    junk = {**key.create(offer["public_key"]), "response": {}}
    junk["response"] = {"clientDataJSON": "e30", "attestationObject": "oA"}
    body = {"challenge": offer["challenge"], "name": "x", "credential": junk}
    assert refused(await client.post("/me/passkeys", json=body)) == (422, "invalid_passkey")
    assert (await register(client, key)).status_code == 201
    stranger = portal.client()
    offer = (await stranger.post("/auth/passkeys/options", json={})).json()
    body = {"challenge": offer["challenge"], "credential": key.get(offer["public_key"])}
    answers = await asyncio.gather(
        *(portal.client().post("/auth/passkeys/verify", json=body) for _ in range(20))
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 19
    # A registration's challenge signs nobody in, and another user's makes no passkey.
    mine = (await client.post("/me/passkeys/options")).json()
    body = {"challenge": mine["challenge"], "credential": key.get(mine["public_key"])}
    crossed = await stranger.post("/auth/passkeys/verify", json=body)
    assert refused(crossed) == (401, "invalid_challenge")
    other = await portal.signed_in(await portal.person())
    credential = authenticator().create(mine["public_key"])
    body = {"challenge": mine["challenge"], "name": "x", "credential": credential}
    assert refused(await other.post("/me/passkeys", json=body)) == (422, "invalid_passkey")


async def test_a_counter_that_went_back_tells_of_a_copy(portal: World) -> None:
    person = await portal.person()
    key = authenticator(count=10)
    await register(await portal.signed_in(person), key)
    assert (await sign_in(portal.client(), key)).status_code == 200
    key.count = 5
    assert refused(await sign_in(portal.client(), key)) == (401, "invalid_passkey")


async def test_a_wrong_signature_or_an_unknown_passkey_is_refused(portal: World) -> None:
    person = await portal.person()
    key = authenticator()
    await register(await portal.signed_in(person), key)
    assert refused(await sign_in(portal.client(), authenticator())) == (401, "invalid_passkey")
    impostor = authenticator(credential_id=key.credential_id)
    assert refused(await sign_in(portal.client(), impostor)) == (401, "invalid_passkey")
    for raw_id in ("é", "!!", "A", "A" * 9_000):
        offer = (await portal.client().post("/auth/passkeys/options", json={})).json()
        credential = {**key.get(offer["public_key"]), "rawId": raw_id}
        body = {"challenge": offer["challenge"], "credential": credential}
        answer = await portal.client().post("/auth/passkeys/verify", json=body)
        assert refused(answer) == (401, "invalid_passkey")


async def test_a_removed_passkey_and_a_disabled_user_sign_in_no_more(
    portal: World, post: Post
) -> None:
    person = await portal.person()
    client, key, second = await portal.signed_in(person), authenticator(), authenticator()
    made = (await register(client, key)).json()
    await register(client, second, "Phone")
    other = await portal.signed_in(await portal.person())
    assert (await other.delete(f"/me/passkeys/{made['id']}")).status_code == 404
    assert (await client.delete(f"/me/passkeys/{made['id']}")).status_code == 204
    assert (await client.delete(f"/me/passkeys/{made['id']}")).status_code == 404
    assert "removed: Laptop" in (await post.mails(person.email))[0]["text"]
    assert refused(await sign_in(portal.client(), key)) == (401, "invalid_passkey")
    await portal.set_user(person, state="disabled")
    assert refused(await sign_in(portal.client(), second)) == (401, "invalid_challenge")


async def test_one_passkey_belongs_to_one_account(portal: World) -> None:
    key = authenticator()
    assert (await register(await portal.signed_in(await portal.person()), key)).status_code == 201
    other = await portal.signed_in(await portal.person())
    assert refused(await register(other, key)) == (422, "invalid_passkey")
