"""The mails of accounts: every kind in every language, text and HTML, as API.md's "Mails" asks."""

import email
import email.policy
import re
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from sqlalchemy import insert, text

from api.accounts.codes import CodePurpose
from api.accounts.mails import Change
from api.core.database import new_id
from api.core.i18n import LANGUAGES, catalogue
from api.core.settings import Language
from api.mailer import Mail, letter
from api.models import AccountMail
from api.paper_requests.service import Step
from tests.support.browser import browser, challenge
from tests.support.post import SIX_DIGITS, Post
from tests.support.world import World, unique

LINK = "https://portal.example.com/password/reset/abc-DEF_123"
KINDS: list[tuple[str, dict[str, Any]]] = [
    *(
        ("account_code", {"purpose": purpose, "code": "012345"})
        for purpose in get_args(CodePurpose)
    ),
    *(
        (
            "account_change",
            {"change": change, "name": "Laptop", "address": "new@example.org", "when": "today"},
        )
        for change in get_args(Change)
    ),
    ("password_reset", {"link": LINK}),
    ("invitation", {"link": LINK, "invitation_days": 7, "retention_years": 7}),
    (
        "question",
        {
            "asker": "Ada Lovelace",
            "document": "Invoice 2026-1",
            "customer_number": "DL-1",
            "customer_name": "Acme",
            "message": "Why\ntwice <b>?",
            "link": LINK,
        },
    ),
    *(
        (
            "paper_request",
            {
                "step": step,
                "document": "Invoice 2026-1",
                "figure": "€7.50",
                "instructions": "To BE68\n5390 <b>",
                "reason": "Sent <b>",
                "address": "Quay 1\n4000 Liège",
                "link": LINK,
            },
        )
        for step in get_args(Step)
    ),
    ("new_device", {"device": "Firefox, Linux", "network": "192.0.2.7", "when": "today"}),
]


def part(message: Any, kind: str) -> str:
    """The text or HTML of a mail."""
    content: str = message.get_body((kind,)).get_content()
    return content


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("template", "parameters"), KINDS, ids=lambda value: str(value)[:60].replace("'", "")
)
def test_every_mail_in_every_language(
    world: World, language: Language, template: str, parameters: dict[str, Any]
) -> None:
    account = "ada@example.com"
    mail = Mail(
        id=new_id(),
        template=template,
        language=language,
        recipient="recovery@example.org",
        parameters={"account": account, **parameters},
        sent_at=datetime.now(UTC),
    )
    data = letter(mail, world.settings).data
    message = email.message_from_bytes(data, policy=email.policy.default)
    plain, html = part(message, "plain"), part(message, "html")
    assert message["To"] == "recovery@example.org"
    assert world.settings.issuer.name in message["Subject"]
    assert message["Content-Language"] == language
    assert f'lang="{language}"' in html
    assert "prefers-color-scheme: dark" in html
    for content in (plain, html):
        # A mail to a recovery address names the account it is about.
        assert account in content
        assert "{" not in re.sub(r"(?s)<style.*?</style>|style=\"[^\"]*\"", "", content)
        assert all(line in content for line in world.settings.issuer.address)
    codes = ["012345"] if template == "account_code" else []
    assert SIX_DIGITS.findall(plain) == codes
    if "link" in parameters:
        assert [line for line in plain.splitlines() if LINK in line] == [LINK]
        assert f'href="{LINK}"' in html


def test_all_languages_have_the_same_sentences_in_the_same_order() -> None:
    keys = [list(catalogue(language)) for language in LANGUAGES]
    assert all(found == keys[0] for found in keys)
    for key in keys[0]:
        placeholders = {
            frozenset(re.findall(r"\{([\w.]+)\}", catalogue(language)[key]))
            for language in LANGUAGES
        }
        assert len(placeholders) == 1, key


async def test_a_retried_mail_carries_the_same_code_and_message_id(
    world: World, post: Post
) -> None:
    person, recovery = await world.person(), f"{unique('recovery')}@example.org"
    await world.enrol(person, recovery=recovery)
    client = browser(world, "10.95.0.1")
    body = {"challenge": await challenge(client, person)}
    await client.post("/auth/mfa/recovery", json=body)
    code = await post.code(recovery)
    async with world.owner.begin() as connection:
        # As after a worker that died between the server's 250 and its own commit (F12).
        await connection.execute(
            text("UPDATE account_mails SET state = 'waiting' WHERE user_id = :id").bindparams(
                id=person.id
            )
        )
        await connection.execute(
            text(
                "INSERT INTO outbox (id, job, subject_id) SELECT gen_random_uuid(),"
                " 'send_account_mail', id FROM account_mails WHERE user_id = :id"
            ).bindparams(id=person.id)
        )
    again, first = await post.mails(recovery)
    assert again["text"] == first["text"]
    assert code in again["text"]
    identifiers = [dict(mail["headers"])["Message-ID"] for mail in (again, first)]
    assert identifiers[0] == identifiers[1]


async def test_a_code_that_is_over_is_not_mailed(world: World, post: Post) -> None:
    person = await world.person()
    async with world.owner.begin() as connection:
        mail_id = new_id()
        await connection.execute(
            insert(AccountMail).values(
                id=mail_id,
                kind="code",
                user_id=person.id,
                recipient=person.email,
                subject_id=new_id(),
                parameters={"account": person.email, "purpose": "email"},
            )
        )
        await connection.execute(
            text(
                "INSERT INTO outbox (id, job, subject_id) VALUES"
                " (gen_random_uuid(), 'send_account_mail', :id)"
            ).bindparams(id=mail_id)
        )
    assert await post.mails(person.email) == []
    rows = await world.rows("SELECT state FROM account_mails WHERE id = :id", id=mail_id)
    assert rows[0].state == "dropped"


async def test_sec_X9_no_secret_reaches_the_outbox(world: World, post: Post) -> None:
    person = await world.person()
    await browser(world, "10.95.1.1").post("/auth/password/forgot", json={"email": person.email})
    token = await post.link(person.email, "password/reset")
    for table in ("outbox", "account_mails", "audit_events", "mail_requests"):
        rows = await world.rows(
            f"SELECT 1 FROM {table} t WHERE position(:token IN t::text) > 0", token=token
        )
        assert rows == []
