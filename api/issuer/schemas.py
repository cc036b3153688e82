"""What the issuer's routes take and give."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, EmailStr, Field, StringConstraints

from api.accounts.addresses import deliverable
from api.core.schema import Day, Input, Output, ShortText, storable
from api.core.settings import Language
from api.documents.detail_schemas import Finding
from api.documents.schemas import Kind, State

Number = Annotated[
    str,
    BeforeValidator(storable),
    StringConstraints(min_length=1, max_length=100, strip_whitespace=True),
]
VatNumber = Annotated[
    str, BeforeValidator(storable), StringConstraints(max_length=30, strip_whitespace=True)
]
Channel = Literal["portal", "post", "portal_and_post"]
MAX_AMOUNT = Decimal(10) ** 15


class Contact(Input):
    """The person whom the issuer knows for a customer number."""

    email: Annotated[EmailStr, BeforeValidator(storable), AfterValidator(deliverable)]
    first_name: ShortText = ""
    last_name: ShortText = ""


class CustomerUpsert(Input):
    """A customer number as the issuer's ERP knows it."""

    name: Number
    vat_number: VatNumber | None = None
    language: Language
    channel: Channel = "portal"
    contact: Contact


class IssuedContact(Output):
    """The contact as the issuer last sent it."""

    email: str
    first_name: str
    last_name: str


class IssuedCustomer(Output):
    """A customer number as it now stands for the issuer."""

    id: UUID
    number: str
    name: str
    vat_number: str | None
    language: Language
    channel: Channel
    contact: IssuedContact


class DocumentMetadata(Input):
    """What the UBL does not tell; the UBL wins where it does, but for the customer number."""

    customer_number: Number | None = None
    kind: Kind | None = None
    number: Number | None = None
    issue_date: Day | None = None
    amount_incl_vat: (
        Annotated[Decimal, Field(allow_inf_nan=False, gt=-MAX_AMOUNT, lt=MAX_AMOUNT)] | None
    ) = None
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None
    title: ShortText | None = None


class IssuedDocument(Output):
    """What the issuer learns of a document it published."""

    id: UUID
    customer_number: str
    kind: Kind
    number: str
    state: State
    findings: list[Finding]
    published_at: datetime


class Withdrawal(Input):
    """Why a document is withdrawn; those who may see it read this in its history."""

    reason: Annotated[
        str,
        StringConstraints(min_length=1, max_length=500, strip_whitespace=True),
        BeforeValidator(storable),
    ]


class ArchiveItem(Output):
    """What became of one document of an archive."""

    name: str
    outcome: Literal["published", "unchanged", "rejected"]
    document: IssuedDocument | None
    code: str | None
    reason: str | None
    findings: list[Finding]


class ArchiveReport(Output):
    """What became of the documents of an archive, in order of their names."""

    published: int
    unchanged: int
    rejected: int
    items: list[ArchiveItem]


class PlacedFinding(Finding):
    """A finding with its line in the file, from 1; null where there is none."""

    line: int | None


class ValidatedDocument(Output):
    """Which document was read."""

    kind: Kind
    number: str
    issue_date: Day
    currency: str | None
    amount_incl_vat: str | None
    seller: str | None
    buyer: str | None


class ValidationReport(Output):
    """The report on a file that was checked without being published.

    `profile` is null for what is no UBL; `layers` are the rules that were applied, with their
    versions; `publishable` tells whether publishing would accept the file under the settings.
    """

    profile: str | None
    layers: list[str]
    valid: bool
    publishable: bool
    findings: list[PlacedFinding]
    document: ValidatedDocument | None
