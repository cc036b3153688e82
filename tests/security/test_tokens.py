"""API tokens: what opens, what does not, and for how long (X1, S4)."""

from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from sqlalchemy import text

from api.access import Permission, new_token, parse_token
from api.core.database import new_id
from api.core.scopes import Scope
from tests.security.calls import call_of, names_for, operations
from tests.security.routes import BY_OPERATION
from tests.security.scene import Scene
from tests.support.world import Person, World


def bearer(client: httpx.AsyncClient) -> str:
    return str(client.headers["authorization"]).removeprefix("Bearer ")


async def status_with(world: World, header: bytes) -> int:
    return (await world.client().get("/me", headers=[(b"Authorization", header)])).status_code


@pytest.fixture
async def reader(scene: Scene) -> tuple[Person, httpx.AsyncClient]:
    person = await scene.world.person()
    return person, await scene.world.token(person, Scope.DOCUMENTS_READ)


async def test_sec_X1_only_the_whole_token_opens(scene: Scene, reader: Any) -> None:
    world, token = scene.world, bearer(reader[1])
    assert await status_with(world, f"Bearer {token}".encode()) == 200
    assert await status_with(world, f"bearer {token}".encode()) == 200
    other_secret = new_token(UUID(hex=token[4:36]))[0]
    other_id = new_token(new_id())[0]
    for wrong in (
        "", "Bearer", "Bearer ", token, f"Basic {token}", f"Token {token}", f"Bearer {token}x",
        f"Bearer {token[:-1]}", f"Bearer {token[:-8]}", f"Bearer x{token}", "Bearer ipt_",
        f"Bearer {token.upper()}", f"Bearer {token[:-8]}00000000", f"Bearer {other_secret}",
        f"Bearer {other_id}", f"Bearer {token}, Bearer {token}", f"Bearer {token} x",
        "Bearer ipt_" + "9" * 83, "Bearer " + "x" * 50_000, "Bearer ipt_" + "\u0661" * 83,
    ):  # fmt: skip
        assert await status_with(world, wrong.encode()) == 401, wrong[:80]


async def test_sec_X1_the_token_goes_into_the_header_only(scene: Scene, reader: Any) -> None:
    token, client = bearer(reader[1]), scene.world.client()
    for name in ("access_token", "token", "api_key"):
        assert (await client.get("/me", params={name: token})).status_code == 401
    for name in ("session", "__Host-session", "token"):
        headers = {"Cookie": f"{name}={token}"}
        assert (await client.get("/me", headers=headers)).status_code == 401


async def test_sec_X1_a_bad_token_is_not_made_good_by_a_cookie(scene: Scene) -> None:
    answer = await scene.clients["main_contact"].get("/me", headers={"Authorization": "Bearer x"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_sec_X1_only_its_hash_is_kept(scene: Scene, reader: Any) -> None:
    token = bearer(reader[1])
    parts = parse_token(token)
    assert parts is not None
    rows = await scene.world.rows(
        "SELECT to_jsonb(t)::text, secret_hash FROM api_tokens t WHERE id = :id", id=parts.token_id
    )
    assert rows[0].secret_hash == parts.secret_hash
    assert token[36:-8] not in rows[0][0]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE api_tokens SET revoked_at = now() WHERE user_id = :user_id",
        "UPDATE api_tokens SET expires_at = now() WHERE user_id = :user_id",
        "UPDATE users SET state = 'disabled' WHERE id = :user_id",
        "DELETE FROM api_tokens WHERE user_id = :user_id",
    ],
)
async def test_sec_X1_revoked_expired_or_disabled_ends_at_once(
    scene: Scene, reader: Any, change: str
) -> None:
    person, client = reader
    assert (await client.get("/documents")).status_code == 200
    async with scene.world.owner.begin() as connection:
        await connection.execute(text(change), {"user_id": person.id})
    assert (await client.get("/documents")).status_code == 401
    assert (await client.get("/me")).status_code == 401


