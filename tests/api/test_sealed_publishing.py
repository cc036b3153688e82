"""Every published PDF is sealed, sealed ones are kept, and what is inside a PDF counts."""

import asyncio
import hashlib
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from pypdf import PdfReader, PdfWriter

from api.core.settings import Language
from api.issuer import files, reading
from api.seals.checking import check_seal
from api.seals.preparing import prepare_seal
from api.seals.sealing import Sealer
from tests.api.test_publishing import post
from tests.seals.support import pdfsig, sample, sealer
from tests.seals.test_changes import other_content
from tests.support.portals import free_port, portal_with
from tests.support.world import World, pdf_bytes, ubl_bytes, unique

FACTUR_X = Path(__file__).parents[1] / "data" / "cii" / "en16931.xml"
CORPUS = Path(__file__).parents[3] / "shared" / "testdata" / "pdf"


async def sealed_by(chosen: Sealer, data: bytes) -> bytes:
    return await chosen.seal(await asyncio.to_thread(prepare_seal, data, chosen.plan))


async def published(world: World, **parts: Any) -> tuple[dict[str, Any], bytes]:
    """The detail of a document that was published now, and its stored PDF."""
    company, publisher = await world.company(), await world.publisher()
    metadata = {
        "customer_number": company.number,
        "number": unique("SEAL-"),
        "issue_date": "2026-01-02",
    }
    answer = await post(publisher, metadata=metadata, **parts)
    assert answer.status_code == 201, answer.text
    client = await world.signed_in(company.contact)
    url = f"/documents/{answer.json()['id']}"
    detail = (await client.get(url)).json()
    return detail, (await client.get(f"{url}/pdf")).content


async def test_every_published_pdf_is_sealed(world: World, tmp_path: Path) -> None:
    uploaded = pdf_bytes(unique("x"))
    detail, pdf = await published(world, pdf=uploaded)
    assert pdf.startswith(uploaded)
    assert "Signature is Valid" in pdfsig(pdf, tmp_path)
    assert detail["sha256"]["pdf"] == hashlib.sha256(pdf).hexdigest()
    seal = detail["seal"]
    assert (seal["intact"], seal["by_this_issuer"], seal["level"]) == (True, True, "B-B")
    assert (seal["signer"], seal["rendered"]) == (world.settings.issuer.name, False)
    assert seal["certificate"]["sha256"] in world.app.state.sealer.ours
    checked = await world.client().post("/verify", files={"file": ("x", pdf)})
    assert (checked.json()["intact"], checked.json()["by_this_issuer"]) == (True, True)


async def test_a_sealed_pdf_is_kept_byte_for_byte(world: World) -> None:
    other = sealer("Somebody Else")
    uploaded = await sealed_by(other, sample())
    detail, pdf = await published(world, pdf=uploaded, ubl=ubl_bytes(unique("KEPT-")))
    assert pdf == uploaded
    seal = detail["seal"]
    assert (seal["signer"], seal["intact"]) == ("Somebody Else", True)
    assert seal["by_this_issuer"] is False
    ours = await sealed_by(world.app.state.sealer, pdf_bytes(unique("y")))
    detail, pdf = await published(world, pdf=ours)
    assert pdf == ours
    assert detail["seal"]["by_this_issuer"] is True


async def test_a_broken_seal_is_refused_or_by_setting_marked(world: World) -> None:
    company, publisher = await world.company(), await world.publisher()
    changed = other_content(await sealed_by(world.app.state.sealer, sample()))
    metadata = {"customer_number": company.number}
    parts: dict[str, Any] = {
        "pdf": changed,
        "ubl": ubl_bytes(unique("BROKEN-")),
        "metadata": metadata,
    }
    refused = await post(publisher, **parts)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_pdf")
    async with portal_with(world, broken_seals="mark") as portal:
        taken = await post(await portal.publisher(), **parts)
    assert taken.status_code == 201
    client = await world.signed_in(company.contact)
    url = f"/documents/{taken.json()['id']}"
    assert (await client.get(url)).json()["seal"]["intact"] is False
    assert (await client.get(f"{url}/pdf")).content == changed


@pytest.mark.parametrize(
    ("language", "word"),
    [("fr", "Facture"), ("nl", "Factuur"), ("de", "Rechnung"), ("en", "Invoice")],
)
async def test_a_ubl_without_a_pdf_gets_a_page(
    world: World, language: Language, word: str, tmp_path: Path
) -> None:
    company, publisher = await world.company(language=language), await world.publisher()
    ubl = ubl_bytes(unique("PAGE-"))
    answer = await post(publisher, ubl=ubl, metadata={"customer_number": company.number})
    assert answer.status_code == 201, answer.text
    client = await world.signed_in(company.contact)
    url = f"/documents/{answer.json()['id']}"
    detail, pdf = (await client.get(url)).json(), (await client.get(f"{url}/pdf")).content
    assert detail["files"] == ["pdf", "ubl", "csv"]
    assert detail["seal"]["rendered"] is True
    reader = PdfReader(BytesIO(pdf))
    assert word in reader.pages[0].extract_text()
    assert [bytes(file.content) for file in reader.attachment_list] == [ubl]
    assert reader.xmp_metadata is not None
    assert reader.xmp_metadata.pdfaid_part == "3"
    assert "Signature is Valid" in pdfsig(pdf, tmp_path)
    facts = await asyncio.to_thread(check_seal, pdf, world.app.state.sealer.ours)
    assert facts is not None
    assert (facts.intact, facts.ours) == (True, True)


def carrying(ubl: bytes) -> bytes:
    """A PDF with other files in it beside this one."""
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.add_attachment("plan.png", b"\x89PNG")
    writer.add_attachment("note.xml", b"<note/>")
    writer.add_attachment("invoice.xml", ubl)
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


