"""Copies on paper in tests: asked for, and taken from step to step."""

from typing import Any

import httpx

from tests.support.post import Post
from tests.support.world import Company, World, pdf_bytes, unique

ALL = "/issuer/paper-requests"


async def letter(world: World, company: Company | None = None) -> tuple[Company, dict[str, Any]]:
    """A document of a customer number."""
    company, number = company or await world.company(), unique("PAPER-")
    told: Any = {"number": number, "kind": "invoice", "issue_date": "2026-03-01"}
    return company, await world.publish(company, pdf=pdf_bytes(number), **told)


async def ask(client: httpx.AsyncClient, document: dict[str, Any], **body: Any) -> httpx.Response:
    """Ask for a copy on paper."""
    return await client.post(f"/documents/{document['id']}/paper-requests", json=body)


async def asked(client: httpx.AsyncClient, document: dict[str, Any], **body: Any) -> str:
    """The id of a request that was made."""
    answer = await ask(client, document, **body)
    assert answer.status_code == 201, answer.text
    request_id: str = answer.json()["id"]
    return request_id


async def staff_of(world: World) -> httpx.AsyncClient:
    """A member of the administration."""
    return await world.signed_in(await world.person(role="staff"))


async def mails_to(post: Post, company: Company, document: dict[str, Any]) -> list[str]:
    """What the main contact was told about a document, newest first."""
    found = await post.mails(company.contact.email)
    return [mail["text"] for mail in found if document["number"] in mail["subject"]]


async def step(client: httpx.AsyncClient, request_id: str, **body: Any) -> httpx.Response:
    """Take a step as staff."""
    return await client.patch(f"{ALL}/{request_id}", json=body)


async def events(client: httpx.AsyncClient, document: dict[str, Any]) -> list[str]:
    """What a document's history tells of paper."""
    items = (await client.get(f"/documents/{document['id']}/history")).json()["items"]
    return [item["event"] for item in items if item["event"].startswith("paper_")]
