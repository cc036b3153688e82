"""What one document costs when nothing is stored: the floors that publishing is held to."""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from enum import StrEnum
from multiprocessing import get_context

from api.core.processes import available_cores
from api.core.settings import Settings
from api.einvoice.parse import kind_of
from api.einvoice.schema import check_schema
from api.einvoice.xml import parse
from api.issuer.checking import check, checks_of
from api.issuer.reading import MOST_PROCESSES, Upload, prepare
from api.seals.demo_certificate import demo_certificate
from api.seals.keys import KeptKeySigner, from_pkcs12
from api.seals.preparing import prepare_seal
from api.seals.sealing import Sealer
from tests.bench.seals import signed_by_pyhanko


class Work(StrEnum):
    """How much of it is done."""

    SCHEMA = "parse and schema"
    RULES_AND_SEAL = "parse, schema, rules and pyHanko's seal"
    OWN_SEAL = "parse, schema, rules and our own seal"


def processor_seconds(work: Work, uploads: Sequence[Upload]) -> float:
    """Processor seconds per document, in as many processes as publishing uses.

    A core that shares its caches with another is slower.
    """
    cores = min(MOST_PROCESSES, available_cores())
    parts = [uploads[core::cores] for core in range(cores)]
    with ProcessPoolExecutor(cores, get_context("spawn")) as pool:
        spent = list(pool.map(_spent, [work] * cores, parts))
    return sum(spent) / len(spent)


def _spent(work: Work, uploads: Sequence[Upload]) -> float:
    do = _worker(work, Settings())
    do(uploads[0])
    begun = time.process_time()
    for upload in uploads:
        do(upload)
    return (time.process_time() - begun) / len(uploads)


def _worker(work: Work, settings: Settings) -> Callable[[Upload], object]:
    checks = checks_of(settings)
    signer = from_pkcs12(demo_certificate(settings.data_dir, settings.issuer.name), None)
    sealer = Sealer(signer)
    prepare()
    match work:
        case Work.SCHEMA:
            return _check_schema
        case Work.RULES_AND_SEAL:
            return lambda upload: (check(upload.ubl or b"", checks), _sign(upload, signer))
        case Work.OWN_SEAL:
            return lambda upload: (check(upload.ubl or b"", checks), _seal(upload, sealer))


def _check_schema(upload: Upload) -> None:
    root = parse(upload.ubl or b"")
    check_schema(root, kind_of(root))


def _sign(upload: Upload, signer: KeptKeySigner) -> bytes:
    return asyncio.run(signed_by_pyhanko(upload.pdf or b"", signer))


def _seal(upload: Upload, sealer: Sealer) -> bytes:
    return sealer.seal_now(prepare_seal(upload.pdf or b"", sealer.plan))
