"""What the tag routes take and give."""

import unicodedata
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from api.core.schema import Input, Output, Total, storable
from api.documents.selection import ReturnIds, Selection

MOST_TAGS = 4
NAME_LENGTH = 20


def _visible(name: str) -> str:
    name = unicodedata.normalize("NFC", name)
    if any(unicodedata.category(character).startswith("C") for character in name):
        raise ValueError("must not contain control or invisible characters")
    if len(name) > NAME_LENGTH:
        raise ValueError(f"at most {NAME_LENGTH} characters")
    return name


TagName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=NAME_LENGTH),
    BeforeValidator(storable),
    AfterValidator(_visible),
]
Color = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$", to_lower=True)]


class Tag(Output):
    """A tag; those with the same `account_id` are of one account."""

    id: UUID
    name: str
    color: str
    account_id: UUID
    document_count: int


class TagPage(Output):
    """A page of tags; `total` only when `count=true`."""

    items: list[Tag]
    next_cursor: str | None
    total: Total = None


class TagListQuery(Input):
    """A page of the list, perhaps only of the account of a customer number."""

    customer_id: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: str | None = None
    count: bool = False


class NewTag(Input):
    """A tag to make; who sees several accounts names one by any of its customer numbers."""

    name: TagName
    color: Color
    customer_id: UUID | None = None


class TagChange(Input):
    """The fields to change; those left out stay."""

    name: TagName | None = None
    color: Color | None = None


TagIds = Annotated[list[UUID], Field(max_length=100)]


class DocumentTags(Selection):
    """Tags to put on documents and to take off them."""

    add: TagIds = Field(default_factory=list)
    remove: TagIds = Field(default_factory=list)
    return_ids: ReturnIds = False

    @model_validator(mode="after")
    def _something_to_do(self) -> Self:
        if not self.add and not self.remove:
            raise ValueError("add or remove at least one tag")
        if set(self.add) & set(self.remove):
            raise ValueError("a tag is either added or removed")
        return self


class TagsChanged(Output):
    """How many documents have other tags now; which ones, when `return_ids` asked for it.

    `document_ids` is null when more than 10,000 changed.
    """

    updated: int
    document_ids: list[UUID] | None = None
