"""Publishing the documents of an archive, a few side by side."""

import asyncio
from collections import Counter

from pydantic import ValidationError

from api.core import errors
from api.core.errors import Problem
from api.core.settings import Settings
from api.issuer.archives import Packed
from api.issuer.bundles import reason_of
from api.issuer.intake import Intake
from api.issuer.reading import Upload
from api.issuer.schemas import ArchiveItem, ArchiveReport, DocumentMetadata

PARALLEL = 4


async def publish_all(
    intake: Intake,
    documents: list[Packed],
    settings: Settings,
    *,
    customer_number: str | None,
    replace: bool,
) -> ArchiveReport:
    """Publish them, each by itself; an engine that goes away stops all that are left."""
    items: dict[str, ArchiveItem] = {}
    queue = iter(documents)

    async def work() -> None:
        for packed in queue:
            items[packed.name] = await _publish(intake, packed, settings, customer_number, replace)

    await asyncio.gather(*(work() for _ in range(PARALLEL)))
    ordered = [items[packed.name] for packed in documents]
    count = Counter(item.outcome for item in ordered)
    return ArchiveReport(
        published=count["published"],
        unchanged=count["unchanged"],
        rejected=count["rejected"],
        items=ordered,
    )


async def _publish(
    intake: Intake, packed: Packed, settings: Settings, customer: str | None, replace: bool
) -> ArchiveItem:
    try:
        publication = await intake.take(_upload(packed, settings, customer, replace))
    except ValidationError as error:
        reason = f"metadata: {error.errors()[0]['msg']}"
        return _rejected(packed.name, errors.INVALID.code, reason)
    except Problem as problem:
        if problem.error.status in (401, 403, 503):
            raise
        findings = problem.members.get("findings") or []
        return _rejected(packed.name, problem.error.code, reason_of(problem), findings)
    return ArchiveItem(
        name=packed.name,
        outcome="published" if publication.created else "unchanged",
        document=publication.document,
        code=None,
        reason=None,
        findings=publication.document.findings,
    )


def _rejected(
    name: str, code: str, reason: str, findings: list[object] | None = None
) -> ArchiveItem:
    return ArchiveItem.model_validate(
        {
            "name": name,
            "outcome": "rejected",
            "document": None,
            "code": code,
            "reason": reason,
            "findings": findings or [],
        }
    )


def _upload(packed: Packed, settings: Settings, customer: str | None, replace: bool) -> Upload:
    if any(len(data or b"") > settings.max_upload_bytes for data in (packed.ubl, packed.pdf)):
        raise Problem(errors.TOO_LARGE)
    metadata = DocumentMetadata()
    if packed.metadata is not None:
        metadata = DocumentMetadata.model_validate_json(packed.metadata)
    if customer is not None:
        metadata = metadata.model_copy(update={"customer_number": customer})
    return Upload(packed.pdf, packed.ubl, metadata, replace=replace)
