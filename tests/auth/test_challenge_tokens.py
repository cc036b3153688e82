"""The one wrapper around python-jose: every trap of SECURITY.md, tried."""

import base64
import json
import time
from datetime import timedelta
from typing import Any

import pytest
from jose import jwt

from api.core.challenge_tokens import MAX_BYTES, Purpose, issue, read
from api.core.crypto import derived_key
from api.core.database import new_id
from tests.support.browser import refused
from tests.support.world import World

SECRET = "a-secret-for-these-tests-0123456789-abc"
LASTS = timedelta(minutes=5)


def forged(purpose: Purpose = "mfa", key: bytes | None = None, **changes: Any) -> str:
    """A token as an attacker would like it, with our key when none is given."""
    now = int(time.time())
    claims = {
        "iss": "i-portal",
        "aud": purpose,
        "sub": str(new_id()),
        "jti": str(new_id()),
        "iat": now,
        "exp": now + 300,
        **changes,
    }
    claims = {name: value for name, value in claims.items() if value is not None}
    token: str = jwt.encode(claims, key or derived_key(SECRET, f"challenge/{purpose}"))
    return token


def test_what_was_issued_is_read_back() -> None:
    challenge_id, user_id = new_id(), new_id()
    claims = read(SECRET, "mfa", issue(SECRET, "mfa", challenge_id, user_id, LASTS))
    assert claims is not None
    assert (claims.id, claims.user_id) == (challenge_id, user_id)
    anonymous = read(SECRET, "passkey", issue(SECRET, "passkey", challenge_id, None, LASTS))
    assert anonymous is not None
    assert anonymous.user_id is None


def test_the_forgery_helper_makes_good_tokens() -> None:
    assert read(SECRET, "mfa", forged()) is not None


@pytest.mark.parametrize("claim", ["iss", "aud", "sub", "jti", "iat", "exp"])
def test_every_claim_is_required(claim: str) -> None:
    changes: dict[str, Any] = {claim: None}
    assert read(SECRET, "mfa", forged(**changes)) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": 1},
        {"iss": "someone-else"},
        {"aud": "recover"},
        {"aud": ["recover", "passkey"]},
        {"sub": "nobody"},
        {"jti": "1"},
        {"jti": 7},
        {"sub": {"a": 1}},
    ],
)
def test_wrong_claims_are_refused(changes: dict[str, Any]) -> None:
    assert read(SECRET, "mfa", forged(**changes)) is None


def test_a_token_is_good_for_one_purpose() -> None:
    token = issue(SECRET, "recover", new_id(), new_id(), LASTS)
    assert read(SECRET, "recover", token) is not None
    assert read(SECRET, "mfa", token) is None
    assert read(SECRET, "passkey", token) is None
    # Not even when its audience lies: each purpose has a key of its own.
    key = derived_key(SECRET, "challenge/recover")
    assert read(SECRET, "mfa", forged("mfa", key)) is None


def encoded(value: Any) -> str:
    """A part of a token."""
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_other_algorithms_are_refused() -> None:
    _, payload, signature = forged().split(".")
    for algorithm in ("none", "None", "HS384", "HS512", "RS256", "HS25", "HS2566", "", None):
        header = encoded({"alg": algorithm, "typ": "JWT"})
        assert read(SECRET, "mfa", f"{header}.{payload}.{signature}") is None
        assert read(SECRET, "mfa", f"{header}.{payload}.") is None


def test_hostile_headers_do_no_harm() -> None:
    nested = b"[" * 1_000 + b"]" * 1_000
    for header in (nested, b'{"a":' * 300 + b"1" + b"}" * 300, b"\xff\xfe", b"{}", b"null", b"[]"):
        token = f"{encoded(header)}.{encoded({})}.AAAA"
        assert read(SECRET, "mfa", token[:MAX_BYTES]) is None
    for token in ("", ".", "..", "a.b.c", "é.é.é", "\x00", "a" * 5_000):
        assert read(SECRET, "mfa", token) is None


def test_tokens_beyond_two_kilobytes_are_not_looked_at() -> None:
    assert read(SECRET, "mfa", forged(extra="x" * 1_000)) is not None
    assert read(SECRET, "mfa", forged(extra="x" * 2_000)) is None


@pytest.mark.parametrize("path", ["", "/recovery/verify", "/recovery/confirm"])
async def test_bad_challenges_are_401_in_the_api(world: World, path: str) -> None:
    for token in ("", "a.b.c", forged(), "x" * 4_000):
        answer = await world.client().post(
            f"/auth/mfa{path}", json={"challenge": token, "code": "123456"}
        )
        assert refused(answer) == (401, "invalid_challenge")
