"""The API keeps its contract under generated requests, whoever asks: no 5xx, nothing undocumented.

Schemathesis runs all its phases on every operation against a real server. `make fuzz` does the
same for as long as is wanted (`IPORTAL_FUZZ_SECONDS`, for each caller).
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from api.core.scopes import Scope
from tests.support.portals import Served, command, free_port, until_ready
from tests.support.waiting import communicated
from tests.support.world import World, pdf_bytes, ubl_bytes, unique

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "ignored_auth",
)
CALLERS = ("customer", "shared user", "staff", "token")
# Enough to go through all phases; `make fuzz` gives each caller as many seconds as it is told.
BOUNDS = ("--max-examples=3",)
if SECONDS := os.environ.get("IPORTAL_FUZZ_SECONDS"):
    BOUNDS = (f"--max-time={SECONDS}",)
# They end the caller's own session, after which all is a 401: they have a run of their own.
ENDING = ("sign_out", "end_session")


@pytest.fixture(scope="module")
async def served(world: World, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    """The portal behind a real port."""
    log = tmp_path_factory.mktemp("serve") / "log"
    with command(
        world.settings, "serve", log, PORT=str(free_port()), LOG_LEVEL="WARNING"
    ) as server:
        await until_ready(server)
        yield server


async def configuration_of(world: World, caller: str) -> str:
    """Who a caller is, as Schemathesis is told: they have a document."""
    company = await world.company()
    await world.publish(company, ubl=ubl_bytes(unique("ST-")), pdf=pdf_bytes("st"))
    if caller == "token":
        scopes = [scope for scope in Scope if not scope.staff_only]
        client = await world.token(company.contact, *scopes)
        token = client.headers["Authorization"].removeprefix("Bearer ")
        return f'[auth.openapi.token]\nbearer = "{token}"\n'
    person = company.contact
    if caller == "shared user":
        person = await world.person()
        await world.share(company, person)
    if caller == "staff":
        person = await world.person(role="staff")
    client = await world.signed_in(person)
    cookie = client.cookies[world.settings.session_cookie]
    return (
        'headers = { X-Requested-With = "i-portal" }\n'
        f'[auth.openapi.session]\napi_key = "{cookie}"\n'
    )


async def run(served: Served, folder: Path, configuration: str, *options: str) -> dict[str, Any]:
    """What Schemathesis found, as its report; fails with its findings in words."""
    (folder / "schemathesis.toml").write_text(configuration)
    report = folder / "report.json"
    chosen = [f"--checks={','.join(CHECKS)}", "--seed=1", "--no-shrink", "--continue-on-failure"]
    chosen += ["--suppress-health-check=all", "--warnings=off", f"--report-json-path={report}"]
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("st")),
        *("run", f"{served.url}/api/v1/openapi.json", *chosen, *options),
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await communicated(process, 290 + int(SECONDS or 0))
    assert process.returncode == 0, output.decode()
    assert '"unexpected_error"' not in served.lines()
    found: dict[str, Any] = json.loads(report.read_text("utf-8"))
    return found


@pytest.mark.timeout(300 + int(SECONDS or 0))
@pytest.mark.parametrize("caller", CALLERS)
async def test_no_answer_is_an_error_or_undocumented(
    world: World, served: Served, caller: str, tmp_path: Path
) -> None:
    excluded = [f"--exclude-operation-id={name}" for name in ENDING]
    await run(served, tmp_path, await configuration_of(world, caller), *BOUNDS, *excluded)


@pytest.mark.parametrize("operation", ENDING)
async def test_the_end_of_a_session_is_documented_as_well(
    world: World, served: Served, operation: str, tmp_path: Path
) -> None:
    configuration = await configuration_of(world, "customer")
    chosen = f"--include-operation-id={operation}"
    await run(served, tmp_path, configuration, "--max-examples=3", chosen)
