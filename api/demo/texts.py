"""The words of the demo's documents, in the customer's language."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from api.core.settings import Language


@cache
def texts_of(language: Language) -> dict[str, Any]:
    """All texts of one language."""
    source = files("api.demo").joinpath(f"texts/{language}.json")
    loaded: dict[str, Any] = json.loads(source.read_text("utf-8"))
    return loaded


def text(language: Language, *path: str, **values: Any) -> str:
    """One text, with its placeholders filled."""
    found: Any = texts_of(language)
    for step in path:
        found = found[step]
    return str(found).format(**values)


def line_texts(language: Language, key: str, **values: Any) -> tuple[str, str]:
    """The name and the description of a line."""
    name, description = texts_of(language)["lines"][key]
    return str(name), str(description).format(**values)
