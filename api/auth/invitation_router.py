"""`/auth/invitations`: read, accepted, and sent again."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from api.access import Permission
from api.accounts.devices import origin_of
from api.admission import admit
from api.auth import invitations, passwords, signing_in
from api.auth.schemas import ForAddress, Invitation, NewPassword, SignedIn
from api.core import errors
from api.core.errors import Problem
from api.core.problems import problems
from api.deps import (
    CurrentDatabase,
    CurrentSession,
    CurrentSettings,
    GuardedRoute,
)
from api.marks import public
from api.me.queries import load_me

router = APIRouter(prefix="/invitations", route_class=GuardedRoute)


async def _open_invitation(token: str, session: CurrentSession) -> invitations.OpenInvitation:
    return await invitations.find_invitation(session, token)


# Looked for before the body is: a link that is unknown or used says so, whatever comes with it.
Invited = Annotated[invitations.OpenInvitation, Depends(_open_invitation)]


@router.post(
    "/resend",
    status_code=202,
    operation_id="resend_invitation",
    responses=problems(errors.CSRF, errors.INVALID),
)
@public
async def resend_invitation(body: ForAddress, request: Request, session: CurrentSession) -> None:
    """Ask for a new invitation; whether the address is known is never told."""
    network = origin_of(request).network
    await passwords.request_mail(session, "invitation", body.email, network)


@router.get(
    "/{token}",
    operation_id="read_invitation",
    responses=problems(errors.NOT_FOUND, errors.GONE),
)
@public
async def read_invitation(invitation: Invited, session: CurrentSession) -> Invitation:
    """What an invitation is for. Never uses it up, so mail scanners may follow the link."""
    return await invitations.describe_invitation(session, invitation)


@router.post(
    "/{token}/accept",
    operation_id="accept_invitation",
    responses=problems(
        errors.SIGN_IN_FIRST,
        errors.CSRF,
        errors.NOT_FOUND,
        errors.OTHER_ACCOUNT,
        errors.GONE,
        errors.INVALID,
        errors.WEAK_PASSWORD,
    ),
)
@public
async def accept_invitation(
    invitation: Invited,
    body: NewPassword,
    request: Request,
    response: Response,
    session: CurrentSession,
    database: CurrentDatabase,
    settings: CurrentSettings,
) -> SignedIn:
    """Activate the account by choosing its password, and sign in."""
    present = await _present_user(request, database)
    user, was_active = await invitations.accept_invitation(
        session, settings, invitation, body.password, present
    )
    if was_active:
        # No new session: an old one must not become a fresh proof by a link (M9).
        await signing_in.become_user(session, user.id)
        me = await load_me(session, settings, user.id)
        return SignedIn(state="signed_in", user=me)
    return await signing_in.complete(session, request, response, user, "invitation")


async def _present_user(request: Request, database: CurrentDatabase) -> UUID | None:
    async with database.transaction() as own:
        try:
            return (await admit(request, own, Permission.OWN_PROFILE)).user_id
        except Problem:
            return None
