"""`iportal ingest`: publish every document of a folder."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from api.cli.exits import INVALID, SECONDS_IN_LINE, TRY_AGAIN
from api.core import errors
from api.core.errors import Problem
from api.core.processes import Unfinished
from api.core.settings import Settings
from api.issuer.bundles import METADATA_SUFFIX, SUFFIXES, is_ours, reason_of
from api.issuer.checking import checks_of
from api.issuer.files import SealingFileMaker
from api.issuer.intake import Intake
from api.issuer.publishing import Command
from api.issuer.reading import Upload, checking_processes
from api.issuer.schemas import DocumentMetadata
from api.seals.loading import load_sealer
from api.storage import Storage

PARALLEL = 6


@dataclass(frozen=True, slots=True)
class Bundle:
    """The files of one document: `x.xml`, `x.pdf` and perhaps `x.json` with its metadata."""

    name: str
    ubl: Path | None
    pdf: Path | None
    metadata: Path | None


@dataclass(slots=True)
class Outcome:
    """What became of a folder."""

    published: int = 0
    unchanged: int = 0
    rejects: list[tuple[str, str, str]] = field(default_factory=list)
    unfinished: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """What the command ends with."""
        if self.rejects:
            return INVALID
        return TRY_AGAIN if self.unfinished else 0


def bundles_of(folder: Path) -> list[Bundle]:
    """The documents of a folder and of those below it, in order of name."""
    files = {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and is_ours(path.name)
    }
    found: dict[str, dict[str, Path]] = {}
    for name, path in files.items():
        found.setdefault(name[: -len(path.suffix)], {})[path.suffix.lower()] = path
    return [
        Bundle(name, parts.get(".xml"), parts.get(".pdf"), parts.get(METADATA_SUFFIX))
        for name, parts in found.items()
        if any(suffix in parts for suffix in SUFFIXES)
    ]


async def ingest(
    settings: Settings, bundles: list[Bundle], customer: str | None, advance: Callable[[], None]
) -> Outcome:
    """Publish bundles; each is a transaction of its own, so an interrupted run is continued.

    What was published before is found unchanged. Rejects, and documents that could not be checked
    or sealed now and are to be tried again, do not stop the rest; an engine that goes away does.
    """
    outcome, queue = Outcome(), iter(bundles)
    async with (
        Storage(settings) as storage,
        checking_processes(settings, SECONDS_IN_LINE) as processes,
        Command(settings) as publisher,
    ):
        maker = SealingFileMaker(settings, load_sealer(settings), processes)
        intake = Intake(processes, storage, maker, checks_of(settings), publisher)

        async def work() -> None:
            for bundle in queue:
                await _ingest_one(intake, settings, bundle, customer, outcome)
                advance()

        async with asyncio.TaskGroup() as group:
            for _ in range(min(PARALLEL, settings.database_pool_size)):
                group.create_task(work())
    outcome.rejects.sort()
    outcome.unfinished.sort()
    return outcome


async def _ingest_one(
    intake: Intake, settings: Settings, bundle: Bundle, customer: str | None, outcome: Outcome
) -> None:
    try:
        publication = await intake.take(_upload(bundle, customer, settings))
    except ValidationError as error:
        outcome.rejects.append((bundle.name, "invalid", f"metadata: {error.errors()[0]['msg']}"))
    except OversizedFile as error:
        outcome.rejects.append((bundle.name, "too_large", str(error)))
    except Unfinished:
        reason = "not checked; try again"
        outcome.unfinished.append((bundle.name, errors.UNAVAILABLE.code, reason))
    except Problem as problem:
        kind = outcome.unfinished if problem.error.status == 503 else outcome.rejects
        kind.append((bundle.name, problem.error.code, reason_of(problem)))
    else:
        outcome.published += publication.created
        outcome.unchanged += not publication.created


class OversizedFile(Exception):
    """A file is larger than the portal accepts."""


def _upload(bundle: Bundle, customer: str | None, settings: Settings) -> Upload:
    metadata = DocumentMetadata()
    if bundle.metadata is not None:
        metadata = DocumentMetadata.model_validate_json(bundle.metadata.read_bytes())
    if customer is not None:
        metadata = metadata.model_copy(update={"customer_number": customer})
    return Upload(
        pdf=_bytes(bundle.pdf, settings), ubl=_bytes(bundle.ubl, settings), metadata=metadata
    )


def _bytes(path: Path | None, settings: Settings) -> bytes | None:
    if path is None:
        return None
    if path.stat().st_size > settings.max_upload_bytes:
        raise OversizedFile(f"{path.name} is over {settings.max_upload_bytes} bytes")
    return path.read_bytes()
