"""Requests that another site makes a browser send change nothing (S6)."""

from typing import Any

import httpx
import pytest

from api.core.database import new_id
from tests.security.calls import (
    allowed_caller,
    call_of,
    client_for,
    copied,
    is_problem,
    names_for,
    operations,
)
from tests.security.routes import ROWS
from tests.security.row import SESSIONS, Row
from tests.security.scene import Scene

HEADER = "X-Requested-With"
FORGED: dict[str, dict[str, Any]] = {
    "no header": {"without": HEADER},
    "another value": {"headers": {HEADER: "XMLHttpRequest"}},
    "cross-site": {"headers": {"Sec-Fetch-Site": "cross-site"}},
    "same-site": {"headers": {"Sec-Fetch-Site": "same-site"}},
    "foreign origin": {"headers": {"Origin": "https://evil.example"}},
    "null origin": {"headers": {"Origin": "null"}},
    "look-alike origin": {"headers": {"Origin": "$public_url.evil.example"}},
    "form": {"without": HEADER, "form": "application/x-www-form-urlencoded"},
    "text form": {"without": HEADER, "form": "text/plain"},
    "form parts": {"without": HEADER, "form": "multipart/form-data; boundary=x"},
}
REFUSED_FORM = (415, "unsupported_media_type")
WITHOUT_A_COOKIE = ("cross-site", "same-site", "foreign origin", "null origin", "look-alike origin")


def unsafe(scene: Scene) -> list[Row]:
    known = operations(scene.world.app)
    return [row for row in ROWS if known[row.operation].unsafe]


async def sent(
    scene: Scene, row: Row, client: httpx.AsyncClient, forgery: dict[str, Any]
) -> httpx.Response:
    call = call_of(operations(scene.world.app)[row.operation], row, await names_for(scene, row))
    client = copied(scene.world, client, *([forgery["without"]] if "without" in forgery else []))
    public_url = scene.world.settings.public_url
    headers = {
        name: value.replace("$public_url", public_url)
        for name, value in forgery.get("headers", {}).items()
    }
    if "form" not in forgery:
        return await call.send(client, **headers)
    body = b'{"a": "=1"}' if forgery["form"] == "text/plain" else b"a=1&b=2"
    return await client.request(
        call.operation.method, call.url(), content=body, headers={"Content-Type": forgery["form"]}
    )


@pytest.mark.parametrize("form", FORGED)
async def test_sec_S6_every_unsafe_route_refuses_forged_requests(scene: Scene, form: str) -> None:
    wrong = {}
    for row in unsafe(scene):
        callers = sorted(SESSIONS & row.who)
        caller = allowed_caller(row) if allowed_caller(row) in SESSIONS else callers[0]
        answer = await sent(scene, row, scene.clients[caller], FORGED[form])
        if answer.status_code != 403 or answer.json()["code"] != "csrf" or not is_problem(answer):
            wrong[row.operation] = answer.text
        assert "set-cookie" not in answer.headers
    assert wrong == {}
    for caller in sorted(SESSIONS):
        assert (await scene.clients[caller].get("/me")).status_code == 200, "a session was ended"


@pytest.mark.parametrize("form", WITHOUT_A_COOKIE)
async def test_sec_S6_public_routes_refuse_other_sites_too(scene: Scene, form: str) -> None:
    for row in unsafe(scene):
        if row.public:
            answer = await sent(scene, row, scene.clients["anonymous"], FORGED[form])
            assert (answer.status_code, answer.json()["code"]) == (403, "csrf"), row.operation


@pytest.mark.parametrize("form", ["application/x-www-form-urlencoded", "text/plain"])
async def test_sec_S6_a_form_is_no_json(scene: Scene, form: str) -> None:
    """Signing a victim in with a foreign account needs a body that forms can send."""
    for row in unsafe(scene):
        if row.json is None:
            continue
        operation = operations(scene.world.app)[row.operation]
        call = call_of(operation, row, await names_for(scene, row))
        client = await client_for(scene, row, allowed_caller(row))
        call.raw = b"{}"
        body = httpx.Request("POST", "http://x", json=call.json).content
        answer = await client.request(
            operation.method, call.url(), content=body, headers={"Content-Type": form}
        )
        assert (answer.status_code, answer.json()["code"]) == REFUSED_FORM, row.operation


async def test_another_media_type_is_refused_once_the_caller_and_the_subject_are_known(
    scene: Scene,
) -> None:
    xml = {"Content-Type": "application/xml"}
    for row in unsafe(scene):
        operation = operations(scene.world.app)[row.operation]
        call = call_of(operation, row, await names_for(scene, row))
        if not operation.takes_json and call.files is None:
            continue
        client = await client_for(scene, row, allowed_caller(row))
        answer = await client.request(operation.method, call.url(), content=b"<a/>", headers=xml)
        assert (answer.status_code, answer.json()["code"]) == REFUSED_FORM, row.operation
        assert is_problem(answer)
        if not row.public:
            anonymous = scene.clients["anonymous"]
            answer = await anonymous.request(operation.method, call.url(), headers=xml)
            assert answer.status_code == 401, row.operation
    client = scene.clients["main_contact"]
    answer = await client.patch(f"/customers/{new_id()}", content=b"<a/>", headers=xml)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_json_may_say_more_of_itself(scene: Scene) -> None:
    client = scene.clients["main_contact"]
    for told in ("application/json; charset=utf-8", "Application/JSON", "application/vnd.x+json"):
        answer = await client.patch("/me", content=b"{}", headers={"Content-Type": told})
        assert answer.status_code == 200, told


async def test_sec_S6_the_portals_own_pages_are_let_through(scene: Scene) -> None:
    client = scene.clients["main_contact"]
    for headers in (
        {"Sec-Fetch-Site": "same-origin", "Origin": scene.world.settings.public_url},
        {"Sec-Fetch-Site": "none"},
        {},
    ):
        answer = await client.patch("/me", json={"first_name": "Ada"}, headers=headers)
        assert answer.status_code == 200


async def test_sec_S6_programs_need_no_such_header(scene: Scene) -> None:
    mark = {"document_ids": [scene.own["document"]], "read": True}
    answer = await scene.clients["documents:write"].post("/documents/read", json=mark)
    assert answer.status_code == 204


async def test_sec_S6_no_answer_lets_another_origin_read(scene: Scene) -> None:
    for method in ("GET", "OPTIONS"):
        answer = await scene.clients["main_contact"].request(
            method,
            "/me",
            headers={
                "Origin": "https://evil.example",
                "Access-Control-Request-Method": "PATCH",
                "Access-Control-Request-Headers": HEADER,
            },
        )
        assert not [name for name in answer.headers if name.startswith("access-control-")]
