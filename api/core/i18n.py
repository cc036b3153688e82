"""The reader's language: negotiation and the sentences of errors and mails."""

import json
from functools import cache
from importlib import resources
from typing import Any, get_args

from api.core.settings import Language

LANGUAGES: tuple[Language, ...] = get_args(Language)
# Region locales: a Belgian reader's figures and dates differ from those of France or Germany.
LOCALES: dict[Language, str] = {
    "fr": "fr_BE",
    "nl": "nl_BE",
    "de": "de_BE",
    "en": "en_GB",
}


@cache
def catalogue(language: Language) -> dict[str, str]:
    """All sentences of one language, by key."""
    text = resources.files("api.core").joinpath(f"messages/{language}.json").read_text("utf-8")
    sentences: dict[str, str] = json.loads(text)
    return sentences


def translate(language: Language, key: str, /, **parameters: Any) -> str:
    """The sentence behind `key`, its `{placeholders}` filled."""
    return catalogue(language)[key].format(**parameters)


def negotiate(accept_language: str | None, default: Language) -> Language:
    """The best language for an `Accept-Language` header (RFC 9110, section 12.5.4)."""
    ranked: list[tuple[float, Language]] = []
    for part in (accept_language or "")[:200].split(","):
        tag, _, quality = part.strip().partition(";q=")
        primary = tag.split("-")[0].lower()
        ranked += [(_quality(quality), language) for language in LANGUAGES if language == primary]
    best = max(ranked, key=lambda pair: pair[0], default=(0.0, default))
    return best[1] if best[0] > 0 else default


def _quality(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
