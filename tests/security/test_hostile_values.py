"""No value makes the portal stumble: always a clear refusal, never a 5xx (X7, T6)."""

import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from api.models import Base
from tests.security.calls import (
    Call,
    Operation,
    allowed_caller,
    call_of,
    client_for,
    is_problem,
    names_for,
    operations,
)
from tests.security.hostile import (
    IN_JSON,
    IN_PARAMETERS,
    leaves,
    objects,
    replaced,
    takes_any_text,
)
from tests.security.routes import ROWS
from tests.security.row import Row
from tests.security.scene import Scene

WITH_JSON = [row for row in ROWS if row.json is not None]
COLUMNS = sorted({column.name for table in Base.metadata.tables.values() for column in table.c})
INJECTED = sorted({*COLUMNS, "is_staff", "is_admin", "scopes", "permissions", "__proto__", "_id"})


async def prepared(scene: Scene, row: Row) -> tuple[Operation, Call, httpx.AsyncClient]:
    operation = operations(scene.world.app)[row.operation]
    call = call_of(operation, row, await names_for(scene, row))
    return operation, call, await client_for(scene, row, allowed_caller(row))


def complaint(answer: httpx.Response, *, must_refuse: bool) -> str | None:
    if answer.status_code >= 500:
        return f"{answer.status_code} {answer.text[:200]}"
    if answer.status_code >= 400:
        return None if is_problem(answer) else f"no problem document: {answer.text[:200]}"
    return f"accepted with {answer.status_code}" if must_refuse else None


@pytest.mark.parametrize("row", WITH_JSON, ids=lambda row: row.operation)
async def test_sec_X7_json_fields(scene: Scene, row: Row) -> None:
    _, call, client = await prepared(scene, row)
    wrong: dict[Any, str] = {}
    for place in leaves(call.json):
        for name, value in IN_JSON.items():
            call.raw = json.dumps(replaced(call.json, place, value)).encode()
            if found := complaint(await call.send(client), must_refuse=True):
                wrong[place, name] = found
    assert wrong == {}


@pytest.mark.parametrize("row", WITH_JSON, ids=lambda row: row.operation)
async def test_sec_X7_bodies_that_are_no_object(scene: Scene, row: Row) -> None:
    _, call, client = await prepared(scene, row)
    bodies = (
        b"", b"null", b"[]", b"0", b'"x"', b"{", b"NaN", b"{}garbage", b"\xff\xfe{}",
        b'{"a": "\xed\xa0\x80"}', b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000, b'{"a": ' + b"9" * 5_000 + b"}",
    )  # fmt: skip
    for body in bodies:
        call.raw = body
        assert complaint(await call.send(client), must_refuse=True) is None, body[:20]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.operation)
async def test_sec_X7_parameters(scene: Scene, row: Row) -> None:
    operation, call, client = await prepared(scene, row)
    wrong: dict[Any, str] = {}
    plain = dict(call.query)
    for name, schema in operation.parameters("query"):
        for kind, value in IN_PARAMETERS.items():
            call.query = {**plain, name: value}
            refused = kind == "nul" or not takes_any_text(schema)
            if found := complaint(await call.send(client), must_refuse=refused):
                wrong[name, kind] = found
    call.query = plain
    for name, _ in operation.parameters("path"):
        given = call.path[name]
        for kind, value in IN_PARAMETERS.items():
            call.path[name] = quote(value[:4_000], safe="")
            if found := complaint(await call.send(client), must_refuse=kind == "nul"):
                wrong[name, kind] = found
        call.path[name] = given
    for name, _ in operation.parameters("header"):
        for header in (b"x" * 10_000, b"\xe9", b"a\tb", b"a\x00b"):
            if found := complaint(await call.send(client, **{name: header}), must_refuse=False):
                wrong[name, header[:9]] = found
    assert wrong == {}


def is_list(schema: dict[str, Any]) -> bool:
    return any(kind.get("type") == "array" for kind in (schema, *schema.get("anyOf", ())))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.operation)
async def test_parameters_that_take_one_value_are_not_given_two(scene: Scene, row: Row) -> None:
    operation, call, client = await prepared(scene, row)
    plain = dict(call.query)
    for name, schema in operation.parameters("query"):
        call.query = {**plain, name: ["1", "1"]}
        answer = await call.send(client)
        found = [
            error["code"]
            for error in (answer.json().get("errors", []) if answer.is_client_error else [])
            if error["pointer"] == name
        ]
        assert ("duplicate" in found) is not is_list(schema), (name, answer.text)


