"""Rows of `/portal`, `/auth` and `/me`."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import insert, text

from api.core.crypto import random_token, token_hash
from api.core.database import new_id
from api.models import ApiToken, BrowserSession, Passkey
from tests.security.row import EVERYONE, SESSIONS, SIGNED_IN, Row, account, invitation
from tests.security.scene import Scene
from tests.support.world import PASSWORD

CHALLENGE = {"challenge": "not.a.challenge", "code": "123456"}
CREDENTIAL = {"id": "eA", "rawId": "eA", "type": "public-key"}
TOMORROW = str(datetime.now(UTC).date() + timedelta(days=1))
NOT_MAIN = SESSIONS - {"main_contact"}


async def browser_session(scene: Scene) -> dict[str, str]:
    """Another browser in which the main contact is signed in."""
    session_id = new_id()
    async with scene.world.owner.begin() as connection:
        await connection.execute(
            insert(BrowserSession).values(
                id=session_id,
                user_id=scene.company.contact.id,
                token_hash=token_hash(random_token()),
                expires_at=text("now() + interval '1 day'"),
            )
        )
    return {"session": str(session_id)}


async def api_token(scene: Scene) -> dict[str, str]:
    """A token of the main contact."""
    token_id = new_id()
    async with scene.world.owner.begin() as connection:
        await connection.execute(
            insert(ApiToken).values(
                id=token_id,
                user_id=scene.company.contact.id,
                name="row",
                secret_hash=uuid4().bytes * 2,
                scopes=["documents:read"],
                expires_at=text("now() + interval '1 day'"),
            )
        )
    return {"token": str(token_id)}


async def passkey(scene: Scene) -> dict[str, str]:
    """A passkey of the main contact."""
    passkey_id = new_id()
    async with scene.world.owner.begin() as connection:
        await connection.execute(
            insert(Passkey).values(
                id=passkey_id,
                user_id=scene.company.contact.id,
                credential_id=uuid4().bytes,
                public_key=b"",
                sign_count=0,
                name="row",
            )
        )
    return {"passkey": str(passkey_id)}


ACCOUNT_ROWS: tuple[Row, ...] = (
    Row("read_portal", EVERYONE),
    Row("read_logo", EVERYONE, status=404),
    Row("verify_pdf", EVERYONE, pdf="file"),
    Row(
        "sign_in",
        EVERYONE,
        json={"email": "$fresh_email", "password": PASSWORD},
        prepare=account,
        ends_session=True,
    ),
    Row("sign_out", SESSIONS, status=204, ends_session=True),
    Row(
        "step_up",
        SESSIONS,
        status=204,
        json={"password": PASSWORD, "code": "123456"},
        new_person=True,
        differs={"staff": 401},
    ),
    Row("forgot_password", EVERYONE, status=202, json={"email": "nobody@example.com"}),
    Row("reset_password", EVERYONE, status=404, json={"token": "x" * 43, "password": PASSWORD}),
    Row("sign_in_with_code", EVERYONE, status=401, json=CHALLENGE),
    Row("start_mfa_recovery", EVERYONE, status=401, json={"challenge": "not.a.challenge"}),
    Row("verify_mfa_recovery", EVERYONE, status=401, json=CHALLENGE),
    Row("confirm_mfa_recovery", EVERYONE, status=401, json=CHALLENGE),
    Row("confirm_recovery_origin", EVERYONE, status=401, json=CHALLENGE),
    Row("resend_invitation", EVERYONE, status=202, json={"email": "nobody@example.com"}),
    Row("read_invitation", EVERYONE, path={"token": "$fresh_token"}, prepare=invitation),
    Row(
        "accept_invitation",
        EVERYONE,
        path={"token": "$fresh_token"},
        json={"password": PASSWORD},
        prepare=invitation,
        differs=dict.fromkeys(SESSIONS, 409),
        ends_session=True,
    ),
    Row("read_me", SIGNED_IN),
    Row("change_me", SESSIONS, json={"first_name": "Ada", "last_name": "King", "language": "en"}),
    Row(
        "change_password",
        SESSIONS,
        status=204,
        json={"current_password": PASSWORD, "new_password": "a quite different sentence"},
        new_person=True,
    ),
    Row(
        "request_recovery_email",
        SESSIONS,
        status=202,
        json={"email": "recovery@example.com"},
        new_person=True,
    ),
    Row("verify_recovery_email", SESSIONS, status=422, json={"code": "123456"}, new_person=True),
    Row("request_email", SESSIONS, status=202, json={"email": "new@example.com"}, new_person=True),
    Row("verify_email", SESSIONS, status=422, json={"code": "123456"}, new_person=True),
    Row("list_sessions", SESSIONS),
    Row(
        "end_session",
        SESSIONS,
        status=204,
        path={"session_id": "$session"},
        prepare=browser_session,
        blind=NOT_MAIN,
    ),
    Row("export_me", SESSIONS),
    Row("erase_me", SESSIONS, status=202, new_person=True, differs={"staff": 403}),
    Row(
        "start_mfa_enrolment",
        SESSIONS,
        status=202,
        json={"recovery_email": "recovery@example.com"},
        new_person=True,
        differs={"staff": 409},
    ),
    Row(
        "confirm_mfa_recovery_code",
        SESSIONS,
        status=409,
        json={"code": "123456"},
        new_person=True,
    ),
    Row("confirm_mfa_enrolment", SESSIONS, status=409, json={"code": "123456"}, new_person=True),
    Row(
        "disable_mfa",
        SESSIONS,
        status=409,
        json={"password": PASSWORD, "code": "123456"},
        new_person=True,
        differs={"staff": 422},
    ),
    Row("postpone_mfa", SESSIONS, status=204, new_person=True),
    Row("list_api_tokens", SESSIONS),
    Row(
        "create_api_token",
        SESSIONS,
        status=201,
        json={
            "name": "Accounting",
            "scopes": ["documents:read"],
            "customer_ids": ["$customer"],
            "expires_on": TOMORROW,
        },
    ),
    Row(
        "revoke_api_token",
        SESSIONS,
        status=204,
        path={"token_id": "$token"},
        prepare=api_token,
        blind=NOT_MAIN,
    ),
    Row("list_passkeys", SESSIONS),
    Row("offer_passkey", SESSIONS),
    Row(
        "add_passkey",
        SESSIONS,
        status=422,
        json={
            "challenge": "not.a.challenge",
            "name": "Laptop",
            "credential": {
                **CREDENTIAL,
                "response": {"clientDataJSON": "eA", "attestationObject": "eA"},
            },
        },
    ),
    Row(
        "remove_passkey",
        SESSIONS,
        status=204,
        path={"passkey_id": "$passkey"},
        prepare=passkey,
        blind=NOT_MAIN,
    ),
    Row("offer_passkey_sign_in", EVERYONE, json={"challenge": None}),
    Row(
        "sign_in_with_passkey",
        EVERYONE,
        status=401,
        json={
            "challenge": "not.a.challenge",
            "credential": {
                **CREDENTIAL,
                "response": {
                    "clientDataJSON": "eA",
                    "authenticatorData": "eA",
                    "signature": "eA",
                    "userHandle": "eA",
                },
            },
        },
    ),
)
