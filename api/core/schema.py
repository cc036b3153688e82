"""Base classes and field types of what the API takes and gives."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)


def storable(value: Any) -> Any:
    """Refuse text that PostgreSQL or JSON cannot carry: NUL and lone surrogates (X7)."""
    if isinstance(value, str):
        if "\x00" in value:
            raise ValueError("must not contain NUL")
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise ValueError("must be valid Unicode")
    return value


# The constraints come first, so that pydantic trims before it measures: a blank name is none.
Text = Annotated[str, StringConstraints(max_length=2000), BeforeValidator(storable)]
ShortText = Annotated[str, StringConstraints(max_length=200), BeforeValidator(storable)]
Name = Annotated[
    str,
    StringConstraints(max_length=100, min_length=1, strip_whitespace=True),
    BeforeValidator(storable),
]


def _written_day(value: Any) -> Any:
    # Pydantic would also take the seconds since 1970, so that 2026 were a day of that year.
    written = isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value)
    if not written and not isinstance(value, date):
        raise ValueError("a date is written 2026-11-23")
    return value


Day = Annotated[date, BeforeValidator(_written_day)]
"""A date as it is sent: `YYYY-MM-DD`, and nothing else that could be read as one."""

MONEY_PATTERN = r"^-?[0-9]{1,15}(\.[0-9]{1,6})?$"
Money = Annotated[
    Decimal,
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": MONEY_PATTERN, "examples": ["1234.50"]}),
]

Total = Annotated[int | None, Field(exclude_if=lambda total: total is None)]
"""How many rows a list has in all: a member of the answer only when `count=true` asks for it."""


class Input(BaseModel):
    """A body or a set of parameters; what is not known is refused."""

    model_config = ConfigDict(extra="forbid", str_max_length=10_000, hide_input_in_errors=True)


class Output(BaseModel):
    """An answer. It has no defaults, so that nothing is left out by accident."""

    model_config = ConfigDict(from_attributes=True)
