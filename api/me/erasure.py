"""Erasure: people have their account and personal data deleted, except what the law keeps (I3).

Asking ends the account at once; a job deletes the data when the mails about it have left. Documents
and their history stay as long as documents are kept, without telling who it was.
"""

from uuid import UUID

from fastapi import Request, Response
from sqlalchemy import case, exists, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from api import outbox
from api.access import Principal, act_as_staff, is_main_contact
from api.accounts import mails
from api.accounts.sessions import end_sessions, forget_cookie
from api.audit import record
from api.core import errors
from api.core.errors import Problem
from api.models import AccountMail, PaperRequest, User
from api.outbox import Job

ERASE = text("SELECT iportal.erase_person(:user_id)")


class PersonKept(Exception):
    """The person did not ask for it, or has become a main contact meanwhile."""


async def ask_erasure(
    session: AsyncSession, request: Request, response: Response, principal: Principal
) -> None:
    """End the account and have its data deleted; all addresses are told. It cannot be taken back.

    Raises `FORBIDDEN` for staff, whose employer decides, and `STILL_MAIN_CONTACT` for whoever looks
    after a customer number: the issuer needs somebody to send its invoices to.
    """
    if principal.role == "staff":
        raise Problem(errors.FORBIDDEN)
    user = await mails.find_user(session, principal.user_id, lock=True)
    if await is_main_contact(session):
        raise Problem(errors.STILL_MAIN_CONTACT)
    await mails.announce(session, user, "erasure_asked")
    await record(session, "erasure_asked", actor=principal)
    await session.execute(
        update(User).where(User.id == user.id).values(state="disabled", erasure_asked_at=func.now())
    )
    await end_sessions(session, user.id)
    await outbox.put(session, Job.ERASE_PERSON, user.id)
    forget_cookie(response, request.app.state.settings)


async def mails_are_on_their_way(session: AsyncSession, user_id: UUID) -> bool:
    """Whether mails to a person have yet to leave, which go with their data."""
    waiting = exists().where(AccountMail.user_id == user_id, AccountMail.state == "waiting")
    return bool(await session.scalar(select(waiting)))


async def erase_person(session: AsyncSession, user_id: UUID) -> list[UUID]:
    """Delete who asked for it; returns their archives, whose files are to be deleted after that.

    Raises `PersonKept` for anybody else.
    """
    await act_as_staff(session)
    # A copy that was paid is still posted to the customer.
    still_posted = case((PaperRequest.state == "paid", PaperRequest.address))
    await session.execute(
        update(PaperRequest)
        .where(PaperRequest.user_id == user_id)
        .values(message=None, address=still_posted)
    )
    archives: list[UUID] | None = await session.scalar(ERASE, {"user_id": user_id})
    if archives is None:
        raise PersonKept
    return archives
