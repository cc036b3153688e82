"""Where keys come from, and what an operator is told when one cannot be used."""

import os
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from api.core.settings import Settings
from api.seals.certificates import (
    InvalidCertificateError,
    der_of,
    fingerprint,
    fingerprints,
    read_certificates,
)
from api.seals.checking import check_seal
from api.seals.demo_certificate import demo_certificate
from api.seals.keys import HardwareKey, from_pkcs11, from_pkcs12
from api.seals.loading import load_sealer
from api.seals.sealing import Sealer
from tests.seals.support import (
    blank,
    certificate,
    pdfsig,
    rsa_key,
    sample,
    sealed,
    write_pkcs12,
)
from tests.support.tools import softhsm_module, tool

PIN = "1234"


@pytest.mark.parametrize("kind", ["RSA", "ECDSA"])
def test_pkcs12_with_a_password(tmp_path: Path, kind: str) -> None:
    key = rsa_key() if kind == "RSA" else ec.generate_private_key(ec.SECP256R1())
    path = tmp_path / "seal.p12"
    write_pkcs12(path, "Issuer", key, "secret")
    sealer = Sealer(from_pkcs12(path, "secret"))
    facts = check_seal(sealed(blank(), sealer), sealer.ours)
    assert facts is not None
    assert (facts.intact, facts.ours, facts.signer) == (True, True, "Issuer")
    for password in (None, "wrong"):
        with pytest.raises(InvalidCertificateError, match="password"):
            from_pkcs12(path, password)


def test_keys_that_readers_do_not_know_are_refused(tmp_path: Path) -> None:
    small = rsa.generate_private_key(65537, 1024)
    write_pkcs12(tmp_path / "small.p12", "Issuer", small)
    with pytest.raises(InvalidCertificateError, match="2048 bits"):
        from_pkcs12(tmp_path / "small.p12", None)
    with pytest.raises(InvalidCertificateError, match="cannot be read"):
        from_pkcs12(tmp_path / "absent.p12", None)
    (tmp_path / "text.p12").write_text("no key")
    with pytest.raises(InvalidCertificateError, match="not a PKCS#12"):
        from_pkcs12(tmp_path / "text.p12", None)
    other = pkcs12.serialize_key_and_certificates(
        b"x", ed25519.Ed25519PrivateKey.generate(), None, None, NoEncryption()
    )
    (tmp_path / "bare.p12").write_bytes(other)
    with pytest.raises(InvalidCertificateError, match="lacks"):
        from_pkcs12(tmp_path / "bare.p12", None)


def test_demo_certificate_is_made_once(tmp_path: Path) -> None:
    path = demo_certificate(tmp_path / "var", "Lumen Lease")
    assert path.stat().st_mode & 0o077 == 0
    before = path.read_bytes()
    assert demo_certificate(tmp_path / "var", "Lumen Lease") == path
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
    facts = check_seal(sealed(sample(), Sealer(from_pkcs12(path, None))))
    assert facts is not None
    assert facts.signer == "Lumen Lease"


def test_settings_choose_the_key_and_whom_to_trust(settings: Settings, tmp_path: Path) -> None:
    made = write_pkcs12(tmp_path / "seal.p12", "Issuer", rsa_key(), "secret")
    former = certificate("Former", rsa_key())
    (tmp_path / "former.pem").write_bytes(former.public_bytes(Encoding.PEM))
    chosen = settings.model_copy(
        update={
            "seal_pkcs12": tmp_path / "seal.p12",
            "seal_password": type(settings.secret_key)("secret"),
            "seal_trust": [tmp_path / "former.pem"],
        }
    )
    assert load_sealer(chosen).ours == {fingerprint(der_of(c)) for c in (made, former)}
    kept = settings.model_copy(update={"data_dir": tmp_path / "var"})
    assert load_sealer(kept).ours == load_sealer(kept).ours


def test_trusted_certificates_are_read_from_files_and_folders(tmp_path: Path) -> None:
    first, second = certificate("First", rsa_key()), certificate("Second", rsa_key())
    folder = tmp_path / "trust"
    folder.mkdir()
    both = first.public_bytes(Encoding.PEM) + second.public_bytes(Encoding.PEM)
    (folder / "both.pem").write_bytes(both)
    (tmp_path / "second.der").write_bytes(second.public_bytes(Encoding.DER))
    assert read_certificates(folder) == [first, second]
    assert fingerprints([folder, tmp_path / "second.der"]) == fingerprints([folder])
    for content in (b"", b"no certificate"):
        (tmp_path / "broken.pem").write_bytes(content)
        with pytest.raises(InvalidCertificateError):
            read_certificates(tmp_path / "broken.pem")


@pytest.fixture
def token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A SoftHSM token with a key and its certificate, both labelled `seal`."""
    (tmp_path / "tokens").mkdir()
    configuration = tmp_path / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {tmp_path / 'tokens'}\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(configuration))
    key = tmp_path / "key.pem"
    pem = rsa_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    key.write_bytes(pem)
    for arguments in (
        ["--init-token", "--free", "--label", "issuer", "--so-pin", PIN, "--pin", PIN],
        ["--import", str(key), "--token", "issuer", "--label", "seal", "--id", "01", "--pin", PIN],
    ):
        subprocess.run(
            [tool("softhsm2-util"), "--module", softhsm_module(), *arguments],
            env={**os.environ, "SOFTHSM2_CONF": str(configuration)},
            check=True,
            capture_output=True,
        )
    return "issuer"


def test_a_key_in_a_module_never_leaves_it(token: str, tmp_path: Path) -> None:
    made = certificate("Hardware", rsa_key())
    (tmp_path / "seal.pem").write_bytes(made.public_bytes(Encoding.PEM))
    module = Path(softhsm_module())
    key = HardwareKey(module, token, PIN, "seal", tmp_path / "seal.pem")
    sealer = Sealer(from_pkcs11(key))
    for _ in range(2):
        pdf = sealed(sample(), sealer)
        facts = check_seal(pdf, sealer.ours)
        assert facts is not None
        assert (facts.intact, facts.ours, facts.signer) == (True, True, "Hardware")
    assert "Signature is Valid" in pdfsig(pdf, tmp_path)
    with pytest.raises(InvalidCertificateError, match="absent"):
        from_pkcs11(HardwareKey(module, "absent", PIN, "seal", tmp_path / "seal.pem"))
    with pytest.raises(InvalidCertificateError):
        from_pkcs11(HardwareKey(tmp_path / "no.so", token, PIN, "seal", tmp_path / "seal.pem"))
