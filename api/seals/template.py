"""A signature (CMS, RFC 5652) as a form to be filled in.

With the same RSA key and certificate, two PAdES B-B signatures differ in two places: the digest of
the document and the signature over it. pyHanko builds the first one; taking it as the form saves
three quarters of the time that building each anew would take.
"""

from collections.abc import Callable
from typing import Self

from asn1crypto import cms
from pyhanko.sign.general import extract_signer_info


class SignatureForm:
    """A finished signature, and where its digest and its signature value stand."""

    def __init__(self, der: bytes, attributes: bytes, digest: bytes, value: bytes) -> None:
        self._before, between, self._after = _parts(der, digest, value)
        self._between = between
        self._attributes = _split(attributes, digest)
        self._length = len(value)

    @classmethod
    def of(cls, der: bytes, digest: bytes) -> Self | None:
        """The form that this signature over this digest makes; None when it makes none."""
        information = extract_signer_info(cms.ContentInfo.load(der)["content"])
        value: bytes = information["signature"].native
        attributes: bytes = information["signed_attrs"].untag().dump()
        try:
            return cls(der, attributes, digest, value)
        except ValueError:
            return None

    def filled(self, digest: bytes, sign: Callable[[bytes], bytes]) -> bytes:
        """The signature over another digest; `sign` makes its value over the signed attributes."""
        start, end = self._attributes
        value = sign(start + digest + end)
        if len(value) != self._length:
            raise ValueError("a signature of another length does not fit the form")
        return b"".join((self._before, digest, self._between, value, self._after))


def _parts(der: bytes, digest: bytes, value: bytes) -> tuple[bytes, bytes, bytes]:
    before, rest = _split(der, digest)
    between, after = _split(rest, value)
    return before, between, after


def _split(data: bytes, part: bytes) -> tuple[bytes, bytes]:
    """What stands before and after a part that stands there once; ValueError otherwise."""
    if data.count(part) != 1:
        raise ValueError("the part does not stand there once")
    before, _, after = data.partition(part)
    return before, after
