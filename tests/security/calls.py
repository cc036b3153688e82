"""Turns rows of the table and the OpenAPI document into requests."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
from fastapi import FastAPI
from sqlalchemy import text

from tests.security.row import SESSIONS, Row
from tests.security.scene import Scene, filled
from tests.support.world import World, pdf_bytes, ubl_bytes, zip_bytes

PREFIX = "/api/v1"
METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Operation:
    """A route as the OpenAPI document tells it."""

    id: str
    method: str
    path: str
    spec: dict[str, Any]

    @property
    def unsafe(self) -> bool:
        """Whether it may change something."""
        return self.method != "get"

    def parameters(self, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """The names and schemas of its parameters in the path, the query or the headers."""
        for parameter in self.spec.get("parameters", []):
            if parameter["in"] == place:
                yield parameter["name"], parameter["schema"]

    @property
    def takes_json(self) -> bool:
        """Whether it has a JSON body."""
        return "application/json" in self.spec.get("requestBody", {}).get("content", {})


def operations(app: FastAPI) -> dict[str, Operation]:
    """Every operation of the API by its id."""
    found = {}
    for path, item in app.openapi()["paths"].items():
        for method in METHODS:
            if method in item:
                operation = Operation(item[method]["operationId"], method, path, item[method])
                found[operation.id] = operation
    return found


@dataclass(slots=True)
class Call:
    """A request in the making: parts may be exchanged before it is sent."""

    operation: Operation
    path: dict[str, str]
    query: dict[str, Any]
    json: Any
    files: dict[str, Any] | None
    metadata: dict[str, Any] | None
    raw: bytes | None = None

    def url(self) -> str:
        """The path with its parameters quoted, relative to the prefix."""
        path = self.operation.path.removeprefix(PREFIX)
        for name, value in self.path.items():
            path = path.replace(f"{{{name}}}", value if "%" in value else quote(value, safe=""))
        return path

    async def send(self, client: httpx.AsyncClient, **headers: str | bytes) -> httpx.Response:
        """Send it; `raw` goes out instead of the JSON body."""
        options: dict[str, Any] = {"params": self.query, "headers": headers}
        if self.files is not None:
            options["files"] = self.files
            if self.metadata is not None:
                options["data"] = {"metadata": json.dumps(self.metadata)}
        elif self.raw is not None:
            options["content"] = self.raw
            options["headers"] = {"Content-Type": "application/json", **headers}
        elif self.operation.takes_json:
            options["json"] = self.json
        return await client.request(self.operation.method, self.url(), **options)


def call_of(operation: Operation, row: Row, names: dict[str, str]) -> Call:
    """A call that should succeed, with names put in."""
    files = None
    if row.upload is not None:
        data = ubl_bytes(filled(row.upload, names))
        if row.part == "archive":
            data = zip_bytes({"x.xml": data})
        files = {row.part: ("x", data, "application/octet-stream")}
    elif row.pdf is not None:
        files = {row.pdf: ("x.pdf", pdf_bytes(), "application/pdf")}
    elif row.csv is not None:
        number = filled(row.csv, names)
        line = f"number,name,language,email\n{number},Acme,en,route@example.com\n"
        files = {"file": ("x.csv", line.encode(), "text/csv")}
    return Call(
        operation,
        path=filled(dict(row.path), names),
        query=filled(dict(row.query), names),
        json=filled(row.json, names),
        files=files,
        metadata=filled(dict(row.metadata), names) if row.metadata is not None else None,
    )


async def names_for(scene: Scene, row: Row) -> dict[str, str]:
    """The scene's own objects, and the new ones that the row asks for.

    The scene's people signed in when it was made, which a slow machine may have done long ago.
    """
    async with scene.world.owner.begin() as connection:
        await connection.execute(text("UPDATE sessions SET proved_at = now()"))
    made = await row.prepare(scene) if row.prepare else {}
    return {**scene.own, **made}


async def client_for(scene: Scene, row: Row, caller: str) -> httpx.AsyncClient:
    """A client for a caller; a new sign-in when the call would end the shared one."""
    if row.new_person and caller in SESSIONS:
        role = "staff" if caller == "staff" else "customer"
        return await scene.world.signed_in(await scene.world.person(role=role))
    if not row.ends_session:
        return scene.clients[caller]
    if caller in SESSIONS:
        people = {
            "main_contact": scene.company.contact,
            "shared_user": scene.shared,
            "stranger": scene.other.contact,
            "staff": scene.staff,
        }
        return await scene.world.signed_in(people[caller])
    return copied(scene.world, scene.clients[caller])


def copied(world: World, client: httpx.AsyncClient, *without: str) -> httpx.AsyncClient:
    """The same credentials in a client whose cookies are its own."""
    other = world.client()
    other.headers = httpx.Headers(client.headers)
    for name in without:
        other.headers.pop(name, None)
    other.cookies = httpx.Cookies(client.cookies)
    return other


def allowed_caller(row: Row) -> str:
    """Somebody for whom the call succeeds."""
    for caller in ("main_contact", "staff", "publisher", "anonymous"):
        if caller in row.who and caller not in row.differs:
            return caller
    return next(iter(sorted(row.who)))


def is_problem(answer: httpx.Response) -> bool:
    """Whether a refusal is told as RFC 9457 asks."""
    if answer.headers.get("content-type") != "application/problem+json":
        return False
    body = answer.json()
    return {"type", "title", "status", "detail", "code", "request_id"} <= set(body)
