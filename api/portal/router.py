"""`/portal`: the issuer's name, look, languages and policies."""

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from fastapi import APIRouter, Response

from api.core import errors
from api.core.errors import Problem
from api.core.problems import problems
from api.core.schema import Output
from api.core.settings import Language, Settings
from api.deps import CurrentSettings, GuardedRoute
from api.marks import public

router = APIRouter(prefix="/portal", tags=["portal"], route_class=GuardedRoute)

LOGO_TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg"}
MAX_TAGS: Literal[4] = 4


class Support(Output):
    """How to reach the administration."""

    phone: str
    email: str


class Colors(Output):
    """The issuer's colours, each `#rrggbb`."""

    accent: str


class MailHosts(Output):
    """What a company's mail filter should let through: who sends, and where links lead."""

    sender: str
    sender_domains: list[str]
    link_hosts: list[str]


class Portal(Output):
    """What the sign-in page needs before anyone is known."""

    name: str
    logo_url: str | None
    colors: Colors
    languages: list[Language]
    default_language: Language
    support: Support
    mail: MailHosts
    mfa_policy: Literal["optional", "required"]
    retention_years: int
    max_tags_per_document: Literal[4]


@router.get("", operation_id="read_portal")
@public
async def read_portal(settings: CurrentSettings) -> Portal:
    """The issuer's name, look, languages and policies."""
    issuer = settings.issuer
    return Portal(
        name=issuer.name,
        logo_url="/api/v1/portal/logo" if issuer.logo else None,
        colors=Colors(accent=issuer.accent),
        languages=settings.languages,
        default_language=settings.default_language,
        support=Support(phone=issuer.support_phone, email=issuer.support_email),
        mail=_mail_hosts(settings),
        mfa_policy=settings.mfa_policy,
        retention_years=settings.retention_years,
        max_tags_per_document=MAX_TAGS,
    )


def _mail_hosts(settings: Settings) -> MailHosts:
    senders = [settings.issuer.sender, settings.return_path]
    domains = {address.rpartition("@")[2] for address in senders if address}
    return MailHosts(
        sender=settings.issuer.sender,
        sender_domains=sorted(domains),
        link_hosts=[urlsplit(settings.public_url).hostname or ""],
    )


@router.get(
    "/logo",
    operation_id="read_logo",
    response_class=Response,
    responses=problems(errors.NOT_FOUND),
)
@public
def read_logo(settings: CurrentSettings) -> Response:
    """The issuer's logo; 404 when none is set."""
    path: Path | None = settings.issuer.logo
    media_type = LOGO_TYPES.get(path.suffix.lower()) if path else None
    if path is None or media_type is None or not path.is_file():
        raise Problem(errors.NOT_FOUND)
    headers = {
        "Cache-Control": "public, max-age=3600",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    }
    return Response(path.read_bytes(), media_type=media_type, headers=headers)
