"""Customer numbers by CSV (G2): what PUT does, for many at once, and nothing else."""

import asyncio
from typing import Any

import httpx
import pytest

from api.core.scopes import Scope
from tests.support.world import World, unique

HEADER = "number,name,vat_number,language,channel,email,first_name,last_name"
COUNTS = ("created", "updated", "unchanged", "rejected_count")


def row(number: str, **fields: str) -> str:
    """A line of a file as `HEADER` names its cells."""
    values = {
        "number": number,
        "name": f"Firm {number}",
        "language": "en",
        "email": f"{number.lower()}@example.com",
        **fields,
    }
    return ",".join(values.get(column, "") for column in HEADER.split(","))


def csv_file(*rows: str, header: str = HEADER) -> bytes:
    return "\r\n".join((header, *rows, "")).encode()


async def send(client: httpx.AsyncClient, data: bytes, **query: Any) -> httpx.Response:
    files = {"file": ("Kunden März.csv", data, "text/csv")}
    return await client.post("/issuer/customers/import", files=files, params=query)


async def imported(client: httpx.AsyncClient, data: bytes, **query: Any) -> tuple[int, ...]:
    """How many were created, updated, left unchanged and rejected."""
    answer = await send(client, data, **query)
    assert answer.status_code == 200, answer.text
    return tuple(answer.json()[name] for name in COUNTS)


async def held(world: World, prefix: str) -> list[Any]:
    """The numbers that begin so, with their main contacts."""
    return await world.rows(
        "SELECT c.id, c.number, c.name, c.vat_number, c.language, c.channel, c.account_id, u.email,"
        " u.first_name, u.last_name FROM customers c"
        " JOIN memberships m ON m.customer_id = c.id AND m.role = 'main_contact'"
        " JOIN users u ON u.id = m.user_id WHERE c.number LIKE :prefix ORDER BY c.number",
        prefix=f"{prefix}%",
    )


async def test_G2_what_is_right_is_written_and_the_rest_told(world: World) -> None:
    publisher, prefix = await world.publisher(), unique("CSV")
    data = csv_file(
        row(f"{prefix}-1", vat_number="BE0123456749", channel="post", first_name="Ada"),
        row(f"{prefix}-2", language="es", email="nobody"),
        "",
        row(f"{prefix}-3", name='"Two\r\nlines, ""quoted"""'),
        row("", email="no@example.com"),
        row(f"{prefix}-4") + ",surplus",
    )
    answer = await send(publisher, data)
    assert answer.status_code == 200, answer.text
    report = answer.json()
    assert [report[name] for name in COUNTS] == [2, 0, 0, 3]
    found = [
        (reject["line"], reject["number"], [(e["pointer"], e["code"]) for e in reject["errors"]])
        for reject in report["rejected"]
    ]
    assert found == [
        (3, f"{prefix}-2", [("language", "literal_error"), ("email", "value_error")]),
        (7, "", [("number", "missing")]),
        (8, f"{prefix}-4", [("", "too_many_cells")]),
    ]
    first, second = await held(world, prefix)
    assert (first.vat_number, first.channel, first.first_name) == ("BE0123456749", "post", "Ada")
    assert (second.name, second.vat_number, second.channel) == (
        'Two\r\nlines, "quoted"',
        None,
        "portal",
    )
    assert second.email == f"{prefix.lower()}-3@example.com"


async def test_G2_the_same_again_changes_nothing_and_a_change_only_itself(world: World) -> None:
    publisher, prefix = await world.publisher(), unique("AGAIN")
    rows = [row(f"{prefix}-{n}") for n in range(3)]
    assert await imported(publisher, csv_file(*rows)) == (3, 0, 0, 0)
    before = await held(world, prefix)
    assert await imported(publisher, csv_file(*rows)) == (0, 0, 3, 0)
    assert await held(world, prefix) == before
    rows[1] = row(f"{prefix}-1", name="Renamed")
    assert await imported(publisher, csv_file(*rows)) == (0, 1, 2, 0)
    assert [one.name for one in await held(world, prefix)][1] == "Renamed"
    events = await world.rows(
        "SELECT event, count(*) FROM audit_events a JOIN customers c ON c.id = a.customer_id"
        " WHERE c.number LIKE :prefix GROUP BY 1 ORDER BY 1",
        prefix=f"{prefix}%",
    )
    assert [tuple(one) for one in events] == [("customer_changed", 1), ("customer_created", 3)]


