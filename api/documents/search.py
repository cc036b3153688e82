"""The words by which documents are found: the same cutting for what is stored and what is asked.

PostgreSQL's parsers read "2026-00102" as a number and a negative number, and its language
dictionaries would have to be chosen per reader. Invoice numbers and names need neither: words are
folded to lower case without accents and found by their beginning.
"""

import re
import unicodedata
from collections.abc import Iterable

WORD = re.compile(r"[0-9a-z]+")
MAX_WORD = 60
MAX_WORDS = 2000
MAX_ASKED = 8


def words(text: str) -> list[str]:
    """The words of a text, folded."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return [word[:MAX_WORD] for word in WORD.findall(plain)]


def search_words(texts: Iterable[str | None]) -> list[str]:
    """All distinct words of a document; a text such as a number also counts without separators."""
    found: dict[str, None] = {}
    for text in texts:
        parts = words(text or "")
        for part in parts:
            found.setdefault(part)
        if 1 < len(parts) <= 6:
            found.setdefault("".join(parts)[:MAX_WORD])
    return list(found)[:MAX_WORDS]


def beginnings(asked: str) -> list[str]:
    """The words that a reader typed, each of which must begin a word of the document."""
    return words(asked)[:MAX_ASKED]


def search_query(parts: list[str]) -> str:
    """The tsquery for these beginnings."""
    return " & ".join(f"{part}:*" for part in parts)
