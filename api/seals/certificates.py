"""Certificates as the portal compares and shows them."""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from api.core.settings import WeakSettingError

_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_NAMES = (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME)


class InvalidCertificateError(WeakSettingError):
    """A certificate or key cannot be used; the message tells the operator why."""


def fingerprint(der: bytes) -> str:
    """SHA-256 of a certificate, in lower-case hexadecimal."""
    return hashlib.sha256(der).hexdigest()


def der_of(certificate: x509.Certificate) -> bytes:
    """The certificate's bytes, as they are compared."""
    return certificate.public_bytes(Encoding.DER)


def name_of(subject: x509.Name) -> str:
    """Who a certificate is about: the organisation, else the common name, else the whole name."""
    for oid in _NAMES:
        for attribute in subject.get_attributes_for_oid(oid):
            text = attribute.value
            if isinstance(text, str) and text.strip():
                return text.strip()
    return subject.rfc4514_string()


def read_certificates(path: Path) -> list[x509.Certificate]:
    """All certificates of a PEM or DER file, or of the files of a folder.

    Raises InvalidCertificateError when there is none, or one cannot be read.
    """
    try:
        files = sorted(p for p in path.iterdir() if p.is_file()) if path.is_dir() else [path]
        found = [certificate for file in files for certificate in _parse(file.read_bytes())]
    except (OSError, ValueError) as error:
        raise InvalidCertificateError(f"{path} cannot be read as certificates: {error}") from error
    if not found:
        raise InvalidCertificateError(f"{path} holds no certificate")
    return found


def _parse(data: bytes) -> list[x509.Certificate]:
    blocks = _PEM.findall(data)
    if blocks:
        return [x509.load_pem_x509_certificate(block) for block in blocks]
    return [x509.load_der_x509_certificate(data)]


def fingerprints(paths: Iterable[Path]) -> frozenset[str]:
    """The fingerprints of the certificates in these files and folders."""
    return frozenset(
        fingerprint(der_of(certificate))
        for path in paths
        for certificate in read_certificates(path)
    )