async def test_G2_a_dry_run_tells_what_would_happen_and_does_nothing(world: World) -> None:
    publisher, prefix = await world.publisher(), unique("DRY")
    await imported(publisher, csv_file(row(f"{prefix}-1"), row(f"{prefix}-2")))
    data = csv_file(
        row(f"{prefix}-1"), row(f"{prefix}-2", name="New"), row(f"{prefix}-3"), row("", name="x")
    )
    before = await held(world, prefix)
    assert await imported(publisher, data, dry_run=True) == (1, 1, 1, 1)
    assert await held(world, prefix) == before
    nobody = "SELECT 1 FROM users WHERE email_key = :key"
    assert await world.rows(nobody, key=f"{prefix.lower()}-3@example.com") == []
    assert await imported(publisher, data) == (1, 1, 1, 1)


async def test_G2_a_strict_import_is_all_or_nothing(world: World) -> None:
    publisher, prefix = await world.publisher(), unique("STRICT")
    data = csv_file(row(f"{prefix}-1"), row(f"{prefix}-2", language="xx"))
    for query in ({"strict": True}, {"strict": True, "dry_run": True}):
        answer = await send(publisher, data, **query)
        assert (answer.status_code, answer.json()["code"]) == (422, "rejected_rows")
        assert answer.json()["rejected_count"] == 1
        assert answer.json()["rejected"][0]["number"] == f"{prefix}-2"
    assert await held(world, prefix) == []
    assert await imported(publisher, csv_file(row(f"{prefix}-1")), strict=True) == (1, 0, 0, 0)


async def test_G2_an_import_reverts_nothing_that_a_customer_changed(world: World) -> None:
    publisher, company = await world.publisher(), await world.company()
    body = {"name": "X", "language": "en", "contact": {"email": company.contact.email}}
    await publisher.put(f"/issuer/customers/{company.number}", json=body)
    data = csv_file(row(company.number, name="X", email=company.contact.email))
    browser = await world.signed_in(company.contact)
    choice = {"language": "de"}
    assert (await browser.patch(f"/customers/{company.id}", json=choice)).status_code == 200
    await world.set_user(
        company.contact, email="moved@example.com", email_key=unique("moved@example.com")
    )
    assert await imported(publisher, data) == (0, 0, 1, 0)
    (now,) = await held(world, company.number)
    assert (now.language, now.email) == ("de", "moved@example.com")
    other = csv_file(row(company.number, name="X", language="fr", email=f"{unique('o')}@e.example"))
    assert await imported(publisher, other) == (0, 1, 0, 0)
    (now,) = await held(world, company.number)
    assert (now.language, now.email.endswith("@e.example")) == ("fr", True)
    assert (await browser.get(f"/customers/{company.id}")).status_code == 404


async def test_A3_numbers_of_one_contact_share_an_account(world: World) -> None:
    publisher, prefix = await world.publisher(), unique("GROUP")
    email = f"{prefix}@Example.com"
    data = csv_file(*(row(f"{prefix}-{n}", email=email) for n in range(3)))
    assert await imported(publisher, data) == (3, 0, 0, 0)
    assert len({one.account_id for one in await held(world, prefix)}) == 1
    more = csv_file(row(f"{prefix}-9", email=email.lower()))
    assert await imported(publisher, more) == (1, 0, 0, 0)
    assert len({one.account_id for one in await held(world, prefix)}) == 1


async def test_G2_the_same_file_ten_times_at_once(world: World) -> None:
    publisher, prefix = await world.publisher(), unique("RACE")
    rows = [row(f"{prefix}-{n}", email=f"{prefix}-{n % 7}@example.com") for n in range(40)]
    orders = [rows if n % 2 else rows[::-1] for n in range(10)]
    answers = await asyncio.gather(*(send(publisher, csv_file(*order)) for order in orders))
    assert {answer.status_code for answer in answers} == {200}
    assert sum(answer.json()["created"] for answer in answers) == 40
    assert len(await held(world, prefix)) == 40


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
async def test_G2_separators_and_encodings_are_found(
    world: World, separator: str, encoding: str
) -> None:
    publisher, number = await world.publisher(), unique("ENC")
    lines = [
        ["Email", "NAME", "Language", "Number"],
        [f"{number}@example.com", "Crème brûlée & Söhne €", "fr", number],
    ]
    text = "\n".join(separator.join(line) for line in lines)
    assert await imported(publisher, text.encode(encoding)) == (1, 0, 0, 0)
    assert [one.name for one in await held(world, number)] == ["Crème brûlée & Söhne €"]


