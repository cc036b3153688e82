"""Every route with every caller, on what is theirs, what is not and what does not exist (T1)."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from api.access import Permission
from api.core.database import new_id
from api.deps import GuardedRoute
from api.marks import PUBLIC
from tests.security.calls import (
    allowed_caller,
    call_of,
    client_for,
    is_problem,
    names_for,
    operations,
)
from tests.security.routes import BY_OPERATION, ROWS
from tests.security.row import EVERYONE, UNDOCUMENTED, Row
from tests.security.scene import Scene, names_in


def without_id(answer: httpx.Response) -> dict[str, Any]:
    body: dict[str, Any] = answer.json()
    body.pop("request_id")
    return body


def test_sec_T1_every_route_of_the_openapi_has_its_row(app: FastAPI) -> None:
    served, listed = set(operations(app)), [row.operation for row in ROWS]
    assert len(listed) == len(set(listed)), "an operation has two rows"
    assert served - set(listed) == set(), "routes without a row in tests/security/routes.py"
    assert set(listed) - served == set(), "rows without a route"


def test_sec_T1_every_route_is_guarded_or_known_to_be_public(app: FastAPI) -> None:
    by_id = {}
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, GuardedRoute):
            by_id[route.operation_id] = route.guard
            assert route.include_in_schema, f"{route.path} is not in the OpenAPI document"
            continue
        assert context.path in UNDOCUMENTED, f"{context.path} is served without a guard"
        assert (context.methods or set()) <= {"GET", "HEAD"}
    for row in ROWS:
        guard = by_id[row.operation]
        assert (guard == PUBLIC) == row.public, row.operation
        assert guard == PUBLIC or isinstance(guard, Permission)


def test_sec_T1_the_openapi_tells_which_routes_need_a_credential(app: FastAPI) -> None:
    for operation in operations(app).values():
        told = bool(operation.spec.get("security"))
        assert told != BY_OPERATION[operation.id].public, operation.id


async def answer_to(
    scene: Scene, row: Row, caller: str, changed: dict[str, str] | None = None
) -> httpx.Response:
    assert scene.world.app is not None
    names = await names_for(scene, row)
    call = call_of(operations(scene.world.app)[row.operation], row, {**names, **(changed or {})})
    return await call.send(await client_for(scene, row, caller))


def expected(row: Row, caller: str) -> int:
    if caller in row.differs:
        return row.differs[caller]
    if caller == "anonymous" and not row.public:
        return 401
    if caller not in row.who:
        return 403
    return 404 if row.objects and caller in row.blind else row.status


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.operation)
async def test_sec_T1_callers(scene: Scene, row: Row) -> None:
    wrong = {}
    for caller in sorted(EVERYONE):
        answer = await answer_to(scene, row, caller)
        if answer.status_code != expected(row, caller):
            wrong[caller] = f"{answer.status_code} for {expected(row, caller)}: {answer.text[:200]}"
        elif answer.status_code >= 400:
            assert is_problem(answer), answer.text
    assert wrong == {}


@pytest.mark.parametrize("row", [row for row in ROWS if row.objects], ids=lambda row: row.operation)
async def test_sec_T1_foreign_and_absent_are_the_same(scene: Scene, row: Row) -> None:
    for caller in sorted(row.who & {"main_contact", "documents:read", "documents:write"}):
        absent = await answer_to(scene, row, caller, {name: str(new_id()) for name in row.objects})
        unseen = await answer_to(scene, row, "stranger") if "stranger" in row.who else absent
        foreign = unseen
        if row.objects <= set(scene.foreign):
            foreign = await answer_to(scene, row, caller, scene.foreign)
        assert [a.status_code for a in (foreign, absent, unseen)] == [404] * 3, caller
        assert without_id(foreign) == without_id(absent) == without_id(unseen)
        names = {name.lower() for name in foreign.headers} ^ {n.lower() for n in absent.headers}
        assert names == set()


@pytest.mark.parametrize(
    "row", [row for row in ROWS if not row.public], ids=lambda row: row.operation
)
async def test_sec_T1_refused_before_the_input_is_looked_at(scene: Scene, row: Row) -> None:
    operation = operations(scene.world.app)[row.operation]
    call = call_of(operation, row, await names_for(scene, row))
    call.path = dict.fromkeys(call.path, "x")
    call.query = {"no_such_parameter": "1"}
    call.files = None
    call.raw = b"{" if operation.unsafe else None
    assert (await call.send(scene.clients["anonymous"])).status_code == 401
    for caller in sorted(EVERYONE - row.who - {"anonymous"}):
        assert (await call.send(scene.clients[caller])).status_code == 403, caller


@pytest.mark.parametrize(
    "row",
    [row for row in ROWS if names_in(dict(row.path)) & row.objects],
    ids=lambda r: r.operation,
)
@pytest.mark.parametrize("named", ["absent", "no id"])
async def test_sec_T1_unseen_before_the_input_is_looked_at(
    scene: Scene, row: Row, named: str
) -> None:
    operation = operations(scene.world.app)[row.operation]
    call = call_of(operation, row, await names_for(scene, row))
    call.path = dict.fromkeys(call.path, str(new_id()) if named == "absent" else "x")
    call.files = None
    client = scene.clients[allowed_caller(row)]
    broken: list[tuple[dict[str, str], bytes | None]] = [({"no_such_parameter": "1"}, None)]
    if operation.takes_json:
        broken += [({}, b"{"), ({}, b'{"no_such_field": 1}')]
    for query, body in broken:
        call.query, call.raw = query, body
        answer = await call.send(client)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), answer.text


async def test_sec_T1_a_known_number_of_somebody_else_is_forbidden_before_the_input_is_looked_at(
    scene: Scene,
) -> None:
    company = await scene.world.company()
    await scene.world.share(company, scene.other.contact)
    client = scene.clients["stranger"]
    answer = await client.patch(f"/customers/{company.id}", json={"no_such_field": 1})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    answer = await client.post(f"/customers/{company.id}/main-contact", json={})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
