"""No secret reaches a log, Redis or the database in clear (X9)."""

import io
import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import structlog
from arq import create_pool
from redis.asyncio import Redis
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import new_token
from api.accounts.invitations import create_invitation, invitation_token
from api.core.database import new_id
from api.core.log import configure_logging
from api.core.scopes import Scope
from api.worker import redis_of, relay_once
from tests.security.scene import Scene
from tests.support.portals import Served
from tests.support.world import PASSWORD

CANARY = "canary-9f3b2c-{}"
WRONG = CANARY.format("wrong password")
CHOSEN = CANARY.format("chosen password")
CODE = "918273"


@pytest.fixture(scope="module")
async def real(served: Served) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"X-Requested-With": "i-portal"}
    async with httpx.AsyncClient(base_url=f"{served.url}/api/v1", headers=headers) as client:
        yield client


async def secrets_used(scene: Scene, real: httpx.AsyncClient) -> list[str]:
    """Use every kind of secret, well and badly; return them."""
    world = scene.world
    person, invited = await world.person(), await world.person(active=False)
    async with AsyncSession(world.owner) as session, session.begin():
        invitation_id = await create_invitation(
            session, world.settings, invited.id, customer_id=None, document_id=None
        )
    invitation = invitation_token(world.settings, invitation_id)
    token = (await world.token(person, Scope.DOCUMENTS_READ)).headers["authorization"][7:]
    forged = new_token(new_id())[0]
    unknown = CANARY.format("unknown-invitation")
    await real.post("/auth/login", json={"email": person.email, "password": WRONG})
    await real.post("/auth/login", json={"email": person.email, "password": {"a": WRONG}})
    await real.post("/auth/login", content=f'{{"password": "{WRONG}"'.encode())
    await real.post("/auth/login", json={"email": person.email, "password": PASSWORD})
    cookie = real.cookies["session"]
    await real.patch("/me", json={"password": WRONG, "token": token})
    await real.post("/me/password", json={"current_password": WRONG, "new_password": CHOSEN})
    await real.get("/me", params={"token": token, "password": WRONG})
    await real.post("/auth/logout")
    real.cookies.clear()
    for header in (token, forged):
        await real.get("/documents", headers={"Authorization": f"Bearer {header}"})
    for path in (invitation, unknown):
        await real.get(f"/auth/invitations/{path}")
        await real.post(f"/auth/invitations/{path}/accept", json={"password": "short"})
        await real.post(f"/auth/invitations/{path}/accept", json={"password": CHOSEN})
    await real.post("/auth/mfa", json={"challenge": CANARY.format("challenge"), "code": CODE})
    await real.post("/auth/password/reset", json={"token": unknown, "password": CHOSEN})
    real.cookies.clear()
    return [
        WRONG, CHOSEN, PASSWORD, cookie, token, token[36:-8], forged, invitation, unknown,
        CANARY.format("challenge"), CODE,
    ]  # fmt: skip


async def test_sec_X9_no_secret_in_the_servers_log(
    scene: Scene, served: Served, real: httpx.AsyncClient
) -> None:
    used = await secrets_used(scene, real)
    log = served.lines()
    assert log.count('"event": "request"') > 10, (
        "the log tells nothing, so this would prove nothing"
    )
    assert [secret for secret in used if secret in log] == []
    own = scene.world.settings
    for secret in (own.secret_key, own.s3_secret_access_key):
        assert secret.get_secret_value() not in log
    assert own.database_url not in log


async def test_sec_X9_metrics_and_errors_tell_no_secret(
    scene: Scene, served: Served, real: httpx.AsyncClient
) -> None:
    used = await secrets_used(scene, real)
    metrics = (await real.get(f"{served.url}/metrics")).text
    assert "/invitations/{token}" in metrics
    assert [secret for secret in used if secret in metrics] == []
    for body in ({"password": WRONG}, {"email": ["x"], "password": WRONG, "extra": CHOSEN}):
        answer = await real.post("/auth/login", json=body)
        assert answer.status_code == 422
        assert WRONG not in answer.text
        assert CHOSEN not in answer.text


async def test_sec_X9_the_queue_carries_ids_only(scene: Scene) -> None:
    world = scene.world
    invited = await world.person(active=False)
    company = await world.company(invited)
    document = await world.publish(company, title=CANARY.format("title"))
    redis = Redis.from_url(world.settings.redis_url)
    queue = await create_pool(redis_of(world.settings))
    try:
        await redis.flushall()
        assert await relay_once(world.app.state.database, queue) > 0
        seen = b""
        for key in await redis.keys("*"):
            dumped: bytes = await redis.dump(key) or b""
            seen += key + dumped + await whole(redis, key)
        assert b"run_job" in seen
        for secret in (CANARY.format("title"), document["number"], invited.email, company.number):
            assert secret.encode() not in seen
    finally:
        await redis.flushall()
        await queue.aclose()
        await redis.aclose()


async def whole(redis: "Redis", key: bytes) -> bytes:
    kind = await redis.type(key)
    if kind == b"string":
        return await redis.get(key) or b""
    return b"".join(await redis.zrange(key, 0, -1)) if kind == b"zset" else b""


async def test_sec_X9_an_exceptions_message_stays_out_of_the_log(scene: Scene) -> None:
    """Those of the database quote the parameters of a statement."""
    stream, root = io.StringIO(), logging.getLogger()
    kept: list[Any] = list(root.handlers)
    configure_logging(scene.world.settings)
    logging.getLogger().handlers[0].setStream(stream)  # type: ignore[attr-defined]
    try:
        try:
            async with scene.world.owner.begin() as connection:
                await connection.exec_driver_sql("SELECT $1::uuid", (CANARY,))
        except DBAPIError as error:
            message = str(error)
            logging.getLogger("uvicorn.error").exception("failed")
            structlog.get_logger("x").error("failed", exc_info=error, password=WRONG)
    finally:
        root.handlers[:] = kept
    assert CANARY in message
    lines = stream.getvalue()
    assert lines.count("DBAPIError") == 2
    assert "test_secrets.py" in lines
    assert CANARY not in lines
    assert WRONG not in lines
