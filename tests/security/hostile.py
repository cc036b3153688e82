"""Values that break programs which did not expect them, and where to put them (X7)."""

from collections.abc import Iterator
from typing import Any

NUL, SURROGATE = "a\x00b", "a\ud800b"
LONG = "x" * 200_001
# In a JSON body none of these is ever right, whatever the field takes.
IN_JSON: dict[str, Any] = {
    "nul": NUL,
    "lone surrogate": SURROGATE,
    "surrogates the wrong way round": "\udc00\ud800",
    "too long": LONG,
    "not a number": float("nan"),
    "infinity": float("inf"),
    "minus infinity": float("-inf"),
    "beyond int64": 2**63,
    "below int64": -(2**63) - 1,
    "400 digits": 10**400,
    "a tiny fraction": 1e-320,
    "object in a list": [{"a": [NUL]}],
    "object": {"$ne": None},
}
IN_PARAMETERS: dict[str, str] = {
    "nul": NUL,
    "not a number": "NaN",
    "infinity": "-Infinity",
    "exponent": "1e400",
    "beyond int64": str(2**63),
    "400 digits": "9" * 400,
    "full-width digits": "１２",
    "Arabic digits": "٣",
    "year 0": "0000-00-00",
    "far date": "99999-12-31",
    "replacement character": "\ufffd",
    "control characters": "\x01\x1f\x7f",
    "right-to-left": "\u202e\u2066",
    "too long": "x" * 20_000,
    "brackets": "{'a': [1]}",
    "quotes": "';--\"",
    "wild cards": "%_\\*:&|!()<->",
}


def leaves(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The places of all values in a JSON document, containers included."""
    if at:
        yield at
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*at, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, (*at, index))


def replaced(value: Any, at: tuple[Any, ...], by: Any) -> Any:
    """A copy of a JSON document with one value exchanged."""
    if not at:
        return by
    if isinstance(value, dict):
        return {k: replaced(v, at[1:], by) if k == at[0] else v for k, v in value.items()}
    return [replaced(v, at[1:], by) if i == at[0] else v for i, v in enumerate(value)]


def objects(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The places of all JSON objects in a document."""
    if isinstance(value, dict):
        yield at
    for place in leaves(value):
        inner = value
        for step in place:
            inner = inner[step]
        if isinstance(inner, dict):
            yield place


def takes_any_text(schema: dict[str, Any]) -> bool:
    """Whether a parameter's schema accepts ordinary text."""
    if "anyOf" in schema:
        return any(takes_any_text(option) for option in schema["anyOf"])
    if schema.get("type") == "array":
        return takes_any_text(schema["items"])
    constrained = {"format", "enum", "const", "pattern", "$ref"} & set(schema)
    return schema.get("type") == "string" and not constrained
