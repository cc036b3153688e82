"""lxml, and the small part of it that is used, stated as types since it ships none."""

from collections.abc import Iterator
from typing import Any, Protocol

from lxml import etree as _untyped  # type: ignore[import-untyped,unused-ignore]

etree: Any = _untyped


class Element(Protocol):
    """What is used of an lxml element."""

    tag: str
    text: str | None
    sourceline: int | None

    def get(self, key: str) -> str | None:
        """The attribute's value."""

    def iterchildren(self, tag: str) -> "Iterator[Element]":
        """Children with this tag, in document order."""

    def itersiblings(self, tag: str, *, preceding: bool) -> "Iterator[Element]":
        """Siblings with this tag."""

    def getparent(self) -> "Element | None":
        """The parent; None for the root."""