@pytest.mark.parametrize(
    "header",
    [
        "Numéro;Nom;Numéro de TVA;Langue;Canal;E-mail;Prénom;Nom de famille",
        "Klantnummer;Naam;Btw-nummer;Taal;Kanaal;E-mail;Voornaam;Achternaam",
        "Kundennummer;Name;USt-IdNr.;Sprache;Kanal;E-Mail;Vorname;Nachname",
        "NUMBER;name;vat number;Language;channel;e-mail;First_Name;last name;;",
    ],
)
async def test_G2_columns_are_named_in_the_portals_languages(world: World, header: str) -> None:
    publisher, number = await world.publisher(), unique("LANG")
    cells = f"{number};A;BE0123456749;nl;post;{number}@example.com;Ada;Lovelace"
    assert await imported(publisher, csv_file(cells, header=header)) == (1, 0, 0, 0)
    (now,) = await held(world, number)
    assert (now.vat_number, now.channel, now.last_name) == ("BE0123456749", "post", "Lovelace")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "header"),
        (b"%PDF-1.7\nnothing", "header"),
        (b"number,name,language\n1,2,en\n", "missing_column"),
        (b"number,name,language,email,vat\n", "unknown_column"),
        (b"number,name,language,email,Nummer\n", "column_twice"),
        (b"number,name,language,email\n1,a\0b,en,a@example.com\n", "nul"),
        ("number,name,language,email\n".encode("utf-16"), "nul"),
        (b"number,name,language,email\n1,\x81,en,a@example.com\n", "encoding"),
        (b'number,name,language,email\n1,"open,en,a@example.com\n', "quotes"),
        (b'number,name,language,email\n1,"x"y,en,a@example.com\n', "quotes"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_G2_what_is_no_such_file_is_refused_as_a_whole(
    world: World, data: bytes, reason: str
) -> None:
    answer = await send(await world.publisher(), data)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_csv"), answer.text
    assert answer.json()["reason"] == reason
    assert "{" not in answer.json()["detail"]


async def test_G2_a_number_that_is_there_twice_is_left_out(world: World) -> None:
    publisher, prefix = await world.publisher(), unique("TWICE")
    data = csv_file(row(f"{prefix}-1"), row(f"{prefix}-2"), row(f" {prefix}-1 "))
    report = (await send(publisher, data)).json()
    assert [(one["line"], one["errors"]) for one in report["rejected"]] == [
        (
            line,
            [{"pointer": "number", "code": "duplicate_number", "message": f"also on line {other}"}],
        )
        for line, other in ((2, 4), (4, 2))
    ]
    assert [one.number for one in await held(world, prefix)] == [f"{prefix}-2"]


async def test_G2_there_are_bounds(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    publisher = await world.publisher()
    bad = csv_file(*(row(f"X{n}", language="") for n in range(300)))
    report = (await send(publisher, bad)).json()
    assert (report["rejected_count"], len(report["rejected"])) == (300, 200)
    monkeypatch.setattr(world.settings, "max_import_rows", 299)
    answer = await send(publisher, bad)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert "299" in answer.json()["detail"]
    monkeypatch.setattr(world.settings, "max_import_bytes", 1_000)
    answer = await send(publisher, bad)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_G2_the_audit_trail_tells_of_the_import(world: World) -> None:
    staff = await world.person(role="staff")
    browser, number = await world.signed_in(staff), unique("AUDIT")
    await imported(browser, csv_file(row(number), row("", name="x")))
    query = {"event": "customers_imported", "actor": staff.email}
    (event,) = (await browser.get("/issuer/audit", params=query)).json()["items"]
    assert event["detail"] == {
        "file": "Kunden März.csv",
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "rejected_count": 1,
    }


async def test_G2_others_are_refused(world: World) -> None:
    company, number = await world.company(), unique("NOT")
    staff = await world.person(role="staff")
    data = csv_file(row(number))
    for client, status, code in (
        (world.client(), 401, "unauthenticated"),
        (await world.signed_in(company.contact), 403, "forbidden"),
        (await world.token(staff, Scope.ISSUER_PUBLISH), 403, "scope"),
    ):
        answer = await send(client, data)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await held(world, number) == []


async def test_G2_other_parts_and_parameters_are_refused(world: World) -> None:
    publisher = await world.publisher()
    assert (await send(publisher, csv_file(), force=True)).status_code == 422
    files = {"file": ("x.csv", csv_file()), "more": ("y.csv", b"")}
    answer = await publisher.post("/issuer/customers/import", files=files)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert (await publisher.post("/issuer/customers/import", json={})).status_code == 415
