"""Everything an operator can set, read from `IPORTAL_…` environment variables."""

import json
import os
import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    EmailStr,
    Field,
    NonNegativeInt,
    PositiveInt,
    SecretStr,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Language = Literal["fr", "nl", "de", "en"]
Network = IPv4Network | IPv6Network
ROOT = Path(__file__).resolve().parents[2]
ANY_HOSTS = {"0.0.0.0", "::", ""}  # noqa: S104
LOOPBACK_HOSTS = {"127.0.0.1", "localhost", "::1"}
MIN_SECRET_LENGTH = 32
MIN_SECRET_SYMBOLS = 12


class WeakSettingError(ValueError):
    """A setting that would make the portal unsafe; the message tells what to do instead."""


def strong_secret(value: SecretStr) -> SecretStr:
    """Refuse a secret that is short or made of few different symbols."""
    text = value.get_secret_value()
    if len(text) < MIN_SECRET_LENGTH or len(set(text)) < MIN_SECRET_SYMBOLS:
        raise WeakSettingError(
            f"at least {MIN_SECRET_LENGTH} random characters, for instance from "
            "`python3 -c 'import secrets; print(secrets.token_urlsafe(48))'`"
        )
    return value


def accent_colour(value: str) -> str:
    """Accept `#rrggbb` only: the value reaches style sheets and mails."""
    if not re.fullmatch(r"#[0-9a-f]{6}", value, re.IGNORECASE):
        raise ValueError("a colour is written #rrggbb")
    return value.lower()


def origin(value: str) -> str:
    """Reduce a URL to its origin, since links in mails are built on it."""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        raise ValueError("an origin such as https://invoices.example.com, without a path")
    return f"{parts.scheme}://{parts.netloc}"


def own_address(host: str, port: int | str) -> str:
    """Where a portal that listens there is reached on its own machine."""
    return f"http://{'127.0.0.1' if host in ANY_HOSTS else host}:{port}"


