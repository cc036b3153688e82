"""What the document routes take and give."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints

from api.core.schema import Day, Input, Money, Output, ShortText, Total, storable

Kind = Literal["invoice", "credit_note", "other"]
State = Literal["published", "replaced", "withdrawn"]
FileKind = Literal["pdf", "ubl", "csv"]
Sort = Literal[
    "issue_date",
    "-issue_date",
    "number",
    "-number",
    "amount",
    "-amount",
    "kind",
    "-kind",
    "customer",
    "-customer",
]


def plain_decimal(value: Any) -> Any:
    """Refuse "NaN", "1e9" and full-width digits, which Decimal reads: an amount is 1234.50."""
    if isinstance(value, str) and not (
        value.isascii() and value.strip("-").replace(".", "", 1).isdigit()
    ):
        raise ValueError("an amount such as 1234.50")
    return value


AmountParameter = Annotated[
    Decimal, BeforeValidator(plain_decimal), Field(max_digits=21, decimal_places=6)
]
SearchText = Annotated[str, BeforeValidator(storable), StringConstraints(max_length=200)]
Ids = Annotated[list[UUID], Field(max_length=200)]


class DocumentFilter(Input):
    """What is looked for. It means the same to the list, the export, the ZIP and the tags."""

    customer_id: Ids = Field(default_factory=list)
    kind: Annotated[list[Kind], Field(max_length=3)] = Field(default_factory=list)
    number: SearchText | None = Field(default=None, description="Contained, in any case.")
    issued_from: Day | None = None
    issued_to: Day | None = None
    amount_min: AmountParameter | None = Field(default=None, description="Including VAT.")
    amount_max: AmountParameter | None = Field(default=None, description="Including VAT.")
    tag_id: Ids = Field(default_factory=list, description="Has all of these tags.")
    unread: bool | None = None
    q: SearchText | None = Field(
        default=None, description="Words in numbers, references, contract and line descriptions."
    )
    state: Annotated[list[State], Field(max_length=3)] = Field(
        default_factory=list, description="Published ones when left out."
    )


class DocumentListQuery(DocumentFilter):
    """A page of the list."""

    sort: Sort = "-issue_date"
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: str | None = None
    count: bool = False


class DocumentCustomer(Output):
    """Whose document it is."""

    id: UUID
    number: str
    name: str


class DocumentTag(Output):
    """A tag on a document."""

    id: UUID
    name: str
    color: str


class Document(Output):
    """A document as lists show it."""

    id: UUID
    kind: Kind
    number: str
    title: str | None
    issue_date: date
    due_date: date | None
    customer: DocumentCustomer
    currency: str | None
    amount_excl_vat: Money | None
    vat_amount: Money | None
    amount_incl_vat: Money | None
    unread: bool
    tags: list[DocumentTag]
    files: list[FileKind]
    state: State


class DocumentPage(Output):
    """A page of documents; `total` only when `count=true`.

    For staff at most 10,000 are counted; `total_capped` is there, and true, when there are more.
    """

    items: list[Document]
    next_cursor: str | None
    total: Total = None
    total_capped: Annotated[bool, Field(exclude_if=lambda capped: not capped)] = False


class HistoryEntry(Output):
    """Something that happened to a document; `detail` holds plain facts such as the file."""

    at: datetime
    event: str
    actor: ShortText
    detail: dict[str, Any]


class History(Output):
    """The document's history, oldest first."""

    items: list[HistoryEntry]
