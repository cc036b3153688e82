"""From a generated document to what is stored of it: read, checked, sealed, in processes."""

import multiprocessing
import os
import signal
from concurrent.futures import ProcessPoolExecutor

from api.core.settings import Settings
from api.demo.generator import DemoDocument
from api.demo.letters import letter_pdf
from api.einvoice.render import Brand, render_pdf
from api.einvoice.ubl import write_ubl
from api.issuer.checking import Checks
from api.issuer.files import DocumentFiles, files_of
from api.issuer.reading import Draft, Upload, draft_of
from api.issuer.schemas import DocumentMetadata
from api.seals.loading import load_sealer
from api.seals.preparing import prepare_seal
from api.seals.sealing import Sealer

MAX_PROCESSES = 4
Prepared = tuple[Upload, Draft]
Finished = tuple[Upload, Draft, DocumentFiles]
_loaded: list[Sealer] = []


def prepare(document: DemoDocument, brand: Brand, checks: Checks) -> Prepared:
    """Write the files of a document, read and check them as publishing does."""
    upload = _upload(document, brand)
    return upload, draft_of(upload, checks)


def finish(document: DemoDocument, brand: Brand, checks: Checks) -> Finished:
    """The same, with the files sealed as they are stored; in a process of `process_pool` only."""
    upload, draft = prepare(document, brand, checks)
    sealer = _loaded[0]
    ready = prepare_seal(upload.pdf or b"", sealer.plan)
    files = files_of(sealer.seal_now(ready), upload.ubl, sealer.facts(ready), rendered=False)
    return upload, draft, files


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


def process_pool(settings: Settings) -> ProcessPoolExecutor:
    """Processes for `finish`. They are spawned, since the parent may run threads."""
    return ProcessPoolExecutor(
        min(MAX_PROCESSES, os.cpu_count() or 1),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(settings,),
    )


def _begin(settings: Settings) -> None:
    # Ctrl-C reaches the whole group; the parent ends the pool without tracebacks.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _loaded.append(load_sealer(settings))
