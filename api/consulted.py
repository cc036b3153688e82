"""Which documents a user has consulted, and how many they have not."""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, select

from api.models import Customer, Document, DocumentRead


def _mark(user_id: Any) -> Select[Any]:
    mark: Select[Any] = select(literal_column("1")).where(
        DocumentRead.document_id == Document.id, DocumentRead.user_id == user_id
    )
    return mark.correlate(Document)


def consulted(user_id: Any) -> ColumnElement[bool]:
    """Whether the user has consulted a document; a plan may start from all that they ever have."""
    return _mark(user_id).exists()


def consulted_each(user_id: Any) -> ColumnElement[bool]:
    """The same, asked document by document, whatever the planner thinks of it.

    For someone with thousands of documents, a plan made without knowing who asks compares each of
    them with every one that was ever consulted: seconds instead of milliseconds.
    """
    return _mark(user_id).scalar_subquery().is_not(None)


def unread_count(user_id: Any) -> Select[Any]:
    """How many published documents the user has not consulted yet."""
    counted = select(func.count()).join_from(Customer, Document)
    return counted.where(Document.state == "published", ~consulted_each(user_id))
