"""Settings refuse what would make the portal unsafe, and tell what to do instead."""

from typing import Any

import pytest
from pydantic import ValidationError

from api.cli.portal import ENGINE_VARIABLES, embedded_engines
from api.core.settings import Settings
from api.embedded import Engine

STRONG = "kR8xV2mQ7pL4wZ9tB3nH6yD1cF5gJ0sA"


def settings(**changes: Any) -> Settings:
    values: dict[str, Any] = {
        "database_url": "postgresql+asyncpg://localhost/none",
        "redis_url": "redis://localhost",
        "s3_endpoint_url": "http://localhost",
        "s3_access_key_id": "key",
        "s3_secret_access_key": "secret",
        "smtp_host": "localhost",
        "secret_key": STRONG,
        **changes,
    }
    return Settings(**values)


@pytest.mark.parametrize("secret", ["", "short", "a" * 64, "changeme" * 8, "abcabcabc" * 5])
def test_a_weak_secret_is_refused(secret: str) -> None:
    with pytest.raises(ValidationError, match="secret_key"):
        settings(secret_key=secret)


def test_without_a_secret_nothing_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IPORTAL_SECRET_KEY", raising=False)
    with pytest.raises(ValidationError, match="secret_key"):
        settings(secret_key=None)


def test_http_is_only_for_this_machine_unless_said_otherwise() -> None:
    with pytest.raises(ValidationError, match="https"):
        settings(public_url="http://portal.example")
    assert settings(public_url="http://portal.example", cookie_secure=False).cookie_secure is False
    assert settings(public_url="http://localhost:8000").session_cookie == "session"
    assert settings(public_url="https://portal.example").session_cookie == "__Host-session"


@pytest.mark.parametrize(
    "url", ["portal.example", "ftp://portal.example", "https://", "https://portal.example/x"]
)
def test_a_public_url_is_an_origin(url: str) -> None:
    with pytest.raises(ValidationError, match="origin"):
        settings(public_url=url)


def test_the_public_url_follows_host_and_port() -> None:
    assert settings(port=9001).public_url == "http://127.0.0.1:9001"
    assert settings(host="0.0.0.0", port=9001).public_url == "http://127.0.0.1:9001"


@pytest.mark.parametrize("engine", list(Engine))
def test_an_engine_that_runs_elsewhere_is_not_started(
    monkeypatch: pytest.MonkeyPatch, engine: Engine
) -> None:
    for name in ENGINE_VARIABLES.values():
        monkeypatch.delenv(name, raising=False)
    assert embedded_engines() == frozenset(Engine)
    monkeypatch.setenv(ENGINE_VARIABLES[engine], "elsewhere")
    assert embedded_engines() == frozenset(Engine) - {engine}
