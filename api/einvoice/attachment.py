"""BG-24: documents that travel inside an invoice, or that it points to."""

import base64
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Attachment:
    """BG-24. Name and type are what the sender claims; nothing is decoded until asked for."""

    id: str  # BT-122
    description: str | None = None  # BT-123
    uri: str | None = None  # BT-124; never fetched
    encoded: str | None = field(default=None, repr=False)  # BT-125, base64 without blanks
    mime_code: str | None = None  # BT-125-1
    filename: str | None = None  # BT-125-2

    @classmethod
    def embed(
        cls,
        reference: str,
        content: bytes,
        mime_code: str,
        filename: str,
        description: str | None = None,
    ) -> "Attachment":
        """An attachment that carries these bytes."""
        encoded = base64.b64encode(content).decode("ascii")
        return cls(reference, description, None, encoded, mime_code, filename)

    def content(self) -> bytes | None:
        """The embedded bytes, decoded now; None when the attachment is only a link."""
        return None if self.encoded is None else base64.b64decode(self.encoded)

    @property
    def is_pdf(self) -> bool:
        """Whether the embedded bytes begin like a PDF, whatever the declared type says."""
        if self.encoded is None:
            return False
        return base64.b64decode(self.encoded[:8]).startswith(b"%PDF-")
