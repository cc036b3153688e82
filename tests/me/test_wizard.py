"""The wizard of two-factor authentication: its steps in order, its secret shown once."""

import itertools

import httpx
import pytest
from sqlalchemy import text

from tests.support.browser import code_at, login, refused
from tests.support.post import Post
from tests.support.world import PASSWORD, Person, World, unique


class Wizard:
    """A person on the way through the wizard."""

    def __init__(self, client: httpx.AsyncClient, person: Person, post: Post) -> None:
        self.client, self.person, self.post = client, person, post
        self.recovery = f"{unique('recovery')}@example.org"
        self.secret = ""

    async def start(self) -> httpx.Response:
        """First step."""
        body = {"recovery_email": self.recovery}
        return await self.client.post("/me/mfa/enrolment", json=body)

    async def recovery_code(self, code: str | None = None) -> httpx.Response:
        """Second step, with the mailed code unless another is given."""
        if code is None:
            code = await self.post.code(self.recovery)
        answer = await self.client.post("/me/mfa/enrolment/recovery-code", json={"code": code})
        if answer.status_code == 200:
            self.secret = answer.json()["secret"]
        return answer

    async def confirm(self, code: str | None = None) -> httpx.Response:
        """Third step, with the app's code unless another is given."""
        shown = code or (code_at(0, self.secret) if self.secret else "123456")
        return await self.client.post("/me/mfa/enrolment/confirm", json={"code": shown})


async def wizard(world: World, post: Post) -> Wizard:
    """Somebody signed in, about to begin."""
    person = await world.person()
    return Wizard(await world.signed_in(person), person, post)


async def test_b2_the_three_steps_enable_it(world: World, post: Post) -> None:
    steps = await wizard(world, post)
    cookie = steps.client.cookies["session"]
    started = await steps.start()
    assert started.json() == {"sent_to": "r•••@e•••.org"}
    seed = await steps.recovery_code()
    assert sorted(seed.json()) == ["otpauth_uri", "qr_svg", "secret"]
    assert seed.headers["cache-control"] == "no-store"
    me = (await steps.client.get("/me")).json()
    assert (me["recovery_email"], me["recovery_email_verified"]) == (steps.recovery, True)
    assert me["mfa_enabled"] is False
    assert (await steps.confirm()).status_code == 204
    assert steps.client.cookies["session"] != cookie
    me = (await steps.client.get("/me")).json()
    assert (me["mfa_enabled"], me["mfa_offer"]) == (True, False)
    half = await login(world.client(), steps.person)
    assert half.json()["methods"] == ["totp", "recovery_email"]
    for address in (steps.person.email, steps.recovery):
        assert "was enabled" in (await post.mails(address))[0]["text"]


async def test_sec_M5_every_other_order_is_a_conflict(world: World, post: Post) -> None:
    names = ("start", "recovery_code", "confirm")
    orders = [order for order in itertools.permutations(names) if order != names]
    orders += [("start", "confirm"), ("start", "start", "confirm")]
    for order in orders:
        steps, right = await wizard(world, post), iter(names)
        expected = next(right)
        for name in order:
            if name == "start":
                answer, expected = await steps.start(), "recovery_code"
                assert answer.status_code == 202
            elif name == expected:
                answer = await steps.recovery_code()
                assert answer.status_code == 200
                expected = "confirm"
            else:
                action = steps.confirm if name == "confirm" else steps.recovery_code
                answer = await action("123456")
                assert refused(answer) == (409, "conflict"), order
        assert (await steps.client.get("/me")).json()["mfa_enabled"] is False


async def test_sec_M5_when_enabled_no_step_can_be_taken(world: World, post: Post) -> None:
    person = await world.person()
    await world.enrol(person)
    steps = Wizard(await world.signed_in(person), person, post)
    for answer in (
        await steps.start(),
        await steps.recovery_code("123456"),
        await steps.confirm("123456"),
    ):
        assert refused(answer) == (409, "conflict")


async def test_sec_M6_the_secret_is_shown_once_and_only_while_pending(
    world: World, post: Post
) -> None:
    steps = await wizard(world, post)
    await steps.start()
    code = await post.code(steps.recovery)
    assert (await steps.recovery_code(code)).status_code == 200
    first = steps.secret
    for _ in range(2):
        assert refused(await steps.recovery_code(code)) == (409, "conflict")
    await steps.confirm()
    assert refused(await steps.recovery_code(code)) == (409, "conflict")
    for path in ("/me", "/me/export", "/me/sessions"):
        assert first not in (await steps.client.get(path)).text