async def test_sec_X1_a_customers_token_with_an_issuers_scope_is_worth_nothing(
    scene: Scene,
) -> None:
    """However it came into the table."""
    forged = await scene.world.token(scene.company.contact, *Scope)
    answer = await forged.put("/issuer/customers/1", json={})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert (await forged.post("/issuer/documents")).status_code == 403


async def test_sec_X1_a_staff_token_needs_the_scope_all_the_same(scene: Scene) -> None:
    reader = await scene.world.token(scene.staff, Scope.DOCUMENTS_READ)
    assert (await reader.get(f"/documents/{scene.own['document']}")).status_code == 200
    answer = await reader.post("/issuer/documents")
    assert (answer.status_code, answer.json()["code"]) == (403, "scope")


async def test_sec_S4_a_removed_grant_ends_at_the_next_request(scene: Scene) -> None:
    world, person = scene.world, await scene.world.person()
    await world.share(scene.company, person)
    browser = await world.signed_in(person)
    program = await world.token(person, Scope.DOCUMENTS_READ, Scope.CUSTOMERS_READ)
    url = f"/documents/{scene.own['document']}"
    for client in (browser, program):
        assert (await client.get(url)).status_code == 200
        assert (await client.get(f"{url}/pdf")).status_code == 200
    async with world.owner.begin() as connection:
        await connection.execute(
            text("DELETE FROM memberships WHERE user_id = :id"), {"id": person.id}
        )
    for client in (browser, program):
        for path in ("", "/pdf", "/ubl", "/csv", "/history"):
            assert (await client.get(f"{url}{path}")).status_code == 404, path
        assert (await client.get("/documents")).json()["items"] == []
        assert (await client.get("/customers")).json()["items"] == []


@pytest.mark.parametrize(("days", "seen"), [(-1, False), (0, True), (1, True)])
async def test_sec_S4_a_grant_ends_with_its_last_day(scene: Scene, days: int, seen: bool) -> None:
    world, person = scene.world, await scene.world.person()
    today = (await world.rows("SELECT current_date + CAST(:days AS integer)", days=days))[0][0]
    await world.share(scene.company, person, expires_on=today)
    client = await world.signed_in(person)
    listed = [item["id"] for item in (await client.get("/documents")).json()["items"]]
    # Other tests publish for this customer as well; without the grant none of it is there.
    assert (scene.own["document"] in listed) is seen
    assert bool(listed) is seen
    answer = await client.get(f"/documents/{scene.own['document']}")
    assert (answer.status_code == 200) is seen


async def test_sec_S4_signing_out_ends_the_cookie(scene: Scene) -> None:
    client = await scene.world.signed_in(scene.shared)
    cookies = httpx.Cookies(client.cookies)
    assert (await client.post("/auth/logout")).status_code == 204
    assert "session" not in client.cookies
    client.cookies = cookies
    assert (await client.get("/me")).status_code == 401
    assert (await client.get("/documents")).status_code == 401


async def test_sec_M9_a_stale_proof_opens_no_credential_route(scene: Scene) -> None:
    """Every route whose permission asks for a fresh proof, found by its guard."""
    world, known = scene.world, operations(scene.world.app)
    client = await world.signed_in(scene.company.contact)
    calls = []
    for context in iter_route_contexts(world.app.routes):
        guard = getattr(context.original_route, "guard", None)
        if isinstance(guard, Permission) and guard.value.fresh:
            row = BY_OPERATION[str(context.operation_id)]
            call = call_of(known[row.operation], row, await names_for(scene, row))
            calls.append((row.operation, call))
    assert {"create_api_token", "disable_mfa", "request_email"} <= {name for name, _ in calls}
    # Only now, since some of what the calls are about is made with a fresh proof.
    async with world.owner.begin() as connection:
        await connection.execute(
            text("UPDATE sessions SET proved_at = now() - interval '5 minutes 1 second'")
        )
    for name, call in calls:
        answer = await call.send(client)
        assert (answer.status_code, answer.json()["code"]) == (403, "step_up_required"), name
    async with world.owner.begin() as connection:
        await connection.execute(text("UPDATE sessions SET proved_at = now()"))
