"""Sealing and checking a PDF, beside pyHanko doing the same by itself."""

import asyncio
import time
from collections.abc import Callable
from io import BytesIO

from cryptography.hazmat.primitives.asymmetric import rsa
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from api.core.settings import Settings
from api.seals.checking import check_seal
from api.seals.keys import KeptKeySigner
from api.seals.preparing import prepare_seal
from api.seals.sealing import RESERVED, Sealer
from tests.bench.report import Measure
from tests.seals.support import certificate, reader_of
from tests.support.world import pdf_bytes

ROUNDS = 100
PDF_BYTES = 100_000


def measure_seals(_: Settings) -> list[Measure]:
    """Documents per second of one process; pyHanko has the same loaded key."""
    key = rsa.generate_private_key(65537, 2048)
    signer = KeptKeySigner(key, certificate("Bench", key), [])
    sealer = Sealer(signer)
    pdf = pdf_bytes("x" * PDF_BYTES)
    sealed = sealer.seal_now(prepare_seal(pdf, sealer.plan))
    sealing = (
        _per_second(lambda: sealer.seal_now(prepare_seal(pdf, sealer.plan))),
        _per_second(lambda: asyncio.run(signed_by_pyhanko(pdf, signer))),
    )
    checking = (
        _per_second(lambda: check_seal(sealed, sealer.ours)),
        _per_second(lambda: asyncio.run(_checked_by_pyhanko(sealed))),
    )
    return [
        Measure("PDFs sealed/s", *sealing, at_least=3.0),
        Measure("seals checked/s", *checking, at_least=0.80),
    ]


def _per_second(work: Callable[[], object]) -> float:
    work()
    begun = time.perf_counter()
    for _ in range(ROUNDS):
        work()
    return ROUNDS / (time.perf_counter() - begun)


async def signed_by_pyhanko(pdf: bytes, signer: KeptKeySigner) -> bytes:
    """The PDF, sealed the way pyHanko does it by itself."""
    metadata = PdfSignatureMetadata(
        field_name="Seal",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.FILL_FORMS,
    )
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    output = BytesIO()
    await PdfSigner(metadata, signer).async_sign_pdf(writer, bytes_reserved=RESERVED, output=output)
    return output.getvalue()


async def _checked_by_pyhanko(sealed: bytes) -> bool:
    (seal,) = reader_of(sealed).embedded_regular_signatures
    context = ValidationContext(trust_roots=[], allow_fetching=False)
    status = await async_validate_pdf_signature(seal, context)
    return status.valid and status.intact