async def test_the_list_takes_several_of_what_is_repeatable(scene: Scene) -> None:
    client = scene.clients["main_contact"]
    for name, values in (("kind", ["invoice", "other"]), ("state", ["published", "replaced"])):
        assert (await client.get("/documents", params={name: values})).status_code == 200
    for name in ("number", "q", "sort", "limit", "cursor", "issued_from", "unread"):
        answer = await client.get("/documents", params={name: ["1", "2"]})
        found = [(error["pointer"], error["code"]) for error in answer.json()["errors"]]
        assert (answer.status_code, found) == (422, [(name, "duplicate")])


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.metadata is not None], ids=lambda row: row.operation
)
async def test_sec_X7_metadata_of_uploads(scene: Scene, row: Row) -> None:
    _, call, client = await prepared(scene, row)
    valid = dict(call.metadata or {})
    wrong: dict[Any, str] = {}
    for name in valid:
        for kind, value in IN_JSON.items():
            call.metadata = {**valid, name: value}
            must_refuse = not (name == "amount_incl_vat" and kind == "a tiny fraction")
            if found := complaint(await call.send(client), must_refuse=must_refuse):
                wrong[name, kind] = found
    assert wrong == {}


@pytest.mark.parametrize("row", WITH_JSON, ids=lambda row: row.operation)
async def test_sec_T6_no_field_can_be_injected(scene: Scene, row: Row) -> None:
    operation, call, client = await prepared(scene, row)
    for place in objects(call.json):
        there = call.json
        for step in place:
            there = there[step]
        known = known_fields(scene, operation, place)
        injected = [name for name in INJECTED if name not in known]
        call.raw = json.dumps(
            replaced(call.json, place, {**there, **dict.fromkeys(injected, "1")})
        ).encode()
        answer = await call.send(client)
        assert answer.status_code == 422, answer.text
        refused = {e["pointer"] for e in answer.json()["errors"] if e["code"] == "extra_forbidden"}
        prefix = "".join(f"/{step}" for step in place)
        assert refused == {f"{prefix}/{name}" for name in injected}


def known_fields(scene: Scene, operation: Operation, place: tuple[Any, ...]) -> set[str]:
    """The names that the OpenAPI document lists at a place of a body."""
    schemas = scene.world.app.openapi()["components"]["schemas"]

    def resolved(schema: dict[str, Any]) -> list[dict[str, Any]]:
        if "$ref" in schema:
            return resolved(schemas[schema["$ref"].rpartition("/")[2]])
        options = [*schema.get("anyOf", []), *schema.get("oneOf", [])]
        return [found for option in options for found in resolved(option)] or [schema]

    current = resolved(operation.spec["requestBody"]["content"]["application/json"]["schema"])
    for step in place:
        inner = [
            schema["items"] if isinstance(step, int) else schema.get("properties", {}).get(step)
            for schema in current
            if "items" in schema or "properties" in schema
        ]
        current = [found for schema in inner if schema for found in resolved(schema)]
    return {name for schema in current for name in schema.get("properties", {})}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.operation)
async def test_sec_T6_no_parameter_can_be_injected(scene: Scene, row: Row) -> None:
    operation, call, client = await prepared(scene, row)
    known = {name for name, _ in operation.parameters("query")}
    for name in ("user_id", "role", "as_user", "debug", "customer_ids"):
        if name not in known:
            call.query = {**call.query, name: "1"}
            answer = await call.send(client)
            call.query.pop(name)
            assert answer.status_code == 422, name
            assert [error["pointer"] for error in answer.json()["errors"]] == [name]


async def test_sec_T6_metadata_of_uploads_takes_no_other_field(scene: Scene) -> None:
    row = next(row for row in ROWS if row.operation == "publish_document")
    _, call, client = await prepared(scene, row)
    valid = dict(call.metadata or {})
    for name in ("id", "state", "customer_id", "published_at", "object_key", "replaced_by_id"):
        call.metadata = {**valid, name: "1"}
        answer = await call.send(client)
        assert answer.status_code == 422
        assert [error["pointer"] for error in answer.json()["errors"]] == [f"/metadata/{name}"]
