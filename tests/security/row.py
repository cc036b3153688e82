"""A row of the table of routes, and the sets of callers that rows are made of."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.invitations import create_invitation, invitation_token
from tests.security.scene import Scene, names_in
from tests.support.world import unique

Prepare = Callable[[Scene], Awaitable[dict[str, str]]]

SESSIONS = frozenset({"main_contact", "shared_user", "stranger", "staff"})
CUSTOMER_SESSIONS = SESSIONS - {"staff"}
ISSUER_TOKENS = frozenset({"publisher", "issuer:publish", "issuer:customers", "issuer:bounces"})
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
BOUNCES = frozenset({"staff", "issuer:bounces"})
# Those who cannot see the scene's objects although they may call the route.
BLIND = frozenset({"stranger", "narrowed"})

# Routes outside the OpenAPI document, all public: they show nothing of any customer.
UNDOCUMENTED = frozenset(
    {"/api/v1/openapi.json", "/healthz", "/readyz", "/metrics", "/{path:page}"}
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
    pdf: str | None = None
    csv: str | None = None
    part: str = "ubl"
    metadata: Mapping[str, Any] | None = None
    prepare: Prepare | None = None
    differs: Mapping[str, int] = field(default_factory=dict)
    ends_session: bool = False
    new_person: bool = False
    blind: frozenset[str] = BLIND

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


async def fresh_document(scene: Scene) -> dict[str, str]:
    """A document that nothing else is about."""
    document = await scene.world.publish(scene.company)
    return {"fresh_document": document["id"]}


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
