"""The files of a document as they are stored: every PDF sealed, and a page for a bare UBL.

Reading, rendering and preparing happen in limited processes, which know no key; the seal is put on
here. A PDF that is sealed already is kept byte for byte.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

import structlog

from api.core import errors
from api.core.errors import Problem
from api.core.processes import OverLimit, Processes
from api.core.settings import Issuer, Language, Settings
from api.einvoice.parse import read_ubl
from api.einvoice.render import Brand, render_pdf
from api.issuer.reading import Draft, Upload
from api.seals.facts import SealFacts
from api.seals.plan import PreparedPdf, SealPlan
from api.seals.ready import ReadyPdf, Sealing, Unsealable, ready_pdf
from api.seals.sealing import Sealer, SealingUnavailable

log = structlog.get_logger(__name__)

FileKind = Literal["pdf", "ubl"]
SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class DocumentFiles:
    """What is stored of a document, and what its seal says."""

    contents: dict[FileKind, bytes]
    seal: dict[str, Any] | None


class FileMaker(Protocol):
    """Makes the files of a document that is to be published."""

    async def make(self, upload: Upload, draft: Draft, language: Language) -> DocumentFiles:
        """The files to store; raises `INVALID_PDF` or `UNAVAILABLE`."""


class SealingFileMaker:
    """Makes files with the issuer's seal and look, in the processes that check uploads."""

    def __init__(self, settings: Settings, sealer: Sealer, processes: Processes) -> None:
        self._sealer = sealer
        self.sealing = Sealing(sealer.plan, sealer.ours)
        self._processes = processes
        self._brand = brand_of(settings.issuer)
        self._refuses_broken = settings.broken_seals == "refuse"

    async def make(self, upload: Upload, draft: Draft, language: Language) -> DocumentFiles:
        """The files to store; of a UBL whose page cannot be set, the UBL alone.

        Raises `INVALID_PDF` with `broken_seal`, `unsealable` or `too_complex`, and `UNAVAILABLE`
        when the time-stamp server or the key is away: nothing is published unsealed.
        """
        pdf, ubl = upload.pdf, upload.ubl or draft.embedded_ubl
        if pdf is not None:
            ready = draft.ready or await self._ready_upload(pdf)
        elif ubl is not None:
            page = await self._ready_rendering(ubl, language)
            if page is None:
                return DocumentFiles({"ubl": ubl}, None)
            ready = page
        else:
            raise ValueError("a document has a PDF or a UBL file")
        if isinstance(ready, Unsealable):
            raise errors.invalid_pdf("unsealable")
        if isinstance(ready, SealFacts):
            if self._refuses_broken and not ready.intact:
                raise errors.invalid_pdf("broken_seal")
            sealed, facts = pdf or b"", ready
        else:
            sealed, facts = await self._sealed(ready)
        return files_of(sealed, ubl, facts, rendered=pdf is None)

    async def _ready_upload(self, pdf: bytes) -> ReadyPdf:
        ready = await self._processes.run(ready_pdf, pdf, self.sealing, seconds=SECONDS)
        if isinstance(ready, OverLimit):
            raise errors.pdf_over_limit(ready)
        return ready

    async def _ready_rendering(self, ubl: bytes, language: Language) -> PreparedPdf | None:
        """The page of a UBL; None when it cannot be set: the UBL is the invoice, and is enough.

        Raises `Unfinished` for want of time: the next try gives a page.
        """
        try:
            ready = await self._processes.run(
                ready_rendering, ubl, language, self._brand, self._sealer.plan, seconds=SECONDS
            )
        except ValueError as error:
            log.warning("ubl_not_rendered", error=type(error).__name__)
            return None
        return None if isinstance(ready, OverLimit) else ready

    async def _sealed(self, ready: PreparedPdf) -> tuple[bytes, SealFacts]:
        try:
            return await self._sealer.seal(ready), self._sealer.facts(ready)
        except SealingUnavailable as error:
            raise Problem(errors.UNAVAILABLE) from error


def ready_rendering(ubl: bytes, language: Language, brand: Brand, plan: SealPlan) -> PreparedPdf:
    """A readable page for a UBL file, with a place for its seal."""
    from api.seals.preparing import prepare_seal  # noqa: PLC0415 - never in the server

    invoice = read_ubl(ubl).invoice
    pdf = render_pdf(invoice, locale=language, brand=brand, source=ubl)
    return prepare_seal(pdf, plan)


def files_of(pdf: bytes, ubl: bytes | None, facts: SealFacts, *, rendered: bool) -> DocumentFiles:
    """The files with their seal's facts as they are stored."""
    contents: dict[FileKind, bytes] = {"pdf": pdf}
    if ubl is not None:
        contents["ubl"] = ubl
    return DocumentFiles(contents, _stored(facts, rendered=rendered))


def _stored(facts: SealFacts, *, rendered: bool) -> dict[str, Any]:
    return {
        "signer": facts.signer,
        "signed_at": _instant(facts.signed_at) if facts.signed_at else None,
        "intact": facts.intact,
        "by_this_issuer": facts.ours,
        "level": facts.level,
        "rendered": rendered,
        "certificate": {
            "issuer": facts.certificate_issuer,
            "serial": facts.certificate_serial,
            "sha256": facts.certificate_sha256,
            "expires_at": _instant(facts.certificate_expires),
        },
    }


def _instant(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def brand_of(issuer: Issuer) -> Brand:
    """What the issuer's settings put on documents; the logo only where it is an SVG."""
    logo = issuer.logo if issuer.logo and issuer.logo.suffix.lower() == ".svg" else None
    return Brand(
        issuer.name,
        issuer.accent,
        tuple(issuer.address),
        issuer.support_phone,
        issuer.support_email,
        logo.read_bytes() if logo else None,
    )
