"""What is told about a PDF's seal."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cryptography import x509

from api.seals.certificates import fingerprint, name_of

_LONGEST_NAME = 200

Level = Literal["B-B", "B-T"]
Reason = Literal["changed", "removed", "broken"]


@dataclass(frozen=True, slots=True)
class SealFacts:
    """A seal (PAdES, ETSI EN 319 142-1), as its file and certificate tell it.

    `signer` is only what the certificate says: unless `ours`, anyone may have written it there.
    `reason` tells why it is not intact: the file was `changed` after sealing; the seal was
    `removed` by a later change; the seal itself is `broken`, so that not even its signer is sure.
    """

    signer: str
    signed_at: datetime | None
    intact: bool
    ours: bool
    reason: Reason | None
    level: Level
    certificate_sha256: str
    certificate_issuer: str
    certificate_serial: str
    certificate_expires: datetime


def facts_of(
    der: bytes, *, reason: Reason | None, ours: bool, signed_at: datetime | None, level: Level
) -> SealFacts:
    """The facts of a seal with this certificate."""
    certificate = x509.load_der_x509_certificate(der)
    return SealFacts(
        signer=name_of(certificate.subject)[:_LONGEST_NAME],
        signed_at=signed_at,
        intact=reason is None,
        ours=ours,
        reason=reason,
        level=level,
        certificate_sha256=fingerprint(der),
        certificate_issuer=name_of(certificate.issuer)[:_LONGEST_NAME],
        certificate_serial=f"{certificate.serial_number:x}",
        certificate_expires=certificate.not_valid_after_utc,
    )
