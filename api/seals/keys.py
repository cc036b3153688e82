"""The sealing key: from a PKCS#12 file, or in a PKCS#11 module that it never leaves."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.sign.signers import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from api.seals.certificates import InvalidCertificateError, der_of, read_certificates

if TYPE_CHECKING:
    from pyhanko.sign.pkcs11 import PKCS11Signer

_MIN_RSA_BITS = 2048
_Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class HardwareKey:
    """Where a PKCS#11 module keeps the key; the certificate is there too, or in a file."""

    module: Path
    token: str
    pin: str | None
    key_label: str
    certificate: Path | None = None


class KeptKeySigner(Signer):
    """A signer that keeps the loaded key: loading an RSA key anew costs more than sealing."""

    def __init__(
        self, key: _Key, certificate: x509.Certificate, chain: list[x509.Certificate]
    ) -> None:
        store = SimpleCertificateStore()
        store.register_multiple([_asn1(other) for other in chain])
        super().__init__(signing_cert=_asn1(certificate), cert_registry=store)
        self._key = key

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        """The signature value over these bytes."""
        return self.sign_now(data)

    @property
    def is_rsa(self) -> bool:
        """Whether its signature values all have the same length."""
        return isinstance(self._key, rsa.RSAPrivateKey)

    def sign_now(self, data: bytes) -> bytes:
        """PKCS#1 v1.5 or ECDSA over SHA-256, the only digest that is asked for here."""
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self._key.sign(data, ec.ECDSA(hashes.SHA256()))


def from_pkcs12(path: Path, password: str | None) -> KeptKeySigner:
    """The key and certificates of a PKCS#12 file. Raises InvalidCertificateError."""
    try:
        key, certificate, chain = pkcs12.load_key_and_certificates(
            path.read_bytes(), password.encode() if password else None
        )
    except OSError as error:
        raise InvalidCertificateError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise InvalidCertificateError(
            f"{path} is not a PKCS#12 file, or the password is wrong"
        ) from error
    if certificate is None or key is None:
        raise InvalidCertificateError(f"{path} lacks the key or its certificate")
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise InvalidCertificateError(f"{path}: PDF readers know RSA and ECDSA keys only")
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size < _MIN_RSA_BITS:
        raise InvalidCertificateError(f"{path}: an RSA key needs at least {_MIN_RSA_BITS} bits")
    return KeptKeySigner(key, certificate, chain)


def from_pkcs11(where: HardwareKey) -> "PKCS11Signer":
    """A signer whose key stays in its module. Raises InvalidCertificateError.

    Its operations must not be interleaved: a session does one thing at a time.
    """
    try:
        from pkcs11 import PKCS11Error  # noqa: PLC0415
        from pyhanko.config.pkcs11 import TokenCriteria  # noqa: PLC0415
        from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session  # noqa: PLC0415
    except ImportError as error:
        raise InvalidCertificateError(
            "PKCS#11 needs the extra: pip install 'i-portal[pkcs11]'"
        ) from error
    known = read_certificates(where.certificate) if where.certificate else []
    try:
        session = open_pkcs11_session(
            str(where.module), token_criteria=TokenCriteria(label=where.token), user_pin=where.pin
        )
        signer = PKCS11Signer(
            session,
            key_label=where.key_label,
            cert_label=None if known else where.key_label,
            signing_cert=_asn1(known[0]) if known else None,
            ca_chain=[_asn1(other) for other in known[1:]],
        )
        found = signer.signing_cert is not None
    except (PKCS11Error, RuntimeError, OSError) as error:
        raise InvalidCertificateError(
            f"the key {where.key_label} of the token {where.token} cannot be used: "
            f"{str(error) or type(error).__name__}"
        ) from error
    if not found:
        raise InvalidCertificateError(
            f"the token {where.token} holds no certificate {where.key_label}"
        )
    return signer


def _asn1(certificate: x509.Certificate) -> asn1.Certificate:
    return asn1.Certificate.load(der_of(certificate))
