"""Whatever is changed after sealing is told, and what may follow a seal is let through."""

import asyncio
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, PdfTimeStamper
from pypdf import PdfWriter

from api.seals.checking import check_seal
from api.seals.facts import SealFacts
from api.seals.keys import KeptKeySigner
from tests.seals.support import (
    authority,
    blank,
    certificate,
    pdfsig,
    rsa_key,
    sample,
    sealed,
    sealer,
    with_field,
    written,
)

name = generic.pdf_name


def facts(data: bytes) -> SealFacts:
    found = check_seal(data, sealer().ours)
    assert found is not None
    return found


def updated(data: bytes) -> IncrementalPdfFileWriter:
    return IncrementalPdfFileWriter(BytesIO(data))


def other_content(data: bytes) -> bytes:
    """The first page shows something else: another account number, for instance."""
    writer = updated(data)
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    stream = generic.StreamObject(stream_data=b"BT /F1 12 Tf (BE00 0000 0000 0000) Tj ET")
    page[name("/Contents")] = writer.add_object(stream)
    writer.mark_update(page.container_ref)
    return written(writer)


def annotation(data: bytes) -> bytes:
    """A note that covers an amount."""
    writer = updated(data)
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    note = generic.DictionaryObject(
        {
            name("/Type"): name("/Annot"),
            name("/Subtype"): name("/FreeText"),
            name("/Rect"): generic.ArrayObject([generic.NumberObject(n) for n in (0, 0, 500, 500)]),
            name("/Contents"): generic.pdf_string("Pay to BE00"),
        }
    )
    page[name("/Annots")] = generic.ArrayObject([writer.add_object(note)])
    writer.mark_update(page.container_ref)
    return written(writer)


def other_embedded_file(data: bytes) -> bytes:
    """The invoice that machines read is replaced, the page stays."""
    writer = updated(data)
    names = writer.root["/Names"].get_object()
    names[name("/EmbeddedFiles")] = generic.DictionaryObject()
    writer.mark_update(names.container_ref)
    return written(writer)


def filled_in(data: bytes) -> bytes:
    """A form field that the sealed document has gets another value."""
    writer = updated(data)
    field = writer.root["/AcroForm"]["/Fields"][0].get_object()
    field[name("/V")] = generic.pdf_string("BE00 0000 0000 0000")
    writer.mark_update(field.container_ref)
    return written(writer)


def without_the_seal(data: bytes) -> bytes:
    """The form that holds the seal is taken out of the document."""
    writer = updated(data)
    for key in ("/AcroForm", "/Perms"):
        if key in writer.root:
            del writer.root[name(key)]
    writer.update_root()
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page.pop(name("/Annots"), None)
    writer.mark_update(page.container_ref)
    return written(writer)


def flipped(data: bytes) -> bytes:
    place = len(sample()) // 2
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def behind_the_signature(data: bytes) -> bytes:
    """Within the place for the seal, which the seal does not cover, behind its last byte."""
    end = data.rindex(b"00>")
    return data[:end] + b"80>" + data[end + 3 :]


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "other content": other_content,
    "annotation": annotation,
    "other embedded file": other_embedded_file,
    "flipped": flipped,
    "line break": lambda data: data + b"\n",
    "something behind": lambda data: data + b"<html>",
    "much behind": lambda data: data + b"x" * 5000,
    "cut": lambda data: data[:-400],
    "behind the signature": behind_the_signature,
    "end repeated": lambda data: data + data[data.rindex(b"startxref") :],
}


@pytest.mark.parametrize("change", CHANGES)
def test_changes_after_sealing_are_told(change: str) -> None:
    told = facts(CHANGES[change](sealed(sample())))
    assert (told.ours, told.intact, told.reason) == (True, False, "changed")
    assert told.signer == "Lumen Lease"


def test_a_filled_in_field_is_a_change() -> None:
    told = facts(filled_in(sealed(blank(form=True))))
    assert (told.ours, told.intact, told.reason) == (True, False, "changed")


def test_a_seal_that_was_taken_out_is_told() -> None:
    told = facts(without_the_seal(sealed(sample())))
    assert (told.ours, told.intact, told.reason) == (True, False, "removed")
    assert told.signed_at is not None


def test_pdfsig_alone_calls_some_changes_valid(tmp_path: Path) -> None:
    """Why the difference analysis is needed: the signature of the first part still fits."""
    changed = other_content(sealed(sample()))
    assert "Signature is Valid" in pdfsig(changed, tmp_path)
    assert not facts(changed).intact


def test_a_signature_that_does_not_fit_its_certificate_is_nobodys() -> None:
    pdf = sealed(sample())
    start = pdf.rindex(b"/Contents <") + 700
    spoilt = pdf[:start] + (b"A" if pdf[start : start + 1] != b"A" else b"B") + pdf[start + 1 :]
    told = facts(spoilt)
    assert (told.ours, told.intact, told.reason) == (False, False, "broken")


def test_a_sealed_attachment_does_not_seal_the_letter() -> None:
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.add_attachment("invoice.pdf", sealed(sample()))
    for embedded in writer.attachment_list:
        assert embedded.content
    target = BytesIO()
    writer.write(target)
    assert check_seal(target.getvalue(), sealer().ours) is None


def test_another_signature_may_follow() -> None:
    """A customer approves a sealed invoice by signing it."""
    key = rsa_key()
    signer = KeptKeySigner(key, certificate("Customer", key), [])
    metadata = PdfSignatureMetadata(field_name="Approval", subfilter=SigSeedSubFilter.PADES)
    writer = updated(sealed(sample()))
    approved = asyncio.run(PdfSigner(metadata, signer).async_sign_pdf(writer))
    told = facts(approved.getvalue())
    assert (told.ours, told.intact, told.signer) == (True, True, "Lumen Lease")
    assert not facts(approved.getvalue() + b"\n").intact


def test_a_document_time_stamp_may_follow() -> None:
    writer = updated(sealed(sample()))
    stamped = asyncio.run(PdfTimeStamper(authority()).async_timestamp_pdf(writer, "sha256"))
    told = facts(stamped.getvalue())
    assert (told.ours, told.intact) == (True, True)


def test_nothing_in_a_file_makes_the_check_fail() -> None:
    pdf = sealed(with_field(sample()))
    for place in range(0, len(pdf), max(1, len(pdf) // 150)):
        broken = pdf[:place] + b"\xff\x00<<" + pdf[place + 4 :]
        told = check_seal(broken, sealer().ours)
        assert told is None or not told.intact, place
