"""The addresses of an account: proved before they count, every change told to all of them."""

import httpx
import pytest

from tests.support.browser import login, refused
from tests.support.post import Post
from tests.support.world import PASSWORD, Person, World, unique

NEW_PASSWORD = "seven purple kettles whistle"


def address(kind: str) -> str:
    """An address that nobody has."""
    return f"{unique(kind)}@example.org"


async def with_recovery(world: World) -> tuple[Person, str, httpx.AsyncClient]:
    """Somebody signed in who has a recovery address."""
    person, recovery = await world.person(), address("recovery")
    await world.enrol(person, recovery=recovery)
    return person, recovery, await world.signed_in(person)


async def test_a8_a_recovery_address_is_proved_by_a_code(world: World, post: Post) -> None:
    person, recovery = await world.person(), address("recovery")
    client = await world.signed_in(person)
    sent = await client.put("/me/recovery-email", json={"email": recovery})
    assert (sent.status_code, sent.json()) == (202, {"sent_to": "r•••@e•••.org"})
    me = (await client.get("/me")).json()
    assert (me["recovery_email"], me["recovery_email_verified"]) == (recovery, False)
    code = await post.code(recovery)
    # The mail to a recovery address names the account it is about.
    assert person.email in (await post.mails(recovery))[0]["text"]
    wrong = await client.post("/me/recovery-email/verify", json={"code": "x"})
    assert refused(wrong) == (422, "invalid_code")
    done = await client.post("/me/recovery-email/verify", json={"code": code})
    assert done.status_code == 204
    me = (await client.get("/me")).json()
    assert (me["recovery_email"], me["recovery_email_verified"]) == (recovery, True)
    again = await client.post("/me/recovery-email/verify", json={"code": code})
    assert refused(again) == (422, "invalid_code")


async def test_a8_a_verified_recovery_address_stays_until_the_new_one_is_proved(
    world: World, post: Post
) -> None:
    person, old, client = await with_recovery(world)
    new = address("recovery")
    await client.put("/me/recovery-email", json={"email": new})
    assert (await client.get("/me")).json()["recovery_email"] == old
    code = await post.code(new)
    await client.post("/me/recovery-email/verify", json={"code": code})
    assert (await client.get("/me")).json()["recovery_email"] == new
    # R9: the former recovery address is told as well.
    for told in (person.email, old, new):
        newest = (await post.mails(told))[0]
        assert f"recovery address was changed to {new}" in newest["text"]


async def test_sec_R11_a_new_address_is_proved_and_the_old_one_told(
    world: World, post: Post
) -> None:
    person, recovery, client = await with_recovery(world)
    new = address("new")
    assert (await client.post("/me/email", json={"email": new.upper()})).status_code == 202
    assert (await client.get("/me")).json()["email"] == person.email
    arrived = new.upper().replace("EXAMPLE.ORG", "example.org")
    code = await post.code(arrived)
    assert (await client.post("/me/email/verify", json={"code": code})).status_code == 204
    assert (await client.get("/me")).json()["email"] == arrived
    for told in (person.email, recovery, new):
        assert f"changed to {arrived}" in (await post.mails(told))[0]["text"]
    assert (await login(world.client(), person)).status_code == 401
    moved = Person(person.id, new)
    assert (await login(world.client(), moved)).json()["state"] == "mfa_required"


async def test_sec_R11_links_to_the_old_mailbox_die_with_the_change(
    world: World, post: Post
) -> None:
    person = await world.person()
    client, new = await world.signed_in(person), address("new")
    await world.client().post("/auth/password/forgot", json={"email": person.email})
    token = await post.link(person.email, "password/reset")
    await client.post("/me/email", json={"email": new})
    await client.post("/me/email/verify", json={"code": await post.code(new)})
    body = {"token": token, "password": NEW_PASSWORD}
    answer = await world.client().post("/auth/password/reset", json=body)
    assert refused(answer) == (410, "gone")


