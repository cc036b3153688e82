"""D1: a PDF is what it says, whole, and opens."""

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject

from api.einvoice.pdf import InvalidPdf, PdfFacts, inspect_pdf, read_embedded


def made(pages: int = 1, *, user: str | None = None, owner: str | None = None) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    if user is not None:
        writer.encrypt(user, owner, algorithm="AES-256")
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def reason(data: bytes) -> str:
    with pytest.raises(InvalidPdf) as refused:
        inspect_pdf(data)
    return refused.value.reason


def attempt(data: bytes) -> str:
    try:
        inspect_pdf(data)
    except InvalidPdf as refused:
        return refused.reason
    return "accepted"


def test_facts(data: Path) -> None:
    pdf = (data / "pdf" / "own-with-embedded-ubl.pdf").read_bytes()
    assert inspect_pdf(pdf) == PdfFacts(1, "1.3", False, ("2026-00102.xml",))
    assert inspect_pdf(made(3)).pages == 3


def test_embedded_file_is_read_by_name(data: Path) -> None:
    pdf = (data / "pdf" / "own-with-embedded-ubl.pdf").read_bytes()
    ubl = (data / "ubl" / "be-multi-rate-21-12-6-0.xml").read_bytes()
    assert read_embedded(pdf, "2026-00102.xml") == ubl
    with pytest.raises(InvalidPdf, match="no_such_file"):
        read_embedded(pdf, "other.xml")


def test_sample_pdfs(corpus: Path) -> None:
    for path in sorted((corpus / "pdf").glob("*.pdf")):
        if path.name == "corrupt-truncated.pdf":
            assert reason(path.read_bytes()) in ("truncated", "unreadable")
        else:
            assert inspect_pdf(path.read_bytes()).pages >= 1


@pytest.mark.parametrize("junk", [b"", b"%PDF", b"<html>", b"PK\x03\x04", b"\0" * 1000])
def test_sec_D1_not_a_pdf(junk: bytes) -> None:
    assert reason(junk) == "not_pdf"


@pytest.mark.parametrize("front", [b"\n", b"<script>", b"GIF89a", b"\xef\xbb\xbf", b"PK\x03\x04"])
def test_sec_D1_header_must_stand_at_the_first_byte(front: bytes) -> None:
    assert reason(front + made()) == "polyglot"


def zip_of(content: bytes) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w") as archive:
        archive.writestr("a.txt", content)
    return target.getvalue()


def test_sec_D1_pdf_that_is_also_a_zip() -> None:
    pdf = made()
    assert reason(pdf + zip_of(b"x")) == "polyglot"
    assert reason(pdf + zip_of(b"x" * 5000)) == "polyglot"


def test_sec_D1_zip_hidden_before_the_end_of_the_pdf() -> None:
    """The rest of the PDF is the archive's comment."""
    pdf = made()
    cut = pdf.rindex(b"startxref")
    rest = pdf[cut:]
    archive = bytearray(zip_of(b"x"))
    archive[-2:] = len(rest).to_bytes(2, "little")
    assert reason(pdf[:cut] + bytes(archive) + rest) == "polyglot"


def test_embedded_archive_is_no_polyglot() -> None:
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.add_attachment("lines.xlsx", zip_of(b"x"))
    target = BytesIO()
    writer.write(target)
    assert inspect_pdf(target.getvalue()).embedded == ("lines.xlsx",)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_sec_D1_truncated(data: Path, share: float) -> None:
    pdf = (data / "pdf" / "own-with-embedded-ubl.pdf").read_bytes()
    assert reason(pdf[: int(len(pdf) * share)]) == "truncated"


def test_sec_D1_encrypted() -> None:
    assert reason(made(user="secret", owner="other")) == "encrypted"
    restricted = inspect_pdf(made(user="", owner="other"))
    assert restricted.encrypted
    assert restricted.pages == 1


def test_sec_D1_without_pages() -> None:
    assert reason(made(0)) == "no_pages"


def test_small_faults_are_forgiven() -> None:
    pdf = made()
    start = pdf.rindex(b"startxref")
    assert inspect_pdf(pdf[:start] + b"startxref\n7\n%%EOF\n").pages == 1
    assert inspect_pdf(pdf + b"\r\n\0\0").pages == 1
    assert inspect_pdf(pdf + b"\x1b%-12345X").pages == 1


def test_sec_D8_page_tree_that_contains_itself() -> None:
    pdf = made()
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf)))
    tree = writer.root_object["/Pages"].get_object()
    assert isinstance(tree, DictionaryObject)
    kids = tree["/Kids"]
    assert isinstance(kids, ArrayObject)
    assert tree.indirect_reference is not None
    kids.append(tree.indirect_reference)
    target = BytesIO()
    writer.write(target)
    assert attempt(target.getvalue()) in ("accepted", "unreadable")


@given(st.binary(max_size=400))
def test_sec_D8_any_bytes_give_a_reason_and_nothing_else(junk: bytes) -> None:
    with pytest.raises(InvalidPdf):
        inspect_pdf(b"%PDF-1.7\n" + junk + b"\n%%EOF\n")


@given(st.integers(9, 1500), st.binary(min_size=1, max_size=6))
def test_sec_D8_a_damaged_pdf_is_read_or_refused(position: int, junk: bytes) -> None:
    pdf = made(2)
    assert attempt(pdf[:position] + junk + pdf[position + len(junk) :])
