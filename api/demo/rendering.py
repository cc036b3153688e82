"""From a generated document to what a publisher sends, read and checked, in worker processes."""

import multiprocessing
import os
import signal
from concurrent.futures import ProcessPoolExecutor

from api.core.settings import Issuer
from api.demo.generator import DemoDocument
from api.demo.letters import letter_pdf
from api.einvoice.render import Brand, render_pdf
from api.einvoice.ubl import write_ubl
from api.issuer.checking import Checks
from api.issuer.reading import Draft, Upload, draft_of
from api.issuer.schemas import DocumentMetadata

MAX_PROCESSES = 4
Prepared = tuple[Upload, Draft]


def brand_of(issuer: Issuer) -> Brand:
    """What the issuer's settings put on documents."""
    return Brand(
        issuer.name,
        issuer.accent,
        tuple(issuer.address),
        issuer.support_phone,
        issuer.support_email,
        issuer.logo.read_bytes() if issuer.logo else None,
    )


def prepare(document: DemoDocument, brand: Brand, checks: Checks) -> Prepared:
    """Write the files of a document, read and check them as publishing does."""
    upload = _upload(document, brand)
    return upload, draft_of(upload, checks)


def _upload(document: DemoDocument, brand: Brand) -> Upload:
    number = document.company.number
    if document.invoice is not None:
        pdf = render_pdf(document.invoice, locale=document.language, brand=brand)
        metadata = DocumentMetadata(customer_number=number)
        return Upload(pdf, write_ubl(document.invoice), metadata)
    if document.letter is None:
        raise ValueError(f"{document.number} is neither an invoice nor a letter")
    metadata = DocumentMetadata(
        customer_number=number,
        kind=document.kind,
        number=document.number,
        issue_date=document.issue_date,
        title=document.letter.title,
    )
    return Upload(letter_pdf(document.letter, brand), None, metadata)


def process_pool() -> ProcessPoolExecutor:
    """Processes for `prepare`. They are spawned, since the parent may run threads."""
    return ProcessPoolExecutor(
        min(MAX_PROCESSES, os.cpu_count() or 1),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_leave_signals_to_parent,
    )


def _leave_signals_to_parent() -> None:
    # Ctrl-C reaches the whole group; the parent ends the pool without tracebacks.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
