"""Browsers at other places: clients whose network address a test chooses."""

import time
from typing import Any

import httpx
import pyotp

from tests.support.world import TOTP_SECRET, Person, World


def browser(world: World, network: str, **headers: str) -> httpx.AsyncClient:
    """A client without credentials at a network address."""
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(world.app, raise_app_exceptions=False, client=(network, 1)),
        base_url=f"{world.settings.public_url}/api/v1",
        headers={"X-Requested-With": "i-portal", **headers},
    )
    world.clients.append(client)
    return client


def code_at(steps: int = 0, secret: str = TOTP_SECRET, now: float | None = None) -> str:
    """What the app shows, so many steps of 30 seconds from now."""
    return pyotp.TOTP(secret).at((time.time() if now is None else now) + 30 * steps)


async def login(
    client: httpx.AsyncClient, person: Person, password: str | None = None
) -> httpx.Response:
    """Send an address and a password."""
    body = {"email": person.email, "password": password or person.password}
    return await client.post("/auth/login", json=body)


async def challenge(client: httpx.AsyncClient, person: Person) -> str:
    """The challenge of a half sign-in."""
    answer = await login(client, person)
    assert answer.json()["state"] == "mfa_required", answer.text
    token: str = answer.json()["challenge"]
    return token


def refused(answer: httpx.Response) -> tuple[int, Any]:
    """The status and the code of a refusal."""
    return answer.status_code, answer.json()["code"]
