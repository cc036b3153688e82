"""What the two halves of sealing tell each other; it knows no PDF library."""

from dataclasses import dataclass
from datetime import datetime

DIGEST = "sha256"


class UnsealableError(Exception):
    """The PDF cannot take a seal, although it can be read."""


@dataclass(frozen=True, slots=True)
class SealPlan:
    """What sealing needs to know of the certificate: its DER bytes, and the room for the seal."""

    certificate: bytes
    reserved: int  # hexadecimal digits, that is twice the bytes


@dataclass(frozen=True, slots=True)
class PreparedPdf:
    """A PDF with an empty place for its seal, from `start` to `end`, and the digest of the rest."""

    data: bytes
    digest: bytes
    start: int
    end: int
    prepared_at: datetime
