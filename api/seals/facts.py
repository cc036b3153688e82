"""What is told about a PDF's seal."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

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
