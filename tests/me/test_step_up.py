"""Sensitive changes need a proof of at most five minutes; policies need a second factor."""

from collections.abc import AsyncIterator

import httpx
import pytest

from api.app import create_app
from tests.support.browser import browser, code_at, login, refused
from tests.support.post import Post
from tests.support.world import PASSWORD, Person, World

ID = "01890a5d-ac96-774b-bcce-b302099a8057"
SENSITIVE: list[tuple[str, str, object]] = [
    ("PUT", "/me/recovery-email", {"email": "new@example.org"}),
    ("POST", "/me/recovery-email/verify", {"code": "123456"}),
    ("POST", "/me/email", {"email": "new@example.org"}),
    ("POST", "/me/email/verify", {"code": "123456"}),
    ("POST", "/me/mfa/enrolment", {"recovery_email": "new@example.org"}),
    ("POST", "/me/mfa/enrolment/recovery-code", {"code": "123456"}),
    ("POST", "/me/mfa/enrolment/confirm", {"code": "123456"}),
    ("POST", "/me/mfa/disable", {"password": PASSWORD, "code": "123456"}),
    ("POST", "/me/api-tokens", {"name": "x", "scopes": ["downloads"], "expires_on": "9999-12-30"}),
    ("DELETE", f"/me/api-tokens/{ID}", None),
    ("POST", "/me/passkeys/options", None),
    ("POST", "/me/passkeys", {"challenge": "x", "name": "x", "credential": {}}),
    ("DELETE", f"/me/passkeys/{ID}", None),
]


async def age_proof(world: World, person: Person, seconds: int) -> None:
    """Let the clock go on for the proofs of a person's sessions."""
    await world.rows(
        "UPDATE sessions SET proved_at = proved_at - make_interval(secs => :seconds)"
        " WHERE user_id = :id RETURNING id",
        seconds=seconds,
        id=person.id,
    )


@pytest.mark.parametrize(("method", "path", "body"), SENSITIVE)
async def test_sec_M9_a_stale_session_is_asked_to_prove_itself(
    world: World, method: str, path: str, body: object
) -> None:
    person = await world.person()
    client = await world.signed_in(person)
    await age_proof(world, person, 301)
    answer = await client.request(method, path, json=body)
    assert refused(answer) == (403, "step_up_required")
    # The refusal comes before a look at the body, and at what exists.
    answer = await client.request(method, path, json={"nonsense": 1} if body else None)
    assert refused(answer) == (403, "step_up_required")


async def test_sec_M9_sign_in_counts_for_five_minutes_and_a_step_up_renews_it(
    world: World,
) -> None:
    person = await world.person()
    client = await world.signed_in(person)
    body = {"email": "new@example.org"}
    await age_proof(world, person, 295)
    assert (await client.put("/me/recovery-email", json=body)).status_code == 202
    await age_proof(world, person, 10)
    assert (await client.put("/me/recovery-email", json=body)).status_code == 403
    wrong = await client.post("/auth/step-up", json={"password": "not the password"})
    assert refused(wrong) == (401, "invalid_credentials")
    assert (await client.put("/me/recovery-email", json=body)).status_code == 403
    assert (await client.post("/auth/step-up", json={"password": PASSWORD})).status_code == 204
    assert (await client.put("/me/recovery-email", json=body)).status_code == 202


async def test_sec_M9_with_mfa_the_proof_needs_the_code(world: World) -> None:
    person = await world.person()
    await world.enrol(person)
    client = await world.signed_in(person)
    for code in (None, "", "000000x", code_at()):  # the last one was used to sign in
        answer = await client.post("/auth/step-up", json={"password": PASSWORD, "code": code})
        assert refused(answer) == (401, "invalid_code")
    body = {"password": PASSWORD, "code": code_at(1)}
    assert (await client.post("/auth/step-up", json=body)).status_code == 204


async def test_sec_M9_a_program_cannot_step_up(world: World) -> None:
    from api.core.scopes import Scope  # noqa: PLC0415

    person = await world.person()
    program = await world.token(person, *[scope for scope in Scope if not scope.staff_only])
    for method, path, body in [*SENSITIVE, ("POST", "/auth/step-up", {"password": PASSWORD})]:
        answer = await program.request(method, path, json=body)
        assert refused(answer) == (403, "forbidden"), path


@pytest.fixture(scope="module")
async def strict(world: World) -> AsyncIterator[World]:
    """The same portal where the issuer requires two-factor authentication."""
    settings = world.settings.model_copy(update={"mfa_policy": "required"})
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        other = World(app, settings, world.owner)
        yield other
        await other.close()


async def enrol_through_the_wizard(client: httpx.AsyncClient, person: Person, post: Post) -> str:
    """The three steps; returns the secret."""
    recovery = person.email.replace("@", "@recovery.")
    start = await client.post("/me/mfa/enrolment", json={"recovery_email": recovery})
    assert start.status_code == 202, start.text
    code = await post.code(recovery)
    seed = await client.post("/me/mfa/enrolment/recovery-code", json={"code": code})
    secret = str(seed.json()["secret"])
    done = await client.post("/me/mfa/enrolment/confirm", json={"code": code_at(0, secret)})
    assert done.status_code == 204, done.text
    return secret


async def test_b1_a_required_second_factor_blocks_all_but_the_way_to_it(
    strict: World, post: Post
) -> None:
    person = await strict.person()
    client = strict.client()
    answer = await login(client, person)
    assert answer.json()["state"] == "signed_in"
    assert answer.json()["user"]["mfa_offer"] is True
    for method, path in (
        ("GET", "/documents"),
        ("GET", "/customers"),
        ("GET", "/me/sessions"),
        ("GET", "/me/export"),
        ("POST", "/me/mfa/postpone"),
        ("POST", "/me/password"),
        ("POST", "/me/email"),
    ):
        refusal = await client.request(method, path, json={} if method == "POST" else None)
        assert refused(refusal) == (403, "mfa_enrolment_required"), path
    assert (await client.get("/me")).status_code == 200
    changed = await client.patch("/me", json={"first_name": "Ada"})
    assert changed.status_code == 200
    stepped = await client.post("/auth/step-up", json={"password": PASSWORD})
    assert stepped.status_code == 204
    await enrol_through_the_wizard(client, person, post)
    assert (await client.get("/documents")).status_code == 200


async def test_b1_the_policy_binds_sessions_never_tokens(strict: World) -> None:
    from api.core.scopes import Scope  # noqa: PLC0415

    person = await strict.person()
    program = await strict.token(person, Scope.DOCUMENTS_READ)
    assert (await program.get("/documents")).status_code == 200


async def test_b1_staff_always_need_a_second_factor(world: World, post: Post) -> None:
    staff = await world.person(role="staff")
    await world.set_user(staff, totp_secret=None, totp_confirmed_at=None)
    client = browser(world, "10.70.0.1")
    assert (await login(client, staff)).json()["state"] == "signed_in"
    answer = await client.get("/documents")
    assert refused(answer) == (403, "mfa_enrolment_required")
    await enrol_through_the_wizard(client, staff, post)
    assert (await client.get("/documents")).status_code == 200