async def test_a_ubl_within_a_pdf_is_used(world: World) -> None:
    company, publisher = await world.company(), await world.publisher()
    number = unique("INSIDE-")
    ubl = ubl_bytes(number)
    parts: dict[str, Any] = {
        "pdf": carrying(ubl),
        "metadata": {"customer_number": company.number},
    }
    answer = await post(publisher, **parts)
    assert (answer.status_code, answer.json()["number"]) == (201, number)
    again = await post(publisher, **parts)
    assert (again.status_code, again.json()["id"]) == (200, answer.json()["id"])
    client = await world.signed_in(company.contact)
    url = f"/documents/{answer.json()['id']}"
    detail = (await client.get(url)).json()
    assert detail["files"] == ["pdf", "ubl", "csv"]
    assert (detail["amount_incl_vat"], detail["validation"]["valid"]) == ("679.72", True)
    assert (await client.get(f"{url}/ubl")).content == ubl
    parts["pdf"] = carrying(ubl_bytes(unique("BAD-"), "bad-br-co-10-line-sum"))
    refused = await post(publisher, **parts)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_ubl")


async def test_a_factur_x_invoice_is_understood(world: World) -> None:
    path = CORPUS / "factur-x-en16931-pdfa3-embedded-xml.pdf"
    if not path.exists():
        pytest.skip("the corpus of sample documents is not checked out")
    company, publisher = await world.company(), await world.publisher()
    parts: dict[str, Any] = {
        "pdf": path.read_bytes(),
        "metadata": {"customer_number": company.number},
    }
    answer = await post(publisher, **parts)
    assert answer.status_code == 201, answer.text
    assert (answer.json()["number"], answer.json()["kind"]) == ("F20260023", "invoice")
    client = await world.signed_in(company.contact)
    detail = (await client.get(f"/documents/{answer.json()['id']}")).json()
    assert detail["files"] == ["pdf", "csv"]
    assert (detail["amount_incl_vat"], detail["currency"]) == ("104.90", "EUR")
    assert detail["seller"]["name"] == "LE FOURNISSEUR"
    assert len(detail["lines"]) == 3
    assert detail["validation"]["profile"] == "Factur-X EN 16931"
    assert (detail["validation"]["valid"], detail["validation"]["findings"]) == (True, [])


async def test_a_factur_x_invoice_is_checked(world: World) -> None:
    sample = FACTUR_X.read_text("utf-8")
    company, publisher = await world.company(), await world.publisher()
    number, bad = unique("FX-"), unique("FX-")
    wrong = sample.replace("FX-1", bad).replace("605.00", "606.00")
    parts: dict[str, Any] = {
        "pdf": carrying(sample.replace("FX-1", number).encode()),
        "metadata": {"customer_number": company.number},
    }
    answer = await post(publisher, **parts)
    assert (answer.status_code, answer.json()["number"]) == (201, number)
    client = await world.signed_in(company.contact)
    checked = (await client.get(f"/documents/{answer.json()['id']}")).json()["validation"]
    assert (checked["profile"], checked["valid"]) == ("Factur-X EN 16931", True)
    assert checked["layers"][0].startswith("Factur-X ")
    parts["pdf"] = carrying(wrong.encode())
    refused = await post(publisher, **parts)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_ubl")
    assert [f["rule"] for f in refused.json()["findings"]] == ["BR-CO-15"]
    async with portal_with(world, invalid_ubl="mark") as lenient:
        marked = await post(await lenient.publisher(), **parts)
        assert (marked.status_code, marked.json()["number"]) == (201, bad)
        assert [f["rule"] for f in marked.json()["findings"]] == ["BR-CO-15"]


async def test_nothing_is_published_unsealed(world: World) -> None:
    """The time-stamp server is away: the publisher learns it and tries again."""
    url = f"http://127.0.0.1:{free_port()}/"
    company = await world.company()
    metadata = {"customer_number": company.number}
    ubl = ubl_bytes(unique("STAMP-"))
    async with portal_with(world, seal_timestamp_url=url) as portal:
        answer = await post(await portal.publisher(), ubl=ubl, metadata=metadata)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert "retry-after" in answer.headers
    retried = await post(await world.publisher(), ubl=ubl, metadata=metadata)
    assert retried.status_code == 201


async def test_sec_D8_a_pdf_that_never_ends_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher: httpx.AsyncClient = await world.publisher()
    company = await world.company()
    metadata = {
        "customer_number": company.number,
        "number": unique("D8-"),
        "issue_date": "2026-01-02",
    }
    first = await post(publisher, pdf=pdf_bytes(unique("warm")), metadata=metadata)
    assert first.status_code == 201
    monkeypatch.setattr(reading, "SECONDS_WITH_SEAL", 0.000_001)
    metadata["number"] = unique("D8-")
    slow = await post(publisher, pdf=pdf_bytes(unique("slow")), metadata=metadata)
    assert slow.status_code == 201, "what takes too long together is done one by one"
    monkeypatch.setattr(files, "SECONDS", 0.000_001)
    metadata["number"] = unique("D8-")
    refused = await post(publisher, pdf=pdf_bytes(unique("slow")), metadata=metadata)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_pdf")
    ubl = ubl_bytes(unique("D8-"))
    bare = await post(publisher, ubl=ubl, metadata={"customer_number": company.number})
    assert bare.status_code == 201, "a UBL is published although its page takes too long"
    client = await world.signed_in(company.contact)
    detail = (await client.get(f"/documents/{bare.json()['id']}")).json()
    assert (detail["files"], detail["seal"]) == (["ubl", "csv"], None)
    monkeypatch.undo()
    again = await post(publisher, pdf=pdf_bytes(unique("slow")), metadata=metadata)
    assert again.status_code == 201
