"""How the built SPA is served."""

import httpx
import pytest
from fastapi import FastAPI


@pytest.fixture
async def browser(app: FastAPI) -> httpx.AsyncClient:
    """A browser that has not signed in."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000")


@pytest.mark.parametrize("path", ["/", "/documents", "/invitations/a.b", "/documents/018f"])
async def test_every_page_is_the_app(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-store"
    assert "__CSP_NONCE__" not in answer.text


async def test_sec_S7_each_page_has_a_nonce_of_its_own(browser: httpx.AsyncClient) -> None:
    policies = {(await browser.get("/")).headers["content-security-policy"] for _ in range(3)}
    assert len(policies) == 3
    assert not any("unsafe-inline" in policy for policy in policies)


async def test_scripts_are_kept_and_may_be_workers(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/assets/x.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]
    assert "'wasm-unsafe-eval'" in answer.headers["content-security-policy"]
    assert (await browser.get("/assets/x.bcmap")).text == "glyphs"


@pytest.mark.parametrize(
    "path",
    ["/assets/none.js", "/assets/..%2f..%2fconftest.py", "/api/v1/none", "/api/none", "/assets/"],
)
async def test_what_is_not_there_is_not_found(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.get(path)
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


async def test_another_method_on_nothing_is_not_found(browser: httpx.AsyncClient) -> None:
    assert (await browser.post("/api/v1/none")).status_code == 404
    assert (await browser.delete("/api/v1/portal")).status_code == 405
    assert (await browser.get("/api/v1/auth/login")).status_code == 405
