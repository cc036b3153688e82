"""Mails about accounts: who a request means, and what each mail says when it is sent."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts import mails
from api.accounts.addresses import address_key
from api.accounts.codes import code_of
from api.accounts.invitations import create_invitation, invitation_token
from api.accounts.mails import find_user, moment, own_addresses
from api.accounts.people import find_by_address, find_person
from api.accounts.resets import create_reset, reset_token
from api.auth.paper_mails import paper_request
from api.auth.sharing_mails import sharing
from api.auth.signing_in import become_user
from api.core.i18n import translate
from api.core.settings import Settings
from api.mailer import Mail
from api.models import (
    AccountMail,
    Invitation,
    MailedCode,
    MailRequest,
    Membership,
    PasswordReset,
    User,
)

# Who asks more often within an hour has the mail already, or is not the one who gets it.
MAX_REQUESTS = 10
TEMPLATES = {
    "code": "account_code",
    "password_reset": "password_reset",
    "invitation": "invitation",
    "change": "account_change",
    "new_device": "new_device",
    "sharing": "sharing",
    "main_contact": "main_contact",
    "handed_over": "handed_over",
    "question": "question",
    "paper_request": "paper_request",
}


async def answer_mail_request(session: AsyncSession, settings: Settings, request_id: UUID) -> None:
    """Send what was asked for to the account's own addresses, if there is such an account (R7)."""
    request = await session.get(MailRequest, request_id)
    if request is None or await _asked_too_often(session, request):
        return
    for user_id, through_recovery in await find_by_address(session, request.address):
        user = await find_person(session, user_id)
        if user is None:
            continue
        if user.state == "invited":
            await _invite_again(session, settings, user)
        elif user.state == "active" and request.kind == "password_reset":
            await _mail_reset(session, settings, user, through_recovery=through_recovery)


async def _asked_too_often(session: AsyncSession, request: MailRequest) -> bool:
    count = await session.scalar(
        select(func.count())
        .select_from(MailRequest)
        .where(
            MailRequest.address == request.address,
            MailRequest.kind == request.kind,
            MailRequest.created_at > func.now() - func.make_interval(0, 0, 0, 0, 1),
            MailRequest.id <= request.id,
        )
    )
    return (count or 0) > MAX_REQUESTS


async def _mail_reset(
    session: AsyncSession, settings: Settings, user: User, *, through_recovery: bool
) -> None:
    address = user.recovery_email if through_recovery and user.recovery_email else user.email
    reset_id = await create_reset(session, settings, user.id, through_recovery=through_recovery)
    await mails.put_mail(session, user, "password_reset", address, subject_id=reset_id)


async def _invite_again(session: AsyncSession, settings: Settings, user: User) -> None:
    """A new invitation beside those that are still open (A5), for what the last one was about."""
    await become_user(session, user.id)
    if not await _still_invited(session, user):
        return
    last = await session.scalar(
        select(Invitation).where(Invitation.user_id == user.id).order_by(Invitation.id.desc())
    )
    invitation_id = await create_invitation(
        session,
        settings,
        user.id,
        customer_id=last.customer_id if last else None,
        document_id=last.document_id if last else None,
    )
    await mails.put_mail(session, user, "invitation", user.email, subject_id=invitation_id)


async def _still_invited(session: AsyncSession, user: User) -> bool:
    """Whether there is anything to see: a person whose grants were all removed is let be."""
    if user.role == "staff":
        return True
    found = await session.scalar(
        select(
            exists().where(
                Membership.user_id == user.id,
                (Membership.expires_on.is_(None)) | (Membership.expires_on >= func.current_date()),
            )
        )
    )
    return bool(found)


