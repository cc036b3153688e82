"""`iportal pull`: a folder that follows the portal, whatever happens in between."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from api.cli.mirror import Mirror
from api.cli.pull import Exit
from api.core.scopes import Scope
from tests.support.portals import Served, command, free_port, until_ready
from tests.support.waiting import communicated
from tests.support.world import Company, World, pdf_bytes, ubl_bytes, unique


@pytest.fixture(scope="module")
async def served(world: World, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    """The portal behind a real port."""
    log = tmp_path_factory.mktemp("serve") / "log"
    with command(world.settings, "serve", log, PORT=str(free_port())) as server:
        await until_ready(server)
        yield server


async def token_of(world: World, company: Company, *scopes: Scope) -> str:
    client = await world.token(company.contact, *(scopes or (Scope.DOCUMENTS_READ,)))
    return client.headers["Authorization"].removeprefix("Bearer ")


async def pull(folder: Path, url: str, token: str | None, *options: str) -> tuple[int, str]:
    """Run the command; its exit code and what it wrote."""
    environment = {**os.environ, "IPORTAL_PUBLIC_URL": url}
    if token is not None:
        environment["IPORTAL_TOKEN"] = token
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "api.cli", "pull", str(folder), *options),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await communicated(process, 120)
    return process.returncode or 0, output.decode()


def files(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


async def test_a_folder_follows_the_portal(world: World, served: Served, tmp_path: Path) -> None:
    company = await world.company()
    token = await token_of(world, company)
    number = unique("PULL-")
    ubl = ubl_bytes(number)
    document = await world.publish(company, ubl=ubl, pdf=pdf_bytes("pull"))
    letter = await world.publish(
        company, pdf=pdf_bytes("x"), kind="other", number="../../A:B", issue_date="2021-05-06"
    )
    code, output = await pull(tmp_path, served.url, token)
    assert (code, output.strip()) == (Exit.DONE, "2 fetched, 0 removed, 0 failed")
    client = await world.token(company.contact, Scope.DOCUMENTS_READ)
    shown = (await client.get(f"/documents/{document['id']}")).json()
    stem = f"{company.number}/{shown['issue_date']}_{number}"
    aside = f"{company.number}/2021-05-06_A-B_other"
    assert files(tmp_path) == {
        f"{stem}.pdf",
        f"{stem}.xml",
        f"{stem}.csv",
        f"{aside}.pdf",
        f"{aside}.csv",
    }
    # As the portal sealed it.
    pdf = (tmp_path / f"{stem}.pdf").read_bytes()
    assert sha256(pdf).hexdigest() == shown["sha256"]["pdf"]
    assert (tmp_path / f"{stem}.xml").read_bytes() == ubl
    csv = (await client.get(f"/documents/{document['id']}/csv")).content
    assert (tmp_path / f"{stem}.csv").read_bytes() == csv
    assert await pull(tmp_path, served.url, token, "--quiet") == (Exit.DONE, "")

    publisher = await world.publisher()
    other = ubl_bytes(number, "be-small-enterprise-exempt-E")
    answer = await publisher.post(
        "/issuer/documents?replace=true",
        files={"ubl": ("x.xml", other, "application/xml")},
        data={"metadata": f'{{"customer_number": "{company.number}"}}'},
    )
    assert answer.status_code == 201
    assert letter["state"] == "published"
    code, output = await pull(tmp_path, served.url, token)
    assert (code, output.strip()) == (Exit.DONE, "1 fetched, 1 removed, 0 failed")
    assert (tmp_path / "removed" / f"{stem}.pdf").read_bytes() == pdf
    assert other in [(tmp_path / name).read_bytes() for name in files(tmp_path)]


async def test_sec_C6_what_may_no_longer_be_seen_moves_aside(
    world: World, served: Served, tmp_path: Path
) -> None:
    company, shared = await world.company(), await world.company()
    await world.publish(shared, pdf=pdf_bytes(), number="S-1", issue_date="2026-01-02")
    await world.share(shared, company.contact)
    token = await token_of(world, company)
    await pull(tmp_path, served.url, token, "--only", "pdf")
    name = f"{shared.number}/2026-01-02_S-1_other.pdf"
    assert files(tmp_path) == {name}
    await world.unshare(shared, company.contact)
    await pull(tmp_path, served.url, token, "--only", "pdf")
    assert files(tmp_path) == {f"removed/{name}"}


async def test_a_killed_run_is_continued(world: World, served: Served, tmp_path: Path) -> None:
    company = await world.company()
    numbers = []
    for _ in range(25):
        number = unique("KILL-")
        numbers.append(number)
        await world.publish(company, ubl=ubl_bytes(number))
    token = await token_of(world, company)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "api.cli", "pull", str(tmp_path)),
        env={**os.environ, "IPORTAL_PUBLIC_URL": served.url, "IPORTAL_TOKEN": token},
    )
    for _ in range(400):
        if len(files(tmp_path)) >= 5:
            break
        await asyncio.sleep(0.02)
    process.kill()
    await process.wait()
    code, _ = await pull(tmp_path, served.url, token)
    assert code == Exit.DONE
    found = files(tmp_path)
    # The XML, its rendered PDF and the CSV of each.
    assert len(found) == 3 * len(numbers)
    for number in numbers:
        xml = next(name for name in found if name.endswith(f"_{number}.xml"))
        assert (tmp_path / xml).read_bytes() == ubl_bytes(number)


async def test_a_cursor_that_is_no_longer_good_starts_again(
    world: World, served: Served, tmp_path: Path
) -> None:
    company = await world.company()
    await world.publish(company)
    token = await token_of(world, company)
    await pull(tmp_path, served.url, token)
    with Mirror(tmp_path) as mirror:
        mirror.set_note("cursor", "AAAA")
    code, output = await pull(tmp_path, served.url, token)
    # Everything is looked at again, and nothing is fetched that is there.
    assert (code, output.strip()) == (Exit.DONE, "0 fetched, 0 removed, 0 failed")


async def test_exit_codes_tell_why(world: World, served: Served, tmp_path: Path) -> None:
    company = await world.company()
    await world.publish(company)
    token = await token_of(world, company)
    assert (await pull(tmp_path, served.url, None))[0] == Exit.USAGE
    assert (await pull(tmp_path, served.url, "ipt_none"))[0] == Exit.REFUSED
    unscoped = await token_of(world, company, Scope.DOWNLOADS)
    code, output = await pull(tmp_path, served.url, unscoped)
    assert code == Exit.REFUSED
    assert "documents:read" in output
    with Mirror(tmp_path):
        assert (await pull(tmp_path, served.url, token))[0] == Exit.ALREADY_RUNNING
    assert (await pull(tmp_path, served.url, token))[0] == Exit.DONE
    assert (await pull(tmp_path, "http://127.0.0.1:9", token))[0] == Exit.USAGE
    away = tmp_path / "away"
    assert (await pull(away, f"http://127.0.0.1:{free_port()}", token))[0] == Exit.UNREACHABLE


async def test_a_token_may_come_from_a_file(world: World, served: Served, tmp_path: Path) -> None:
    company = await world.company()
    await world.publish(company)
    file = tmp_path / "token"
    file.write_text(await token_of(world, company) + "\n")
    code, output = await pull(tmp_path / "m", served.url, None, "--token-file", str(file))
    assert (code, output.strip()) == (Exit.DONE, "1 fetched, 0 removed, 0 failed")


async def test_without_an_address_it_is_the_portal_of_this_machine(
    world: World, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = await world.company()
    await world.publish(company)
    monkeypatch.setenv("IPORTAL_HOST", "0.0.0.0")
    monkeypatch.setenv("IPORTAL_PORT", str(served.port))
    # An empty variable is none, as everywhere.
    code, output = await pull(tmp_path, "", await token_of(world, company))
    assert (code, output.strip()) == (Exit.DONE, "1 fetched, 0 removed, 0 failed")


async def test_sec_F9_a_damaged_file_is_not_kept_and_tried_again(
    world: World, served: Served, tmp_path: Path
) -> None:
    company = await world.company()
    good = await world.publish(company)
    bad = await world.publish(
        company, pdf=pdf_bytes("whole"), number=unique("B-"), issue_date="2026-01-02"
    )
    client = await world.token(company.contact, Scope.DOCUMENTS_READ)
    data = (await client.get(f"/documents/{bad['id']}/pdf")).content
    storage: Any = world.app.state.storage
    key = f"documents/{bad['id']}/pdf"
    await storage.put(key, data[:-1] + b"x", "application/pdf")
    token = await token_of(world, company)
    code, output = await pull(tmp_path, served.url, token, "--only", "pdf", "--only", "ubl")
    assert code == Exit.SOME_FAILED
    assert bad["number"] in output
    pdfs = [name for name in files(tmp_path) if name.endswith(".pdf")]
    assert [good["number"] in name for name in pdfs] == [True]
    await storage.put(key, data, "application/pdf")
    code, output = await pull(tmp_path, served.url, token, "--only", "pdf", "--only", "ubl")
    assert (code, output.strip()) == (Exit.DONE, "1 fetched, 0 removed, 0 failed")


def test_sec_D5_names_that_differ_in_case_only_are_two_files(tmp_path: Path) -> None:
    with Mirror(tmp_path) as mirror:
        first, second = mirror.stem("1", "A/x"), mirror.stem("2", "a/X")
        assert first.lower() != second.lower()
        assert mirror.stem("2", "a/X") == second
