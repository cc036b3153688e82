"""Seals are PAdES, found good by pyHanko and by poppler, and leave the uploaded bytes alone."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from api.seals.checking import check_seal
from api.seals.keys import KeptKeySigner
from api.seals.plan import UnsealableError
from api.seals.preparing import prepare_seal
from api.seals.sealing import Sealer
from tests.einvoice.conftest import CORPUS
from tests.seals.support import (
    blank,
    certificate,
    pdfsig,
    reader_of,
    rsa_key,
    sample,
    sealed,
    sealer,
    text_of,
)


@pytest.mark.parametrize(
    "data",
    [sample(), blank(3), blank(form=True), blank(owner="owner")],
    ids=["with an embedded file", "pages", "a form", "restricted"],
)
def test_a_seal_is_pades_and_good_for_pyhanko_and_poppler(data: bytes, tmp_path: Path) -> None:
    issuer = sealer()
    pdf = sealed(data)
    assert pdf.startswith(data), "the uploaded bytes stay as they are"
    reader = reader_of(pdf)
    if reader.encrypted:
        reader.decrypt(b"")
    (seal,) = reader.embedded_regular_signatures
    assert seal.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert seal.docmdp_level == MDPPerm.FILL_FORMS
    context = ValidationContext(trust_roots=[seal.signer_cert], allow_fetching=False)
    status = asyncio.run(async_validate_pdf_signature(seal, context))
    assert status.bottom_line
    assert "UNTOUCHED" in status.summary()
    facts = check_seal(pdf, issuer.ours)
    assert facts is not None
    assert (facts.intact, facts.ours, facts.reason, facts.level) == (True, True, None, "B-B")
    assert facts.signer == "Lumen Lease"
    assert facts.signed_at is not None
    assert abs(facts.signed_at - datetime.now(UTC)) < timedelta(minutes=1)
    told = pdfsig(pdf, tmp_path)
    if not reader.encrypted:
        assert "Signature is Valid" in told, told
        assert "Total document signed" in told
        assert "ETSI.CAdES.detached" in told


def test_what_is_not_sealed_says_so() -> None:
    assert check_seal(sample()) is None
    assert check_seal(b"") is None
    assert check_seal(b"%PDF-1.7 and nothing else") is None


def test_another_issuer_is_not_ours() -> None:
    pdf = sealed(blank(), sealer("Somebody Else"))
    facts = check_seal(pdf, sealer().ours)
    assert facts is not None
    assert (facts.intact, facts.ours, facts.signer) == (True, False, "Somebody Else")


def test_the_same_name_on_another_certificate_is_not_ours() -> None:
    key = rsa_key()
    forger = Sealer(KeptKeySigner(key, certificate("Lumen Lease", key), []))
    facts = check_seal(sealed(blank(), forger), sealer().ours)
    assert facts is not None
    assert (facts.signer, facts.intact, facts.ours) == ("Lumen Lease", True, False)


def test_samples_from_word_processors_are_sealed_too(tmp_path: Path) -> None:
    if not CORPUS.is_dir():
        pytest.skip("the corpus of sample documents is not checked out")
    for path in sorted((CORPUS / "pdf").glob("*.pdf")):
        data = path.read_bytes()
        if path.name == "corrupt-truncated.pdf":
            with pytest.raises(UnsealableError):
                prepare_seal(data, sealer().plan)
            continue
        pdf = sealed(data)
        facts = check_seal(pdf, sealer().ours)
        assert facts is not None, path.name
        assert facts.intact, path.name
        assert text_of(pdf) == text_of(data), path.name
        assert "Signature is Valid" in pdfsig(pdf, tmp_path), path.name


def test_a_damaged_file_with_a_seal_takes_no_other() -> None:
    """Written anew it would keep the seal that was broken, and be told as changed for ever."""
    pdf = re.sub(rb"/ByteRange \[[^\]]*\]", b"/ByteRange [0 1 2 3]", sealed(sample()))
    pdf = re.sub(rb"startxref\s+\d+", b"startxref\n7", pdf)
    assert check_seal(pdf, sealer().ours) is None
    with pytest.raises(UnsealableError):
        prepare_seal(pdf, sealer().plan)
    mended = re.sub(rb"startxref\s+\d+", b"startxref\n7", sample())
    assert check_seal(sealed(mended), sealer().ours) is not None


def test_a_form_gives_the_same_signature_as_building_it(tmp_path: Path) -> None:
    """The second seal of a process is filled in; RSA (PKCS#1 v1.5) makes it comparable."""
    key = rsa_key()
    made = certificate("Lumen Lease", key)
    first = Sealer(KeptKeySigner(key, made, []))
    second = Sealer(KeptKeySigner(key, made, []))
    first.seal_now(prepare_seal(blank(), first.plan))
    prepared = prepare_seal(sample(), first.plan)
    filled_in, built = first.seal_now(prepared), second.seal_now(prepared)
    assert filled_in == built
    assert "Signature is Valid" in pdfsig(filled_in, tmp_path)
