"""A certificate for trials: made once, kept in the data directory, trusted by nobody else."""

import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from cryptography.x509.oid import NameOID

FILE = "demo-seal.p12"
YEARS = 10
_KEY_BITS = 2048


def demo_certificate(folder: Path, issuer_name: str) -> Path:
    """The PKCS#12 file with the demo certificate, made now if it is not there.

    Several processes may ask at once: the first file that is whole stays. Raises OSError.
    """
    target = folder / FILE
    if target.exists():
        return target
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, work = tempfile.mkstemp(prefix=f".{FILE}.", dir=folder)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(_made(issuer_name))
        try:
            os.link(work, target)
        except FileExistsError:
            return target
    finally:
        Path(work).unlink()
    return target


def _made(issuer_name: str) -> bytes:
    key = rsa.generate_private_key(65537, _KEY_BITS)
    # Attribute values are limited to 64 characters (RFC 5280, upper bounds).
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, issuer_name[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{issuer_name[:50]} (demo seal)"),
        ]
    )
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_USAGE, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates(b"seal", key, certificate, None, NoEncryption())


_USAGE = x509.KeyUsage(
    digital_signature=True,
    content_commitment=True,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)
