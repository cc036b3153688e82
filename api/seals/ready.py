"""A PDF from outside made ready: the seal that it has is checked, else a place for one is made."""

from dataclasses import dataclass

from api.seals.facts import SealFacts
from api.seals.plan import PreparedPdf, SealPlan, UnsealableError


@dataclass(frozen=True, slots=True)
class Sealing:
    """What a process without the key needs to know: the room for a seal, and whose are ours."""

    plan: SealPlan
    ours: frozenset[str]


@dataclass(frozen=True, slots=True)
class Unsealable:
    """The PDF can be read, but cannot take a seal."""


ReadyPdf = SealFacts | PreparedPdf | Unsealable


def ready_pdf(pdf: bytes, sealing: Sealing) -> ReadyPdf:
    """The facts of the seal that a PDF has, else the PDF with a place for one."""
    from api.seals.checking import check_seal  # noqa: PLC0415 - never in the server
    from api.seals.preparing import prepare_seal  # noqa: PLC0415

    facts = check_seal(pdf, sealing.ours)
    if facts is not None:
        return facts
    try:
        return prepare_seal(pdf, sealing.plan)
    except UnsealableError:
        return Unsealable()
