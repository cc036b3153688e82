"""Belgian structured communication, and the EPC QR code that a banking app scans (EPC069-12)."""

import re
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import Literal

import segno
from stdnum import iban as iban_check
from stdnum import iso11649
from stdnum.be import ogm_vcs

from api.einvoice.model import CENT, Invoice, PaymentMeans

CREDIT_TRANSFER = frozenset({"30", "58"})  # UNCL 4461
DIRECT_DEBIT = frozenset({"49", "59"})

# Where a Belgian structured communication goes. EPC069-12 knows only RF references as structured,
# yet Belgian banking apps fill their structured field from that line, and issuers expect it.
StructuredLine = Literal["structured", "text"]

MAX_AMOUNT = Decimal("999999999.99")
MAX_BYTES = 331
MAX_VERSION = 13
MAX_NAME = 70
MAX_TEXT = 140

# Countries whose accounts take part in SEPA; outside the EEA the code must carry the BIC.
_EEA = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK"
_OTHERS = "AD AL CH GB GI MC MD ME MK RS SM VA"
EEA = frozenset(_EEA.split())
SEPA = EEA | frozenset(_OTHERS.split())

_OGM = re.compile(
    r"(?:\+{3}|\*{3})?\s*([0-9]{3})[ /.]?([0-9]{4})[ /.]?([0-9]{5})\s*(?:\+{3}|\*{3})?"
)
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")


def normalise_communication(text: str | None) -> str | None:
    """The 12 digits of a valid Belgian structured communication; None for anything else."""
    matched = _OGM.fullmatch(text.strip()) if text else None
    digits = "".join(matched.groups()) if matched else ""
    return digits if digits and ogm_vcs.is_valid(digits) else None


def format_communication(text: str | None) -> str | None:
    """`+++123/4567/89012+++` for a valid structured communication; None for anything else."""
    digits = normalise_communication(text)
    return None if digits is None else f"+++{ogm_vcs.format(digits)}+++"


def normalise_iban(account: str | None) -> str | None:
    """The account without blanks, if it is an IBAN with right check digits; else None."""
    compact = "".join((account or "").split()).upper()
    usable = compact.isascii() and compact.isalnum() and iban_check.is_valid(compact)
    return compact if usable else None


def format_iban(account: str) -> str:
    """An IBAN in groups of four; anything else unchanged."""
    compact = normalise_iban(account)
    return account if compact is None else " ".join(re.findall(".{1,4}", compact))


@dataclass(frozen=True, slots=True)
class Transfer:
    """A credit transfer in euro that the reader of an invoice is asked to make."""

    name: str  # beneficiary: BT-85, else BT-59, else BT-27
    iban: str  # BT-84, valid, without blanks
    amount: Decimal  # BT-115, in euro, positive, whole cents
    reference: str  # BT-83 as written, else the invoice number
    bic: str | None = None  # BT-86


def transfer_of(invoice: Invoice) -> Transfer | None:
    """The transfer an invoice asks for.

    None unless it is an invoice in euro with a positive amount due (BT-115) of whole cents and a
    credit transfer (BT-81 is 30 or 58) to a valid SEPA account. With several accounts the first
    valid one is taken.
    """
    due = invoice.totals.payable
    if invoice.kind != "invoice" or invoice.currency != "EUR":
        return None
    if not 0 < due <= MAX_AMOUNT or due != due.quantize(CENT):
        return None
    for means in invoice.payment_means:
        iban = normalise_iban(means.account) if means.code in CREDIT_TRANSFER else None
        if iban is not None and iban[:2] in SEPA:
            return _transfer(invoice, means, iban)
    return None


def _transfer(invoice: Invoice, means: PaymentMeans, iban: str) -> Transfer:
    payee = invoice.payee.name if invoice.payee else None
    bic = "".join((means.bic or "").split()).upper()
    return Transfer(
        name=means.account_name or payee or invoice.seller.name,
        iban=iban,
        amount=invoice.totals.payable.quantize(CENT),
        reference=means.reference or invoice.payment_reference or invoice.number,
        bic=bic if _BIC.fullmatch(bic) else None,
    )


def epc_text(transfer: Transfer, *, structured_line: StructuredLine = "structured") -> str | None:
    """The content of the QR code (EPC069-12 version 002, UTF-8).

    None when the transfer does not fit: no beneficiary, an account outside the EEA without BIC, or
    more than 331 bytes.
    """
    name = _one_line(transfer.name)[:MAX_NAME].strip()
    if not name or (transfer.iban[:2] not in EEA and transfer.bic is None):
        return None
    structured, text = _remittance(_one_line(transfer.reference), structured_line)
    amount = f"EUR{transfer.amount:.2f}"
    head = [
        "BCD",
        "002",
        "1",
        "SCT",
        transfer.bic or "",
        name,
        transfer.iban,
        amount,
        "",
    ]
    content = "\n".join([*head, structured, text]).rstrip("\n")
    return content if len(content.encode()) <= MAX_BYTES else None


def _remittance(reference: str, structured_line: StructuredLine) -> tuple[str, str]:
    """Lines 10 and 11, of which only one may be filled."""
    communication = format_communication(reference)
    if communication is not None:
        return (communication, "") if structured_line == "structured" else ("", communication)
    if reference.isascii() and reference.upper().startswith("RF") and iso11649.is_valid(reference):
        return iso11649.compact(reference), ""
    return "", reference[:MAX_TEXT].strip()


def _one_line(text: str) -> str:
    return " ".join(text.split())


def qr_svg(content: str) -> str | None:
    """A QR code of level M as an SVG element, black on white with its quiet zone.

    None when the content needs more than version 13 of the standard, which EPC069-12 forbids.
    """
    try:
        code = segno.make_qr(content, error="m", boost_error=False, encoding="utf-8")
    except segno.DataOverflowError:
        return None
    if not isinstance(code.version, int) or code.version > MAX_VERSION:
        return None
    target = BytesIO()
    code.save(
        target,
        kind="svg",
        xmldecl=False,
        nl=False,
        omitsize=True,
        border=4,
        dark="#000",
        light="#fff",
        svgclass=None,
        lineclass=None,
    )
    return target.getvalue().decode("utf-8")