async def test_whether_an_address_is_taken_is_never_told(world: World, post: Post) -> None:
    person, other = await world.person(), await world.person()
    client = await world.signed_in(person)
    taken = await client.post("/me/email", json={"email": other.email})
    free = await client.post("/me/email", json={"email": address("free")})
    assert taken.status_code == free.status_code == 202
    assert sorted(taken.json()) == sorted(free.json())
    assert await post.mails(other.email) == []


async def test_an_address_that_was_taken_meanwhile_is_a_conflict(world: World, post: Post) -> None:
    client, new = await world.signed_in(await world.person()), address("new")
    await client.post("/me/email", json={"email": new})
    code = await post.code(new)
    await world.set_user(await world.person(), email=new, email_key=new)
    answer = await client.post("/me/email/verify", json={"code": code})
    assert refused(answer) == (409, "conflict")


async def test_sec_R4_both_addresses_are_never_the_same(world: World) -> None:
    person, recovery, client = await with_recovery(world)
    for method, path, email in (
        ("PUT", "/me/recovery-email", person.email.upper()),
        ("POST", "/me/email", recovery.upper()),
        ("POST", "/me/email", person.email),
    ):
        answer = await client.request(method, path, json={"email": email})
        assert refused(answer) == (422, "invalid")
        assert answer.json()["errors"][0]["code"] == "same_address"


async def test_sec_R4_the_addresses_cannot_meet_by_way_of_two_codes(
    world: World, post: Post
) -> None:
    client, shared = await world.signed_in(await world.person()), address("shared")
    await client.put("/me/recovery-email", json={"email": shared})
    recovery_code = await post.code(shared)
    assert (await client.post("/me/email", json={"email": shared})).status_code == 202
    email_code = await post.code(shared)
    done = await client.post("/me/recovery-email/verify", json={"code": recovery_code})
    assert done.status_code == 204
    answer = await client.post("/me/email/verify", json={"code": email_code})
    assert refused(answer) == (422, "invalid")


@pytest.mark.parametrize(
    "email",
    [
        *("", "x", "a@b", "a@example.com,b@example.com", "a@example.com\r\nBcc: b@example.com", 7),
        "=?utf-8?q?a=0D=0ABcc:_b?=@example.com",
    ],
)
async def test_sec_X4_only_one_address_is_an_address(world: World, email: object) -> None:
    client = await world.signed_in(await world.person())
    for method, path in (("PUT", "/me/recovery-email"), ("POST", "/me/email")):
        answer = await client.request(method, path, json={"email": email})
        assert refused(answer) == (422, "invalid")
    publisher = await world.publisher()
    body = {"name": "X", "language": "en", "contact": {"email": email}}
    answer = await publisher.put(f"/issuer/customers/{unique('DL4')}", json=body)
    assert refused(answer) == (422, "invalid")


async def test_sec_R9_a_changed_password_is_told_to_all_and_ends_other_sessions(
    world: World, post: Post
) -> None:
    person, recovery, client = await with_recovery(world)
    other = await world.signed_in(person)
    body = {"current_password": "not the password", "new_password": NEW_PASSWORD}
    answer = await client.post("/me/password", json=body)
    assert refused(answer) == (422, "invalid_credentials")
    for weak in ("too short", PASSWORD):
        body = {"current_password": PASSWORD, "new_password": weak}
        answer = await client.post("/me/password", json=body)
        assert refused(answer) == (422, "weak_password")
        assert answer.json()["errors"][0]["pointer"] == "/new_password"
    body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    before = [len(await post.mails(told)) for told in (person.email, recovery)]
    assert (await client.post("/me/password", json=body)).status_code == 204
    after = [len(await post.mails(told)) for told in (person.email, recovery)]
    assert after == [count + 1 for count in before]
    assert "password was changed" in (await post.mails(recovery))[0]["text"]
    assert (await client.get("/me")).status_code == 200
    assert (await other.get("/me")).status_code == 401
    assert (await login(world.client(), person)).status_code == 401
    assert (await login(world.client(), person, NEW_PASSWORD)).status_code == 200


async def test_sec_P5_guessing_the_present_password_is_throttled(world: World) -> None:
    client = await world.signed_in(await world.person())
    body = {"current_password": "not the password", "new_password": NEW_PASSWORD}
    statuses = [(await client.post("/me/password", json=body)).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]
