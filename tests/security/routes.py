"""Who may call what: one row per operation of the API. A route without a row fails the tests.

To add a route, add a `Row` with its `operation_id` and

- `who` may call it: one of the sets below, or names of callers put together with `|`. A caller that
  is left out is expected to get 403, an anonymous one 401;
- how to call it so that it succeeds: `path`, `query`, `json` or `upload`, in which `$document`,
  `$customer` and `$number` stand for what belongs to the scene's main contact. Everything named so,
  but for names that begin with `fresh` or `number`, is an object: the tests also call the route as
  the `stranger` (another customer's main contact) and with ids that do not exist, and expect the
  same 404 for both;
- `status`, what a success answers;
- `prepare`, when the call uses something up: it makes new objects and returns their names, to be
  used as `$name`. Names that begin with `fresh` are values that need not exist;
- `differs`, callers for whom the answer is another than those rules say;
- `ends_session=True` when the call signs the caller in or out.

The same rows drive the tests of forged requests (S6), of hostile values (X7) and of injected fields
(T6), so a good row gives a route all of them.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from api.documents.jobs import create_invitation, invitation_token
from tests.security.scene import Scene, names_in
from tests.support.world import PASSWORD, unique

Prepare = Callable[[Scene], Awaitable[dict[str, str]]]

SESSIONS = frozenset({"main_contact", "shared_user", "stranger", "staff"})
CUSTOMER_SESSIONS = SESSIONS - {"staff"}
ISSUER_TOKENS = frozenset({"publisher", "issuer:publish", "issuer:customers"})
CUSTOMER_TOKENS = frozenset(
    {"documents:read", "documents:write", "downloads", "customers:read", "narrowed"}
)
TOKENS = ISSUER_TOKENS | CUSTOMER_TOKENS
SIGNED_IN = SESSIONS | TOKENS
EVERYONE = SIGNED_IN | {"anonymous"}
# A token of the main contact that is narrowed to a customer number they have no access to.
NARROWED = frozenset({"narrowed"})
MAIN_CONTACT = frozenset({"main_contact", "stranger"})
READERS = SESSIONS | NARROWED | {"documents:read"}
WRITERS = SESSIONS | NARROWED | {"documents:write"}
DOWNLOADERS = SESSIONS | NARROWED | {"downloads"}
CUSTOMER_READERS = SESSIONS | NARROWED | {"customers:read"}
PUBLISHERS = frozenset({"staff", "publisher", "issuer:publish"})
ISSUER = frozenset({"staff", "publisher", "issuer:customers"})
STAFF = frozenset({"staff"})
# Those who cannot see the scene's objects although they may call the route.
BLIND = frozenset({"stranger", "narrowed"})

# Routes outside the OpenAPI document, all public: they show nothing of any customer.
UNDOCUMENTED = frozenset(
    {"/api/v1/openapi.json", "/healthz", "/readyz", "/metrics", "/{path:path}"}
)


@dataclass(frozen=True, slots=True)
class Row:
    """What is expected of one operation; the module's docstring tells how to fill it in."""

    operation: str
    who: frozenset[str]
    status: int = 200
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    json: Any = None
    upload: str | None = None
    metadata: Mapping[str, Any] | None = None
    prepare: Prepare | None = None
    differs: Mapping[str, int] = field(default_factory=dict)
    ends_session: bool = False

    @property
    def objects(self) -> frozenset[str]:
        """The names of the objects that the call is about."""
        named = names_in([dict(self.path), dict(self.query), self.json])
        return frozenset(name for name in named if not name.startswith(("fresh", "number")))

    @property
    def public(self) -> bool:
        """Whether nobody needs to be signed in."""
        return "anonymous" in self.who


async def fresh_number(scene: Scene) -> dict[str, str]:
    """A number that is not used yet."""
    return {"fresh_number": unique("ROUTE-")}


async def invitation(scene: Scene) -> dict[str, str]:
    """An invitation of a person without an account."""
    person = await scene.world.person(active=False)
    async with AsyncSession(scene.world.owner) as session, session.begin():
        invitation_id: UUID = await create_invitation(
            session, scene.world.settings, person.id, customer_id=None, document_id=None
        )
    return {"fresh_token": invitation_token(scene.world.settings, invitation_id)}


async def account(scene: Scene) -> dict[str, str]:
    """Somebody who can sign in."""
    return {"fresh_email": (await scene.world.person()).email}


DOCUMENT = {"document_id": "$document"}

ROWS: tuple[Row, ...] = (
    # portal
    Row("read_portal", EVERYONE),
    Row("read_logo", EVERYONE, status=404),
    # auth
    Row(
        "sign_in",
        EVERYONE,
        json={"email": "$fresh_email", "password": PASSWORD},
        prepare=account,
        ends_session=True,
    ),
    Row("sign_out", SESSIONS, status=204, ends_session=True),
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
    # me
    Row("read_me", SIGNED_IN),
    Row("change_me", SESSIONS, json={"first_name": "Ada", "last_name": "King", "language": "en"}),
    # customers
    Row("list_customers", CUSTOMER_READERS),
    # documents
    Row("list_documents", READERS),
    Row("mark_documents_read", WRITERS, 204, json={"document_ids": ["$document"], "read": True}),
    Row("read_document", READERS, path=DOCUMENT),
    Row("read_pdf", READERS, path=DOCUMENT),
    Row("read_ubl", READERS, path=DOCUMENT),
    Row("read_csv", READERS, path=DOCUMENT),
    Row("read_document_history", READERS, path=DOCUMENT),
    # issuer
    Row(
        "put_customer",
        ISSUER,
        status=201,
        path={"number": "$fresh_number"},
        json={
            "name": "Acme",
            "vat_number": "BE0123456749",
            "language": "en",
            "channel": "portal",
            "contact": {"email": "route@example.com", "first_name": "A", "last_name": "B"},
        },
        prepare=fresh_number,
    ),
    Row(
        "publish_document",
        PUBLISHERS,
        status=201,
        upload="$fresh_number",
        metadata={
            "customer_number": "$number",
            "kind": "invoice",
            "number": "$fresh_number",
            "issue_date": "2026-01-02",
            "amount_incl_vat": "12.50",
            "currency": "EUR",
            "title": "A title",
        },
        prepare=fresh_number,
    ),
)
BY_OPERATION = {row.operation: row for row in ROWS}
