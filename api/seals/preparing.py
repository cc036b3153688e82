"""The first half of sealing: a place for the seal is made in the PDF, without the key.

Reading a PDF is the dangerous part, so this runs in a limited process that holds no key; what goes
back is the file with an empty place, and the digest of all the rest.
"""

import asyncio
import logging
from datetime import UTC, datetime
from io import BytesIO

from asn1crypto import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    MDPPerm,
    SigFieldSpec,
    SigSeedSubFilter,
    append_signature_field,
    enumerate_sig_fields,
)
from pyhanko.sign.signers import ExternalSigner, PdfSignatureMetadata, PdfSigner
from pypdf import PdfWriter

from api.seals.plan import DIGEST, PreparedPdf, SealPlan, UnsealableError

# Their warnings quote the file, so a hostile one could write what it likes into the log.
for _name in ("pypdf", "pyhanko"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

FIELD = "Seal"


def prepare_seal(data: bytes, plan: SealPlan) -> PreparedPdf:
    """Make a place for a seal. The uploaded bytes stay as they are; the seal is appended.

    A file that is no clean PDF is written anew first: one with hybrid references (as Word writes),
    since readers disagree on such files and strict checks refuse their seals, or with a damaged
    table. Raises UnsealableError.
    """
    try:
        return _prepared(data, plan)
    except MemoryError:
        raise
    except Exception as first:
        try:
            return _prepared(_without_seals(_written_anew(data)), plan)
        except MemoryError:
            raise
        except Exception as error:
            raise UnsealableError(type(error).__name__) from first


def _prepared(data: bytes, plan: SealPlan) -> PreparedPdf:
    reader = PdfFileReader(BytesIO(data), strict=True)
    if reader.xrefs.hybrid_xrefs_present:
        data = _without_hybrid_references(reader)
        reader = PdfFileReader(BytesIO(data), strict=True)
    writer = IncrementalPdfFileWriter.from_reader(reader)
    if reader.encrypted:
        writer.encrypt(b"")
    now = datetime.now(UTC).replace(microsecond=0)
    first = not reader.embedded_signatures
    field = _free_name(reader)
    signer = PdfSigner(_metadata(field, certifies=first), _absent_signer(plan))
    lock = _lock_of(reader)
    if lock is not None:
        append_signature_field(writer, SigFieldSpec(field, field_mdp_spec=lock))
    output = BytesIO()
    digest, _, _ = asyncio.run(
        signer.async_digest_doc_for_signing(writer, bytes_reserved=plan.reserved, output=output)
    )
    return PreparedPdf(
        output.getvalue(),
        digest.document_digest,
        digest.reserved_region_start,
        digest.reserved_region_end,
        now,
    )


def _metadata(field: str, *, certifies: bool) -> PdfSignatureMetadata:
    """A certification where it is the first signature: then readers refuse changes by themselves.

    Others may still sign after us, as an approval by the customer; nothing else may be changed.
    """
    return PdfSignatureMetadata(
        field_name=field,
        md_algorithm=DIGEST,
        subfilter=SigSeedSubFilter.PADES,
        certify=certifies,
        docmdp_permissions=MDPPerm.FILL_FORMS,
    )


def _absent_signer(plan: SealPlan) -> ExternalSigner:
    return ExternalSigner(x509.Certificate.load(plan.certificate), None)


def _lock_of(reader: PdfFileReader) -> FieldMDPSpec | None:
    """Locks the form fields that the document has, so that nobody fills in another amount."""
    form = reader.root.get("/AcroForm")
    fields = form.get_object().get("/Fields") if form is not None else None
    names = [str(f.get_object()["/T"]) for f in fields or () if "/T" in f.get_object()]
    return FieldMDPSpec(FieldMDPAction.INCLUDE, names) if names else None


def _free_name(reader: PdfFileReader) -> str:
    taken = {name for name, _, _ in enumerate_sig_fields(reader)}
    names = (FIELD, *(f"{FIELD}{number}" for number in range(2, 1000)))
    return next(name for name in names if name not in taken)


def _without_hybrid_references(reader: PdfFileReader) -> bytes:
    if reader.encrypted:
        reader.decrypt(b"")
    target = BytesIO()
    copy_into_new_writer(reader).write(target)
    return target.getvalue()


def _without_seals(data: bytes) -> bytes:
    """The same file; one in which a seal was left cannot be mended, since the seal is broken then.

    Raises UnsealableError.
    """
    if PdfFileReader(BytesIO(data)).embedded_signatures:
        raise UnsealableError("a damaged file with a seal")
    return data


def _written_anew(data: bytes) -> bytes:
    """Read what is damaged where it can be read, as viewers do."""
    target = BytesIO()
    try:
        PdfWriter(clone_from=BytesIO(data)).write(target)
    except PdfError as error:
        raise UnsealableError(type(error).__name__) from error
    return target.getvalue()
