"""Certificates, PDFs and other people's tools for the tests of seals."""

import subprocess
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path

from asn1crypto import keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pypdf import PdfReader, PdfWriter

from api.seals.certificates import der_of
from api.seals.keys import KeptKeySigner
from api.seals.preparing import prepare_seal
from api.seals.sealing import Sealer
from tests.support.tools import tool

DATA = Path(__file__).parents[1] / "data" / "pdf"
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """A key, made once per run."""
    return rsa.generate_private_key(65537, bits)


def certificate(
    name: str, key: Key, *, stamps: bool = False, days: float = 400
) -> x509.Certificate:
    """A certificate that nobody else vouches for."""
    subject = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    )
    if stamps:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(usage, critical=True)
    return builder.sign(key, hashes.SHA256())


def write_pkcs12(
    path: Path, name: str, key: Key, password: str | None = None, *, days: float = 400
) -> x509.Certificate:
    """A PKCS#12 file as operators get it, good for so many days."""
    made = certificate(name, key, days=days)
    protection = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"x", key, made, None, protection))
    return made


@cache
def sealer(name: str = "Lumen Lease") -> Sealer:
    """An issuer's sealer; each name is another issuer with a key of its own."""
    key = rsa.generate_private_key(65537, 2048)
    return Sealer(KeptKeySigner(key, certificate(name, key), []))


def sealed(data: bytes, by: Sealer | None = None) -> bytes:
    """The PDF with a seal."""
    chosen = by or sealer()
    return chosen.seal_now(prepare_seal(data, chosen.plan))


def sample() -> bytes:
    """A PDF of our own, with an embedded file."""
    return (DATA / "own-with-embedded-ubl.pdf").read_bytes()


def blank(pages: int = 1, *, form: bool = False, owner: str | None = None) -> bytes:
    """Empty pages; with a form field, or with restrictions, if asked for."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    if owner:
        writer.encrypt("", owner, algorithm="AES-256")
    target = BytesIO()
    writer.write(target)
    return with_field(target.getvalue()) if form else target.getvalue()


def with_field(data: bytes) -> bytes:
    """The PDF with a text field named IBAN."""
    name = generic.pdf_name
    writer = IncrementalPdfFileWriter(BytesIO(data))
    field = writer.add_object(
        generic.DictionaryObject(
            {
                name("/FT"): name("/Tx"),
                name("/T"): generic.pdf_string("IBAN"),
                name("/V"): generic.pdf_string("BE62 9990 0456 7861"),
                name("/Type"): name("/Annot"),
                name("/Subtype"): name("/Widget"),
                name("/Rect"): generic.ArrayObject(
                    [generic.NumberObject(n) for n in (9, 9, 99, 29)]
                ),
            }
        )
    )
    writer.root[name("/AcroForm")] = generic.DictionaryObject(
        {name("/Fields"): generic.ArrayObject([field])}
    )
    writer.update_root()
    return written(writer)


def written(writer: IncrementalPdfFileWriter) -> bytes:
    """What an incremental writer made."""
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def pdfsig(data: bytes, folder: Path) -> str:
    """What poppler says about the signatures of a PDF."""
    path = folder / "checked.pdf"
    path.write_bytes(data)
    done = subprocess.run(
        [tool("pdfsig"), "-nocert", str(path)], capture_output=True, text=True, check=False
    )
    return done.stdout


def text_of(data: bytes) -> str:
    """The text of all pages, as another library reads it."""
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages)


def reader_of(data: bytes) -> PdfFileReader:
    """The PDF as pyHanko sees it."""
    return PdfFileReader(BytesIO(data))


def authority() -> DummyTimeStamper:
    """A time-stamp authority that answers for itself."""
    key = rsa_key()
    made = certificate("Authority", key, stamps=True)
    own = asn1.Certificate.load(der_of(made))
    store = SimpleCertificateStore.from_certs([own])
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return DummyTimeStamper(own, keys.PrivateKeyInfo.load(der), certs_to_embed=store)
