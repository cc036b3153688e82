"""The payment panel: what the reader is asked to do, if anything."""

from decimal import Decimal
from typing import Any

from api.einvoice.model import Invoice, PaymentMeans
from api.einvoice.payment import (
    DIRECT_DEBIT,
    StructuredLine,
    epc_text,
    format_communication,
    format_iban,
    qr_svg,
    transfer_of,
)
from api.einvoice.text import Writer

View = dict[str, Any]


def payment_view(invoice: Invoice, write: Writer, structured_line: StructuredLine) -> View:
    """The panel that fits the document; a payment code only where a transfer is asked for."""
    due = invoice.totals.payable
    if invoice.kind == "credit_note" or due < 0:
        return _panel(write, "credit", abs(due), invoice)
    if not due:
        return _panel(write, "none", due, invoice)
    debit = next((m for m in invoice.payment_means if m.code in DIRECT_DEBIT), None)
    if debit is not None:
        panel = _panel(write, "debit", due, invoice)
        panel["rows"] = _debit_rows(invoice, debit, write)
        return panel
    account = next((m for m in invoice.payment_means if m.account), None)
    if account is None:
        return _other(invoice, write)
    panel = _panel(write, "transfer", due, invoice)
    panel["rows"] = _transfer_rows(invoice, account, write)
    panel["qr"] = _qr(invoice, structured_line)
    return panel


def _panel(write: Writer, kind: str, amount: Decimal, invoice: Invoice) -> View:
    money, due_date = write.money(amount), invoice.due_date
    dated = due_date is not None and kind in ("transfer", "debit", "other")
    name = f"{kind}_text" if dated or kind in ("credit", "none") else f"{kind}_text_undated"
    day = write.long_date(due_date) if due_date else ""
    return {
        "kind": kind,
        "heading": write.word("payment", kind),
        "text": write.word("payment", name, amount=money, date=day),
        "rows": [],
        "qr": None,
        "scan": write.word("payment", "scan"),
        "qr_alt": write.word("payment", "qr_alt"),
    }


def _transfer_rows(invoice: Invoice, means: PaymentMeans, write: Writer) -> list[list[str]]:
    payee = invoice.payee.name if invoice.payee else None
    name = means.account_name or payee or invoice.seller.name
    reference = means.reference or invoice.payment_reference
    rows = [
        ("account", format_iban(means.account or "")),
        ("bic", means.bic),
        ("beneficiary", name),
        ("communication", format_communication(reference) or reference or invoice.number),
    ]
    return [[write.word("payment", label), value] for label, value in rows if value]


def _debit_rows(invoice: Invoice, means: PaymentMeans, write: Writer) -> list[list[str]]:
    debited = format_iban(means.debited_account) if means.debited_account else None
    rows = [
        ("debited", debited),
        ("mandate", means.mandate),
        ("creditor", invoice.creditor_id),
        ("communication", means.reference),
    ]
    return [[write.word("payment", label), value] for label, value in rows if value]


def _other(invoice: Invoice, write: Writer) -> View:
    panel = _panel(write, "other", invoice.totals.payable, invoice)
    for means in invoice.payment_means[:1]:
        rows = [("card", means.card_number), ("communication", means.reference)]
        panel["rows"] = [[write.word("payment", label), value] for label, value in rows if value]
        panel["heading"] = means.text or panel["heading"]
    return panel


def _qr(invoice: Invoice, structured_line: StructuredLine) -> str | None:
    transfer = transfer_of(invoice)
    if transfer is None:
        return None
    content = epc_text(transfer, structured_line=structured_line)
    return None if content is None else qr_svg(content)
