"""Seals found in a file's bytes, without reading it as a PDF.

A later update may take the seal out of the document, and damage may make the document unreadable.
The sealed bytes and the signature are still there, so that it can be told what became of them.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from asn1crypto import cms
from pyhanko.sign.general import extract_certificate_info, extract_signer_info
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]")
_CONTAINER = re.compile(rb"<[0-9A-Fa-f]{64,}>")


@dataclass(frozen=True, slots=True)
class LeftoverSeal:
    """A signature in the bytes: `valid` by its certificate's key, and `fits` the bytes it names."""

    signed: cms.SignedData
    valid: bool
    fits: bool
    revision: bytes
    """The file up to the end of what was sealed."""


def leftover_seals(data: bytes, most: int) -> Iterator[LeftoverSeal]:
    """The first seals that cover the file from its beginning, as far as they can be read."""
    for count, match in enumerate(_BYTE_RANGE.finditer(data)):
        if count == most:
            return
        first, second, last = (int(number) for number in match.groups())
        if not first < second <= len(data):
            continue
        if _CONTAINER.fullmatch(data, first, second) is None:
            continue
        seal = _read(data, first, second, last)
        if seal is not None:
            yield seal


def _read(data: bytes, first: int, second: int, last: int) -> LeftoverSeal | None:
    try:
        content = bytes.fromhex(data[first + 1 : second - 1].decode("ascii"))
        signed: cms.SignedData = cms.ContentInfo.load(content)["content"]
        information = extract_signer_info(signed)
        digest = hashlib.new(information["digest_algorithm"]["algorithm"].native)
        digest.update(memoryview(data)[:first])
        digest.update(memoryview(data)[second : second + last])
        certificate = extract_certificate_info(signed).signer_cert
        fits, valid = validate_sig_integrity(information, certificate, "data", digest.digest())
    except MemoryError:
        raise
    except Exception:
        # Not a signature, or one that cannot be told from noise.
        return None
    return LeftoverSeal(signed, valid, fits and valid, data[: second + last])
