"""The sealer that the settings ask for."""

import structlog
from pyhanko.sign.signers import Signer

from api.core.settings import Settings
from api.seals.certificates import InvalidCertificateError, fingerprints
from api.seals.demo_certificate import demo_certificate
from api.seals.keys import HardwareKey, from_pkcs11, from_pkcs12
from api.seals.sealing import Sealer

log = structlog.get_logger(__name__)


def load_sealer(settings: Settings) -> Sealer:
    """Load the key and the trusted certificates, once for a process.

    Without a key in the settings a demo certificate is used, made in the data directory when it is
    not there yet. Raises InvalidCertificateError with a message for the operator.
    """
    user, password = settings.seal_timestamp_user, settings.seal_timestamp_password
    login = (user, password.get_secret_value()) if user and password else None
    return Sealer(
        _signer(settings),
        trusted=fingerprints(settings.seal_trust),
        timestamp_url=settings.seal_timestamp_url,
        timestamp_login=login,
    )


def _signer(settings: Settings) -> Signer:
    password = settings.seal_password.get_secret_value() if settings.seal_password else None
    if settings.seal_pkcs11_module is not None:
        return from_pkcs11(
            HardwareKey(
                settings.seal_pkcs11_module,
                settings.seal_pkcs11_token or "",
                password,
                settings.seal_pkcs11_key or "",
                settings.seal_certificate,
            )
        )
    if settings.seal_pkcs12 is not None:
        return from_pkcs12(settings.seal_pkcs12, password)
    try:
        path = demo_certificate(settings.data_dir, settings.issuer.name)
    except OSError as error:
        raise InvalidCertificateError(
            f"no certificate is configured (IPORTAL_SEAL_PKCS12), and none for trials can be made "
            f"in {settings.data_dir}: {error.strerror}"
        ) from error
    if not settings.demo:
        log.warning("sealing_with_demo_certificate", file=str(path))
    return from_pkcs12(path, None)
