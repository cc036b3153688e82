"""Whether a PDF is sealed, by whom, and whether it was changed since.

pyHanko's difference analysis decides whether what follows a seal is permitted, since a signature
alone still fits after an incremental update that shows other pages. Meant for a limited process:
the bytes come from strangers. Nothing is fetched, and no certificate authority is asked: a seal
counts as the issuer's when its certificate is one of the issuer's own.
"""

import asyncio
import logging
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO

from asn1crypto import cms
from asn1crypto.parser import peek
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from api.seals.certificates import fingerprint
from api.seals.facts import Level, Reason, SealFacts, facts_of
from api.seals.leftovers import leftover_seals

MAX_SEALS = 20
# What stands behind a file's last table, or within its last stream of references, to the end.
_TRAILER_END = re.compile(
    rb"\s*(<<.*>>|endstream\s+endobj)?\s*startxref\s+\d+\s+%%EOF\r?\n?", re.DOTALL
)
_LONGEST_TRAILER = 100_000

# Their warnings quote the file, and a seal that does not fit is an answer here, not an incident.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class _Moment:
    """When a file says it was sealed, and whether a time stamp vouches for it."""

    at: datetime | None = None
    level: Level = "B-B"


def check_seal(data: bytes, ours: Collection[str] = ()) -> SealFacts | None:
    """The facts of a PDF's seal, None when it has none.

    `ours` are the fingerprints of the issuer's certificates. Of several seals the issuer's is
    told, else the oldest. Never raises for what is in the file, but for want of memory.
    """
    try:
        found = list(_seals(data, ours))
        readable = True
    except MemoryError:
        raise
    except Exception:
        # A parser in the hands of a hostile file raises anything, RecursionError included.
        found, readable = [], False
    found = found or list(_leftovers(data, ours, readable=readable))
    return next((facts for facts in found if facts.ours), found[0] if found else None)


def _seals(data: bytes, ours: Collection[str]) -> Iterator[SealFacts]:
    reader = _opened(data)
    for seal in reader.embedded_regular_signatures[:MAX_SEALS]:
        yield _facts(seal, len(data), ours)


def _opened(data: bytes) -> PdfFileReader:
    """A strict reader where the file allows it; see `_is_intact` for what a lenient one means."""
    try:
        reader = PdfFileReader(BytesIO(data), strict=True)
        if reader.xrefs.hybrid_xrefs_present:
            reader = PdfFileReader(BytesIO(data), strict=False)
    except PdfReadError:
        reader = PdfFileReader(BytesIO(data), strict=False)
    if reader.encrypted:
        reader.decrypt(b"")
    return reader


def _facts(seal: EmbeddedPdfSignature, size: int, ours: Collection[str]) -> SealFacts:
    nobody = ValidationContext(trust_roots=[], allow_fetching=False)
    try:
        status = asyncio.run(async_validate_pdf_signature(seal, nobody))
    except (SignatureValidationError, PdfReadError, ValueError, KeyError):
        return _told(seal.signed_data, "broken", (), _Moment())
    if not status.valid:
        return _told(seal.signed_data, "broken", (), _moment(status))
    reason: Reason | None = None if _is_intact(seal, status, size) else "changed"
    return _told(seal.signed_data, reason, ours, _moment(status))


def _is_intact(seal: EmbeddedPdfSignature, status: PdfSignatureStatus, size: int) -> bool:
    """The seal fits, and covers every byte or is followed by permitted changes only.

    What follows a seal is judged in files that a strict reader takes: where a reader has to guess,
    as in hybrid-reference files, another reader may show something else.
    """
    if not status.intact or not status.docmdp_ok:
        return False
    start, first, second, last = seal.byte_range
    if start != 0 or second != first + 2 * len(seal.pkcs7_content) + 2:
        return False  # something else stands beside the signature, outside the sealed bytes
    if seal.pkcs7_content[peek(seal.pkcs7_content) :].strip(b"\x00"):
        return False  # or behind it, where nothing but zeros fill the place
    if status.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return bool(second + last == size)
    if status.coverage != SignatureCoverageLevel.ENTIRE_REVISION or not seal.reader.strict:
        return False
    return _ends_with_a_revision(seal)


def _ends_with_a_revision(seal: EmbeddedPdfSignature) -> bool:
    """Revisions follow, and nothing else: bytes that belong to none were not looked at."""
    reader = seal.reader
    last = reader.xrefs.total_revisions - 1
    if seal.signed_revision == last:
        return False
    stream = reader.stream
    stream.seek(reader.xrefs.get_xref_container_info(last).end_location)
    return _TRAILER_END.fullmatch(stream.read(_LONGEST_TRAILER)) is not None


def _moment(status: PdfSignatureStatus) -> _Moment:
    stamp = status.timestamp_validity
    if stamp is not None and stamp.intact and stamp.valid:
        return _Moment(_utc(stamp.timestamp), "B-T")
    return _Moment(_utc(status.signer_reported_dt))


def _utc(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).replace(microsecond=0)


def _leftovers(data: bytes, ours: Collection[str], *, readable: bool) -> Iterator[SealFacts]:
    """Seals that stand in the bytes although readers find none: dropped, or the file is broken.

    In a file that can be read, only a seal that fits the beginning of this very file counts: one
    within an attachment is the attachment's.
    """
    for seal in leftover_seals(data, MAX_SEALS):
        if readable and not seal.fits:
            continue
        if not seal.valid:
            yield _told(seal.signed, "broken", (), _Moment())
        elif seal.fits:
            yield _told(
                seal.signed, "removed" if readable else "changed", ours, _of_revision(seal.revision)
            )
        else:
            yield _told(seal.signed, "changed", ours, _Moment())


def _of_revision(data: bytes) -> _Moment:
    try:
        facts = next(_seals(data, ()))
    except MemoryError:
        raise
    except Exception:
        return _Moment()
    return _Moment(facts.signed_at, facts.level)


def _told(
    signed: cms.SignedData, reason: Reason | None, ours: Collection[str], moment: _Moment
) -> SealFacts:
    der: bytes = extract_certificate_info(signed).signer_cert.dump()
    ours_too = fingerprint(der) in ours
    return facts_of(der, reason=reason, ours=ours_too, signed_at=moment.at, level=moment.level)
