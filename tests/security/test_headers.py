"""Headers that protect browsers, on every answer whatever its status (S7)."""

import re
from pathlib import Path

import httpx
import pytest

from tests.security.scene import Scene
from tests.support.portals import portal_with
from tests.support.world import World

NONCE = re.compile(r"'nonce-([A-Za-z0-9_-]{20,})'")


def directives(answer: httpx.Response) -> dict[str, list[str]]:
    policies = answer.headers.get_list("content-security-policy")
    assert len(policies) == 1, answer.url
    parts = [part.split() for part in policies[0].split(";")]
    return {name: values for name, *values in parts}


def check(answer: httpx.Response) -> None:
    policy = directives(answer)
    assert policy["default-src"] == ["'none'"], answer.url
    assert policy["frame-ancestors"] == ["'none'"], answer.url
    assert "unsafe-inline" not in str(policy), answer.url
    assert "'unsafe-eval'" not in str(policy), answer.url
    assert "*" not in str(policy)
    assert "http:" not in str(policy)
    assert answer.headers["x-content-type-options"] == "nosniff", answer.url
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert re.fullmatch(r"[A-Za-z0-9._-]{8,64}", answer.headers["x-request-id"])
    assert "server" not in answer.headers


async def every_kind(scene: Scene) -> list[tuple[int, httpx.Response]]:
    client, anonymous = scene.clients["main_contact"], scene.clients["anonymous"]
    document = f"/documents/{scene.own['document']}"
    root = str(scene.world.settings.public_url)
    etag = (await client.get(f"{document}/pdf")).headers["etag"]
    asset = next((scene.world.settings.frontend_dir / "assets").iterdir()).name
    return [
        (200, await client.get("/documents")),
        (200, await client.get(document)),
        (200, await client.get(f"{document}/pdf")),
        (200, await client.get(f"{document}/csv?disposition=inline")),
        (206, await client.get(f"{document}/ubl", headers={"Range": "bytes=0-4"})),
        (304, await client.get(f"{document}/pdf", headers={"If-None-Match": etag})),
        (416, await client.get(f"{document}/pdf", headers={"Range": "bytes=99999999-"})),
        (404, await client.get(f"/documents/{scene.foreign['document']}")),
        (404, await client.get("/nothing/here")),
        (404, await anonymous.get(f"{root}/assets/none.js")),
        (405, await anonymous.put("/portal")),
        (401, await anonymous.get("/me")),
        (403, await client.post("/issuer/documents")),
        (403, await client.patch("/me", json={}, headers={"Origin": "https://evil.example"})),
        (422, await client.get("/documents?limit=0")),
        (413, await client.patch("/me", content=b"x" * 1_100_000)),
        (200, await anonymous.get("/portal")),
        (404, await anonymous.get("/portal/logo")),
        (200, await anonymous.get(f"{root}/healthz")),
        (200, await anonymous.get(f"{root}/metrics")),
        (200, await anonymous.get(f"{root}/api/v1/openapi.json")),
        (200, await anonymous.get(root)),
        (200, await anonymous.get(f"{root}/documents/x")),
        (200, await anonymous.get(f"{root}/assets/{asset}")),
        (405, await anonymous.request("TRACE", "/portal")),
    ]


async def test_sec_S7_every_kind_of_answer(scene: Scene) -> None:
    for status, answer in await every_kind(scene):
        assert answer.status_code == status, (answer.request.method, answer.url, answer.text[:200])
        check(answer)


async def test_sec_S7_the_page_has_a_nonce_of_its_own(scene: Scene) -> None:
    client, nonces = scene.world.client(), set()
    for path in ("", "/documents", "/invitations/x", ""):
        answer = await client.get(f"{scene.world.settings.public_url}{path}")
        found = NONCE.findall(answer.headers["content-security-policy"])
        assert len(found) == 1
        assert found[0] in answer.text
        assert answer.headers["cache-control"] == "no-store"
        nonces.add(found[0])
    assert len(nonces) == 4


async def test_sec_S7_files_cannot_run_anything(scene: Scene) -> None:
    client = scene.clients["main_contact"]
    for kind in ("pdf", "ubl", "csv"):
        url = f"/documents/{scene.own['document']}/{kind}"
        for disposition in ("attachment", "inline"):
            answer = await client.get(url, params={"disposition": disposition})
            policy = directives(answer)
            assert "sandbox" in policy
            assert policy["sandbox"] == []
            assert answer.headers["content-disposition"].startswith(disposition)
            assert answer.headers["cache-control"].startswith("private")


async def test_sec_S7_errors_that_nobody_expected(scene: Scene, tmp_path: Path) -> None:
    """A page that cannot be read stands for any defect: the answer is dressed like the others."""
    (tmp_path / "index.html").write_bytes(b"\xff\xfe\xff")
    async with portal_with(scene.world, frontend_dir=tmp_path) as broken:
        answer = await broken.client().get(broken.settings.public_url)
        assert (answer.status_code, answer.json()["code"]) == (500, "internal")
        check(answer)
        assert answer.headers["x-request-id"] == answer.json()["request_id"]


@pytest.mark.parametrize("secure", [True, False])
async def test_sec_S7_strict_transport_security(world: World, *, secure: bool) -> None:
    async with portal_with(world, cookie_secure=secure) as portal:
        for path in ("/portal", "/me", "/nothing"):
            value = (await portal.client().get(path)).headers.get("strict-transport-security")
            assert (value is not None) == secure
            if value is not None:
                assert int(value.split(";")[0].removeprefix("max-age=")) >= 31_536_000
