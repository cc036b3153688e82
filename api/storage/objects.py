"""What is known of an object, and the keys under which documents are kept."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object and what must be true of its bytes."""

    key: str
    size: int
    sha256: bytes


def document_key(document_id: UUID, kind: str) -> str:
    """The key of a document's file; nothing a publisher sent is part of it."""
    return f"documents/{document_id}/{kind}"
