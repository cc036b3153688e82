"""The columns of an export, and how they are read of documents and their stored content."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import Select, Text, cast, func, literal_column, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by

from api.core.i18n import translate
from api.core.settings import Language
from api.models import DocumentContent, DocumentTag, Tag

Value = str | date | Decimal | None
Row = Sequence[Value]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, and how its value is found in a row of the database."""

    name: str
    value: Callable[[Any], Value]

    def title(self, language: Language | None) -> str:
        """The name for programs, or the title for readers."""
        return self.name if language is None else translate(language, f"export.{self.name}")


def _field(name: str) -> Column:
    return Column(name, lambda row: row[name])


def _number(name: str) -> Column:
    return Column(name, lambda row: _decimal(row[name]))


def _day(name: str) -> Column:
    return Column(name, lambda row: _date(row[name]))


def _signed(name: str) -> Column:
    """A credit note counts as negative, so that a sum over the column is right."""
    return Column(f"signed_{name}", lambda row: _negated(row["kind"], _decimal(row[name])))


def _decimal(value: Any) -> Decimal | None:
    try:
        return None if value in (None, "") else Decimal(value)
    except InvalidOperation:
        return None


def _date(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _negated(kind: str, value: Decimal | None) -> Decimal | None:
    return -value if value is not None and kind == "credit_note" else value


HEAD = (
    _field("customer_number"),
    _field("customer_name"),
    _field("kind"),
    _field("number"),
    _day("issue_date"),
)
DOCUMENT_COLUMNS = (
    *HEAD,
    _field("title"),
    _day("due_date"),
    _field("currency"),
    *(_number(name) for name in ("amount_excl_vat", "vat_amount", "amount_incl_vat")),
    *(_signed(name) for name in ("amount_excl_vat", "vat_amount", "amount_incl_vat")),
    _field("buyer_reference"),
    _field("purchase_order"),
    _field("contract"),
    _field("seller_name"),
    _field("seller_vat_number"),
    _field("iban"),
    _field("payment_reference"),
    _field("tags"),
    _field("state"),
    _field("id"),
)
LINE_COLUMNS = (
    *HEAD,
    _field("currency"),
    _field("line_id"),
    _field("line_name"),
    _field("line_description"),
    _field("line_note"),
    _number("quantity"),
    _field("unit"),
    _number("price"),
    _number("price_base_quantity"),
    _number("net_amount"),
    _signed("net_amount"),
    _field("vat_category"),
    _number("vat_rate"),
    _day("period_start"),
    _day("period_end"),
    _field("seller_item_id"),
    _field("contract"),
    _field("purchase_order"),
    _field("id"),
)
COLUMNS = {"document": DOCUMENT_COLUMNS, "line": LINE_COLUMNS}


def _text(source: Any, *path: str) -> Any:
    """A text of the stored content."""
    return source.op("#>>")(literal_column(f"'{{{','.join(path)}}}'"))


def _common(page: Any, content: Any) -> list[Any]:
    return [
        page.c.customer_number,
        page.c.customer_name,
        page.c.kind,
        page.c.number,
        page.c.issue_date,
        page.c.currency,
        cast(page.c.id, Text).label("id"),
        DocumentContent.contract,
        _text(content, "references", "purchase_order").label("purchase_order"),
    ]


def select_documents(page: Any) -> Select[Any]:
    """One row per document."""
    content: Any = DocumentContent.content
    tags = (
        select(func.string_agg(Tag.name, aggregate_order_by(literal_column("', '"), Tag.name)))
        .join(DocumentTag, DocumentTag.tag_id == Tag.id)
        .where(DocumentTag.document_id == page.c.id)
        .scalar_subquery()
    )
    return (
        select(
            *_common(page, content),
            page.c.title,
            page.c.due_date,
            page.c.amount_excl_vat,
            page.c.vat_amount,
            page.c.amount_incl_vat,
            page.c.state,
            _text(content, "references", "buyer_reference").label("buyer_reference"),
            _text(content, "seller", "name").label("seller_name"),
            _text(content, "seller", "vat_number").label("seller_vat_number"),
            _text(content, "payment", "iban").label("iban"),
            _text(content, "payment", "reference").label("payment_reference"),
            tags.label("tags"),
        )
        .select_from(page)
        .outerjoin(DocumentContent, DocumentContent.document_id == page.c.id)
    )


def select_lines(page: Any) -> Select[Any]:
    """One row per document, with its lines as JSON."""
    content: Any = DocumentContent.content
    return (
        select(*_common(page, content), cast(content["lines"], Text).label("lines"))
        .select_from(page)
        .outerjoin(DocumentContent, DocumentContent.document_id == page.c.id)
        .where(true())
    )


SELECTIONS: dict[str, Callable[[Any], Select[Any]]] = {
    "document": select_documents,
    "line": select_lines,
}
