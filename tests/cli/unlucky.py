"""A check that loses its process on some files."""

from api.einvoice.validate import Validation
from api.issuer.checking import Checks
from api.issuer.checking import check as real
from tests.issuer import tasks


def check(data: bytes, checks: Checks) -> Validation:
    if data.endswith(b"<!-- unlucky -->"):
        tasks.kill()
    return real(data, checks)
