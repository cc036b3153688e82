"""What callers say and get: which engines, and where they are."""

from dataclasses import dataclass
from enum import StrEnum


class Engine(StrEnum):
    """One of the services that can be started from wheels."""

    POSTGRES = "postgres"
    VALKEY = "valkey"
    S3 = "s3"
    MAIL = "mail"


class EngineError(Exception):
    """An engine cannot be started or used; the text is meant for the person at the terminal."""


@dataclass(frozen=True)
class EngineAddresses:
    """Where the embedded engines are; what is not embedded is None."""

    database_url: str | None = None
    """For the app: `iportal_app` owns nothing and is bound by row-level security."""
    owner_database_url: str | None = None
    """For migrations and tests: `iportal_owner` is a superuser."""
    redis_url: str | None = None
    s3_endpoint_url: str | None = None
    s3_bucket: str | None = None
    s3_access_key_id: str | None = None
    s3_secret_access_key: str | None = None
    smtp_host: str | None = None
    smtp_port: int | None = None
    mailbox_url: str | None = None
