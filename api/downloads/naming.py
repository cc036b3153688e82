"""Names in an archive: safe on every system, each once, by customer, date and number (D5)."""

import re
import unicodedata
from datetime import date
from uuid import UUID

from api.core.http import UNSAFE_IN_NAMES

# With the directory, the extension and a counter this stays within 255 bytes per name.
MAX_BYTES = 150
# Names that Windows gives to devices, with any extension.
RESERVED = re.compile(r"^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
MANIFEST = "manifest.csv"


def safe_part(text: str, otherwise: str) -> str:
    """Untrusted text as one part of a path: no separators, controls or invisible characters."""
    plain = "".join(
        c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c)[0] != "C"
    )
    cleaned = UNSAFE_IN_NAMES.sub("-", plain).strip(" .-")
    cleaned = cleaned.encode()[:MAX_BYTES].decode(errors="ignore").rstrip(" .-")
    if RESERVED.match(cleaned):
        cleaned = f"_{cleaned}"
    return cleaned or otherwise


class Names:
    """Gives each document of an archive its path without extension.

    Documents come customer by customer, so only the names of one are remembered; names that differ
    in case only are the same on some systems.
    """

    def __init__(self) -> None:
        self._folders: dict[UUID, str] = {}
        self._taken_folders = {MANIFEST}
        self._customer: UUID | None = None
        self._taken: set[str] = set()

    def path(self, customer_id: UUID, customer_number: str, issued: date, number: str) -> str:
        """`customer/date_number`, with a counter behind it when another has that name."""
        if customer_id not in self._folders:
            folder = safe_part(customer_number, "customer")
            self._folders[customer_id] = _unique(folder, self._taken_folders)
        if customer_id != self._customer:
            self._customer, self._taken = customer_id, set()
        name = _unique(f"{issued.isoformat()}_{safe_part(number, 'document')}", self._taken)
        return f"{self._folders[customer_id]}/{name}"


def _unique(name: str, taken: set[str]) -> str:
    candidate, counter = name, 1
    while _folded(candidate) in taken:
        counter += 1
        candidate = f"{name} ({counter})"
    taken.add(_folded(candidate))
    return candidate


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name.casefold())