async def test_sec_M5_starting_again_makes_the_old_code_and_secret_worthless(
    world: World, post: Post
) -> None:
    steps = await wizard(world, post)
    await steps.start()
    old_code = await post.code(steps.recovery)
    await steps.recovery_code(old_code)
    old_secret = steps.secret
    steps.recovery = f"{unique('recovery')}@example.org"
    await steps.start()
    assert refused(await steps.confirm(code_at(0, old_secret))) == (409, "conflict")
    if old_code != await post.code(steps.recovery):
        assert refused(await steps.recovery_code(old_code)) == (422, "invalid_code")
    assert (await steps.recovery_code()).status_code == 200
    assert refused(await steps.confirm(code_at(5, steps.secret))) == (422, "invalid_code")
    assert (await steps.confirm()).status_code == 204


async def test_sec_F16_the_wizard_hints_at_a_clock_that_is_off(world: World, post: Post) -> None:
    steps = await wizard(world, post)
    await steps.start()
    await steps.recovery_code()
    answer = await steps.confirm(code_at(8, steps.secret))
    assert refused(answer) == (422, "invalid_code")
    assert answer.json()["hint"] == "clock"


async def test_sec_R4_the_recovery_mailbox_is_not_the_main_one(world: World, post: Post) -> None:
    steps = await wizard(world, post)
    for address in (steps.person.email, steps.person.email.upper()):
        steps.recovery = address
        assert refused(await steps.start()) == (422, "invalid")
    steps.recovery = "not an address"
    assert refused(await steps.start()) == (422, "invalid")


async def test_the_wizard_is_left_alone_for_an_hour_at_most(world: World, post: Post) -> None:
    steps = await wizard(world, post)
    await steps.start()
    await steps.recovery_code()
    async with world.owner.begin() as connection:
        await connection.execute(
            text(
                "UPDATE mfa_enrolments SET created_at = created_at - interval '61 minutes'"
                " WHERE user_id = :id"
            ).bindparams(id=steps.person.id)
        )
    assert refused(await steps.confirm()) == (409, "conflict")


async def test_b5_disabling_needs_password_and_code(world: World, post: Post) -> None:
    person, recovery = await world.person(), f"{unique('recovery')}@example.org"
    await world.enrol(person, recovery=recovery)
    client = await world.signed_in(person)
    await world.set_user(person, totp_last_step=None)
    for password, code, expected in (
        ("not the password", code_at(), (422, "invalid_credentials")),
        (PASSWORD, "000000x", (422, "invalid_code")),
        (PASSWORD, "", (422, "invalid_code")),
    ):
        body = {"password": password, "code": code}
        assert refused(await client.post("/me/mfa/disable", json=body)) == expected
    body = {"password": PASSWORD, "code": code_at()}
    assert (await client.post("/me/mfa/disable", json=body)).status_code == 204
    me = (await client.get("/me")).json()
    assert (me["mfa_enabled"], me["mfa_offer"]) == (False, False)
    for address in (person.email, recovery):
        assert "was disabled" in (await post.mails(address))[0]["text"]
    assert (await login(world.client(), person)).json()["state"] == "signed_in"
    rows = await world.rows("SELECT totp_secret FROM users WHERE id = :id", id=person.id)
    assert rows[0].totp_secret is None
    assert refused(await client.post("/me/mfa/disable", json=body)) == (409, "conflict")


@pytest.mark.parametrize(("days", "offered"), [(29, False), (31, True)])
async def test_b1_postponing_lasts_a_while(world: World, days: int, offered: bool) -> None:
    person = await world.person()
    client = await world.signed_in(person)
    assert (await client.get("/me")).json()["mfa_offer"] is True
    assert (await client.post("/me/mfa/postpone")).status_code == 204
    assert (await client.get("/me")).json()["mfa_offer"] is False
    await world.set_user(person, mfa_postponed_at=text(f"now() - interval '{days} days'"))
    assert (await client.get("/me")).json()["mfa_offer"] is offered
