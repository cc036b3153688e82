"""What comes in is what it says; what goes out is whole and cannot run (D1, D2, D3, D4)."""

import re
import time
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.core.http import content_disposition, safe_filename
from api.storage import document_key
from tests.security.calls import copied
from tests.security.scene import Scene
from tests.support.portals import Served
from tests.support.world import pdf_bytes, ubl_bytes, unique

NAMES = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("\r\n\t\"\\/:;%*'<>|?.\x00\x7f\u2028\u202e=,{}"),
    ),
    max_size=160,
)
DISPOSITION = re.compile(
    r"""(attachment|inline); filename="([ !#-\[\]-~]*)"(?:; filename\*=UTF-8''([\w.~%-]+))?"""
)
BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {c} "{f"&{p};" * 10}">' for p, c in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]><Invoice>&i;</Invoice>"
)
POLYGLOTS: dict[str, tuple[str, bytes]] = {
    "HTML as PDF": ("pdf", b"<html><script>alert(1)</script>%PDF-1.7"),
    "ZIP as PDF": ("pdf", b"PK\x03\x04" + pdf_bytes()),
    "PDF that is only its first line": ("pdf", b"%PDF-1.7\n<script>alert(1)</script>"),
    "empty PDF": ("pdf", b""),
    "XML as PDF": ("pdf", ubl_bytes("X")),
    "PDF as UBL": ("ubl", pdf_bytes()),
    "HTML as UBL": ("ubl", b"<html xmlns='http://www.w3.org/1999/xhtml'><script/></html>"),
    "SVG as UBL": ("ubl", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
    "UBL with a page behind it": ("ubl", ubl_bytes("X") + b"<script>alert(1)</script>"),
}
ATTACKS: dict[str, bytes] = {
    "external entity": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    "parameter entity": b'<!DOCTYPE x [<!ENTITY % e SYSTEM "http://127.0.0.1:9/">%e;]><x/>',
    "external DTD": b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>',
    "a billion laughs": BOMB.encode(),
    "the same in UTF-16": BOMB.encode("utf-16"),
    "the same in UTF-7": b'<?xml version="1.0" encoding="UTF-7"?>' + BOMB.encode(),
    "quadratic blow-up": b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 50_000 + b'">]><x>'
    + b"&a;" * 20_000 + b"</x>",
    "deep nesting": b"<a>" * 100_000 + b"</a>" * 100_000,
    "XInclude": b'<x xmlns:i="http://www.w3.org/2001/XInclude"><i:include href="/etc/passwd"/></x>',
    "a style sheet": b'<?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?><x/>',
    "many attributes": b"<x " + b" ".join(b'a%d="1"' % i for i in range(50_000)) + b"/>",
}  # fmt: skip


async def upload(scene: Scene, kind: str, data: bytes) -> httpx.Response:
    metadata = (
        f'{{"customer_number": "{scene.company.number}", "number": "{unique("UP-")}",'
        ' "issue_date": "2026-01-02"}'
    )
    return await scene.clients["publisher"].post(
        "/issuer/documents", files={kind: ("x", data)}, data={"metadata": metadata}
    )


@pytest.mark.parametrize("name", POLYGLOTS)
async def test_sec_D1_files_are_what_they_say(scene: Scene, name: str) -> None:
    kind, data = POLYGLOTS[name]
    before = await scene.world.rows("SELECT count(*) FROM documents")
    answer = await upload(scene, kind, data)
    assert (answer.status_code, answer.json()["code"]) == (422, f"invalid_{kind}")
    assert await scene.world.rows("SELECT count(*) FROM documents") == before


@pytest.mark.parametrize("name", ATTACKS)
async def test_sec_D2_xml_that_attacks_is_refused_quickly(scene: Scene, name: str) -> None:
    began = time.process_time()
    answer = await upload(scene, "ubl", ATTACKS[name])
    assert time.process_time() - began < 1
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_ubl")
    assert "root:" not in answer.text
    assert len(answer.content) < 20_000


@settings(max_examples=500, deadline=None)
@given(NAMES)
def test_sec_D3_any_number_becomes_a_header_that_can_be_read(number: str) -> None:
    name = safe_filename(number, "pdf")
    header = content_disposition(name, inline=False)
    assert header.isascii()
    assert header.isprintable()
    match = DISPOSITION.fullmatch(header)
    assert match is not None, header
    assert unquote(match[3] or match[2]) == name or match[3] is None
    parsed = EmailMessage()
    parsed["Content-Disposition"] = header
    assert parsed.get_content_disposition() == "attachment"
    for candidate in (name, match[2], str(parsed.get_filename())):
        assert not set(candidate) & set('/\\\r\n\x00"')
        assert candidate.endswith(".pdf")
        assert not candidate.startswith(".")


async def test_sec_D3_hostile_numbers_are_served_as_plain_names(scene: Scene) -> None:
    for number in (
        '../../etc/passwd\\x"; a=b',
        "CON\r\nSet-Cookie: a=b",
        "<script>.html",
        "é\u202e",
    ):
        document = await scene.world.publish(
            scene.company, pdf=pdf_bytes(unique("D3")), number=number, issue_date="2026-01-02"
        )
        url = f"/documents/{document['id']}/pdf"
        for disposition in ("attachment", "inline"):
            answer = await scene.clients["main_contact"].get(
                url, params={"disposition": disposition}
            )
            header = answer.headers["content-disposition"]
            assert DISPOSITION.fullmatch(header), header
            assert "/" not in header
            assert "set-cookie" not in answer.headers
            assert answer.headers["content-type"] == "application/pdf"


async def stored(scene: Scene, pdf: bytes) -> tuple[str, str]:
    document = await scene.world.publish(
        scene.company, pdf=pdf, number=unique("D4-"), issue_date="2026-01-02"
    )
    return f"/api/v1/documents/{document['id']}/pdf", document_key(document["id"], "pdf")


def flipped(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


@pytest.mark.parametrize("size", [0, 300_000, 1_500_000], ids=["one chunk", "several", "many"])
@pytest.mark.parametrize(
    "damage", [flipped, lambda data: data[:-1], lambda data: data + b"x", lambda data: b""],
    ids=["flipped", "short", "long", "empty"],
)  # fmt: skip
async def test_sec_D4_a_damaged_file_never_looks_complete(
    scene: Scene, served: Served, size: int, damage: Any
) -> None:
    uploaded = pdf_bytes("x" * size)
    url, key = await stored(scene, uploaded)
    client = copied(scene.world, scene.clients["main_contact"])
    async with httpx.AsyncClient(base_url=served.url, cookies=client.cookies) as real:
        pdf = (await real.get(url)).content
        assert pdf.startswith(uploaded)
        await scene.world.app.state.storage.put(key, damage(pdf), "application/pdf")
        for headers in ({}, {"Range": "bytes=0-99"}):
            try:
                answer = await real.get(url, headers=headers)
            except httpx.RemoteProtocolError:
                continue
            assert answer.status_code == 503, (
                f"{len(answer.content)} bytes as if nothing were wrong"
            )
            assert "retry-after" in answer.headers


async def test_sec_D4_a_missing_object_is_an_error_too(scene: Scene) -> None:
    url, key = await stored(scene, pdf_bytes("missing"))
    await scene.world.app.state.storage.delete(key)
    answer = await scene.clients["main_contact"].get(url.removeprefix("/api/v1"))
    assert answer.status_code == 503


async def test_sec_D4_keys_are_ours_alone(scene: Scene) -> None:
    rows = await scene.world.rows("SELECT object_key, document_id, kind FROM document_files")
    assert rows
    for key, document_id, kind in rows:
        assert key == f"documents/{document_id}/{kind}"