def paths(value: Any) -> Any:
    """Split `a.pem:b.pem` as the PATH is; a JSON list is accepted too."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        return json.loads(value)
    return [part.strip() for part in re.split(f"[{os.pathsep},]", value) if part.strip()]


def words(value: Any) -> Any:
    """Split `a, b` at commas and blanks; a JSON list is accepted too."""
    if not isinstance(value, str):
        return value
    return json.loads(value) if value.lstrip().startswith("[") else value.replace(",", " ").split()


def host_or_network(value: Any) -> Any:
    """Read an address or a range of them as a network, and all else as the name of a host."""
    if not isinstance(value, str):
        return value
    try:
        return ip_network(value)
    except ValueError:
        if not re.fullmatch(r"(?!-)[a-z0-9-]+(\.[a-z0-9-]+)*", value.lower()):
            raise ValueError("a host such as erp.example.com, or a range as 10.1.0.0/16") from None
        return value.lower()


def known_timezone(value: str) -> str:
    """Accept what the time zone database knows: digests leave at an hour of that place."""
    try:
        ZoneInfo(value)
    except (ValueError, ZoneInfoNotFoundError, OSError) as error:
        raise ValueError("a time zone such as Europe/Brussels") from error
    return value


class Issuer(BaseModel):
    """Who publishes: shown on screens, in mails and on rendered documents."""

    name: str = "Lumen Lease"
    accent: Annotated[str, AfterValidator(accent_colour)] = "#0b6e6e"
    logo: Path | None = None
    address: list[str] = ["Rue des Tilleuls 12", "1000 Bruxelles"]
    support_phone: str = "+32 2 555 01 20"
    support_email: EmailStr = "help@lumen-lease.example"
    sender: EmailStr = "invoices@lumen-lease.example"


class Settings(BaseSettings):
    """The settings of one deployment, which serves one issuer."""

    model_config = SettingsConfigDict(
        env_prefix="IPORTAL_",
        env_nested_delimiter="__",
        env_ignore_empty=True,
        extra="ignore",
    )

    # Engines
    database_url: str
    owner_database_url: str | None = None
    database_pool_size: PositiveInt = 4
    database_direct_pool_size: PositiveInt = 3
    redis_url: str
    s3_endpoint_url: str
    s3_bucket: str = "iportal"
    s3_region: str = "us-east-1"
    s3_access_key_id: str
    s3_secret_access_key: SecretStr
    smtp_host: str
    smtp_port: PositiveInt = 25
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    smtp_security: Literal["none", "starttls", "tls"] = "none"
    smtp_connections: PositiveInt = 8

    # Where and how it runs
    public_url: str = ""
    host: str = "127.0.0.1"
    port: PositiveInt = 8000
    data_dir: Path = Path("var")
    frontend_dir: Path = ROOT / "frontend" / "dist"
    secret_key: Annotated[SecretStr, AfterValidator(strong_secret)]
    cookie_secure: bool | None = None
    trusted_proxies: list[str] = []
    log_format: Literal["json", "console"] = "json"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    # The issuer and its policies
    issuer: Issuer = Issuer()
    languages: list[Language] = ["fr", "nl", "de", "en"]
    default_language: Language = "fr"
    mfa_policy: Literal["optional", "required"] = "optional"
    retention_years: PositiveInt = 7
    # A UBL that breaks a rule of EN 16931 or Peppol is refused, or published and marked.
    invalid_ubl: Literal["refuse", "mark"] = "refuse"
    # A release of the Peppol rules, such as 2026.5; without one, that in force on the day.
    peppol_release: str | None = None
    password_min_length: Annotated[int, Field(ge=12, le=128)] = 15
    timezone: Annotated[str, AfterValidator(known_timezone)] = "Europe/Brussels"

    # Mail
    dkim_key: SecretStr | None = None
    dkim_selector: str = "iportal"
    dkim_domain: str | None = None
    return_path: EmailStr | None = None
    attachment_max_bytes: PositiveInt = 7_000_000
    link_access: Literal["pdf", "files", "off"] = "pdf"
    link_days: PositiveInt = 30
    digest_hour: Annotated[int, Field(ge=0, le=23)] = 7

    # The seal on PDFs: a PKCS#12 file, or a key that stays in a PKCS#11 module
    seal_pkcs12: Path | None = None
    seal_pkcs11_module: Path | None = None
    seal_pkcs11_token: str | None = None
    seal_pkcs11_key: str | None = None
    seal_password: SecretStr | None = None
    seal_certificate: Path | None = None
    seal_timestamp_url: str | None = None
    seal_timestamp_user: str | None = None
    seal_timestamp_password: SecretStr | None = None
    seal_trust: Annotated[list[Path], NoDecode, BeforeValidator(paths)] = []
    broken_seals: Literal["refuse", "mark"] = "refuse"

    # Webhooks: hosts and ranges of the inner network that may be called too, also without TLS
    outbound_allow: Annotated[
        list[Annotated[str | Network, BeforeValidator(host_or_network)]],
        NoDecode,
        BeforeValidator(words),
    ] = []
    webhook_log_days: PositiveInt = 30

    # Limits
    verify_per_minute: PositiveInt = 60
    max_json_bytes: PositiveInt = 1_000_000
    max_upload_bytes: PositiveInt = 50_000_000
    max_archive_documents: PositiveInt = 500
    max_import_bytes: PositiveInt = 20_000_000
    max_import_rows: PositiveInt = 50_000
    head_timeout_seconds: PositiveInt = 20
    body_timeout_seconds: PositiveInt = 60
    # How long a client may take in next to nothing of its answer.
    send_timeout_seconds: PositiveInt = 60
    session_idle_minutes: PositiveInt = 60
    session_absolute_hours: PositiveInt = 24
    invitation_days: PositiveInt = 7
    mfa_postpone_days: NonNegativeInt = 30
    download_days: PositiveInt = 7
    # How long the ZIP of a print batch stays; it can be built again.
    print_batch_days: PositiveInt = 30
    downloads_per_user: PositiveInt = 100
    download_documents_per_user: PositiveInt = 100_000

    # Processes of limited memory and time that check what is uploaded; without a number, one per
    # core, four at most.
    checking_processes: PositiveInt | None = None

    # For trials
    demo: bool = False

    @model_validator(mode="after")
    def _complete_public_url(self) -> Self:
        self.public_url = origin(self.public_url or own_address(self.host, self.port))
        return self

    @model_validator(mode="after")
    def _refuse_cleartext_sessions(self) -> Self:
        parts = urlsplit(self.public_url)
        if self.cookie_secure is None:
            self.cookie_secure = parts.scheme == "https"
            if not self.cookie_secure and parts.hostname not in LOOPBACK_HOSTS:
                raise WeakSettingError(
                    "IPORTAL_PUBLIC_URL must be https; only for trials behind a closed network "
                    "may IPORTAL_COOKIE_SECURE=false allow http"
                )
        return self

    @model_validator(mode="after")
    def _complete_seal(self) -> Self:
        if self.seal_pkcs11_module and not (self.seal_pkcs11_token and self.seal_pkcs11_key):
            raise ValueError(
                "a key in a module needs IPORTAL_SEAL_PKCS11_TOKEN and IPORTAL_SEAL_PKCS11_KEY"
            )
        return self

    @property
    def session_cookie(self) -> str:
        """The cookie's name; the `__Host-` prefix binds it to this host over TLS."""
        return "__Host-session" if self.cookie_secure else "session"

    @property
    def device_cookie(self) -> str:
        """The name of the cookie by which a browser is known again."""
        return "__Host-device" if self.cookie_secure else "device"

    @property
    def migration_url(self) -> str:
        """The role that owns the tables; the app's own role must own nothing (T2)."""
        return self.owner_database_url or self.database_url