async def prepare_account_mail(
    session: AsyncSession, settings: Settings, mail_id: UUID
) -> Mail | None:
    """The mail as it is to be sent now; None, and it is dropped, when its code or link is over."""
    mail = await session.scalar(
        select(AccountMail).where(AccountMail.id == mail_id, AccountMail.state == "waiting")
    )
    if mail is None:
        return None
    user = await find_user(session, mail.user_id)
    await become_user(session, user.id)
    particulars = await _particulars(session, settings, mail, user)
    if particulars is None:
        await mails.settle_mail(session, mail_id, "dropped")
        return None
    await session.execute(
        update(AccountMail)
        .where(AccountMail.id == mail_id)
        .values(attempts=AccountMail.attempts + 1)
    )
    asked = mail.kind == "question"
    return Mail(
        id=mail.id,
        template=TEMPLATES[mail.kind],
        language=settings.default_language if asked else user.language,
        recipient=settings.issuer.support_email if asked else mail.recipient,
        parameters={**mail.parameters, **particulars},
        sent_at=mail.created_at,
        reply_to=user.email if asked else None,
    )


async def _particulars(
    session: AsyncSession, settings: Settings, mail: AccountMail, user: User
) -> dict[str, Any] | None:
    """What the row does not hold: a secret that is derived, a moment in the reader's language."""
    if mail.kind == "code":
        return await _code(session, settings, mail)
    if mail.kind == "password_reset":
        return await _reset_link(session, settings, mail, user)
    if mail.kind in ("invitation", "main_contact"):
        return await _invitation_link(session, settings, mail)
    if mail.kind in ("sharing", "paper_request"):
        told_by = _sharing if mail.kind == "sharing" else paper_request
        return await told_by(session, settings, mail, user)
    if mail.kind == "new_device":
        device = mail.parameters["device"] or translate(user.language, "mail.new_device.unknown")
        at = datetime.fromisoformat(mail.parameters["at"])
        return {"device": device, "when": moment(user.language, at)}
    told: dict[str, Any] = {"when": moment(user.language, mail.created_at)}
    return {**told, **_question(settings, mail)} if mail.kind == "question" else told


def _question(settings: Settings, mail: AccountMail) -> dict[str, Any]:
    """For the administration, in its language; whoever asked may see the document no more."""
    kind = translate(settings.default_language, f"kind.{mail.parameters['kind']}")
    return {
        "document": f"{kind} {mail.parameters['number']}",
        "link": f"{settings.public_url}/documents/{mail.subject_id}",
    }


async def _code(
    session: AsyncSession, settings: Settings, mail: AccountMail
) -> dict[str, Any] | None:
    # Replaced or used codes have no row under this id any more.
    if mail.subject_id is None or not await session.scalar(
        select(exists().where(MailedCode.id == mail.subject_id, MailedCode.expires_at > func.now()))
    ):
        return None
    return {"code": code_of(settings, mail.subject_id)}


async def _reset_link(
    session: AsyncSession, settings: Settings, mail: AccountMail, user: User
) -> dict[str, Any] | None:
    reset = await session.scalar(
        select(PasswordReset).where(
            PasswordReset.id == mail.subject_id,
            PasswordReset.used_at.is_(None),
            PasswordReset.replaced_at.is_(None),
            PasswordReset.expires_at > func.now(),
        )
    )
    # An address that was given up meanwhile gets no link (X5).
    own = {address_key(address) for address in own_addresses(user)}
    if reset is None or address_key(mail.recipient) not in own:
        return None
    return {"link": f"{settings.public_url}/password/reset/{reset_token(settings, reset.id)}"}


async def _sharing(
    session: AsyncSession, settings: Settings, mail: AccountMail, user: User
) -> dict[str, Any] | None:
    link = None
    if user.state == "invited":
        invitation = await _invitation_link(session, settings, mail)
        if invitation is None:
            return None
        link = invitation["link"]
    return await sharing(session, settings, mail, link)


async def _invitation_link(
    session: AsyncSession, settings: Settings, mail: AccountMail
) -> dict[str, Any] | None:
    invitation = await session.scalar(
        select(Invitation).where(
            Invitation.id == mail.subject_id,
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > func.now(),
        )
    )
    if invitation is None:
        return None
    return {
        "link": f"{settings.public_url}/invitations/{invitation_token(settings, invitation.id)}",
        "invitation_days": settings.invitation_days,
        "retention_years": settings.retention_years,
    }
