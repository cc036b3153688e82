"""Commands that make staff and tokens."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, insert, select, update

from api.access import act_as_staff, new_token
from api.accounts.addresses import deliverable_form
from api.accounts.invitations import create_invitation, invitation_token
from api.accounts.people import concern_person
from api.audit import record
from api.cli.refusal import CommandRefused
from api.core.database import Database, new_id
from api.core.scopes import Scope
from api.core.settings import Settings
from api.models import ApiToken, User


async def create_staff(settings: Settings, email: str) -> str:
    """Make a staff member and return the link by which they choose their password."""
    if deliverable_form(email) is None:
        raise CommandRefused(f"{email} is not an e-mail address")
    database = Database(settings)
    try:
        async with database.transaction() as session:
            await act_as_staff(session)
            user = await session.scalar(select(User).where(User.email_key == email.lower()))
            if user is not None and (user.role != "staff" or user.state == "active"):
                raise CommandRefused(f"{email} has an account already, as {user.role}")
            if user is None:
                user = User(
                    id=new_id(),
                    email=email,
                    email_key=email.lower(),
                    language=settings.default_language,
                    role="staff",
                )
                session.add(user)
                await session.flush()
                await record(session, "staff_created", actor=None, detail={"email": email})
            invitation_id = await create_invitation(
                session, settings, user.id, customer_id=None, document_id=None
            )
        return f"{settings.public_url}/invitations/{invitation_token(settings, invitation_id)}"
    finally:
        await database.close()


async def create_token(
    settings: Settings, email: str, scopes: list[Scope], name: str, days: int
) -> str:
    """Make an API token for a user; the token is shown once and only its hash is kept.

    An `issuer:` scope makes an address that nobody has yet a staff user, since programs of the
    issuer need no person who signs in.
    """
    database = Database(settings)
    try:
        async with database.transaction() as session:
            await act_as_staff(session)
            user = await session.scalar(select(User).where(User.email_key == email.lower()))
            wants_staff = any(scope.staff_only for scope in scopes)
            if user is None and not wants_staff:
                raise CommandRefused(f"nobody has the address {email}")
            if user is None:
                user = User(
                    id=new_id(),
                    email=email,
                    email_key=email.lower(),
                    language=settings.default_language,
                    role="staff",
                    state="active",
                )
                session.add(user)
                await session.flush()
            if wants_staff and user.role != "staff":
                raise CommandRefused(f"{email} is no staff member; issuer: scopes are for staff")
            if wants_staff:
                await concern_person(session, user.id)
                await session.execute(
                    update(User)
                    .where(User.id == user.id, User.state == "invited")
                    .values(state="active", activated_at=func.now())
                )
            token_id = new_id()
            token, secret_hash = new_token(token_id)
            await session.execute(
                insert(ApiToken).values(
                    id=token_id,
                    user_id=user.id,
                    name=name,
                    secret_hash=secret_hash,
                    scopes=[scope.value for scope in scopes],
                    expires_at=datetime.now(UTC) + timedelta(days=days),
                )
            )
            await record(
                session,
                "token_created",
                actor=None,
                detail={"email": email, "scopes": [scope.value for scope in scopes]},
            )
        return token
    finally:
        await database.close()
