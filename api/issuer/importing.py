"""Customer numbers from a CSV file: what is right is written, the rest is told.

A batch of rows is one transaction, so whatever ends an import leaves whole batches; the same file
again finds them unchanged and goes on.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.audit import record
from api.core import errors
from api.core.errors import Problem
from api.issuer.customer_csv import CustomerFile, Row
from api.issuer.customer_schemas import CustomerImport, RejectedRow
from api.issuer.customers import plan_customers, put_customers
from api.issuer.schemas import CustomerUpsert

BATCH = 500
MOST_REJECTS_TOLD = 200


class Importer(Protocol):
    """Who imports; each batch is written as they are."""

    def session(self) -> AbstractAsyncContextManager[tuple[AsyncSession, Principal | None]]:
        """A transaction as this importer, with the user or program behind it if there is one."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """`dry_run` only tells what would happen; with `strict` one bad row keeps it from happening."""

    dry_run: bool = False
    strict: bool = False


@dataclass(slots=True)
class Tally:
    """What became of the rows so far."""

    outcomes: Counter[str] = field(default_factory=Counter)
    rejects: list[Row] = field(default_factory=list)

    def take(self, rows: list[Row]) -> dict[str, CustomerUpsert]:
        """Count the bad ones of some rows; gives the good ones."""
        bad = [row for row in rows if row.customer is None]
        self.outcomes["rejected"] += len(bad)
        self.rejects += bad[: MOST_REJECTS_TOLD - len(self.rejects)]
        return {row.customer.number: row.customer for row in rows if row.customer is not None}

    def report(self) -> CustomerImport:
        """The same for the reader."""
        return CustomerImport(
            created=self.outcomes["created"],
            updated=self.outcomes["updated"],
            unchanged=self.outcomes["unchanged"],
            rejected_count=self.outcomes["rejected"],
            rejected=[
                RejectedRow.model_validate(row, from_attributes=True) for row in self.rejects
            ],
        )


async def import_customers(
    importer: Importer,
    file: CustomerFile,
    name: str,
    options: ImportOptions,
    advance: Callable[[int], None] = lambda _: None,
) -> CustomerImport:
    """Create or change the customer numbers of a file, which the audit trail calls `name`.

    `advance` is told how many more rows are done. Raises `REJECTED_ROWS` for a strict import of a
    file with bad rows, before anything is written.
    """
    if options.strict:
        await _refuse_bad_rows(file)
    tally = Tally()
    async for rows in _batches(file):
        await _take(importer, tally, rows, dry_run=options.dry_run)
        advance(len(rows))
    report = tally.report()
    if not options.dry_run:
        await _record(importer, name, report)
    return report


async def _batches(file: CustomerFile) -> AsyncIterator[list[Row]]:
    """The rows of a file, read and checked beside the event loop."""
    batches = file.batches(BATCH)
    while rows := await asyncio.to_thread(next, batches, None):
        yield rows


async def _refuse_bad_rows(file: CustomerFile) -> None:
    tally = Tally()
    async for rows in _batches(file):
        tally.take(rows)
    report = tally.report()
    if report.rejected_count:
        raise Problem(
            errors.REJECTED_ROWS,
            parameters={"count": report.rejected_count},
            members=report.model_dump(include={"rejected_count", "rejected"}),
        )


async def _take(importer: Importer, tally: Tally, rows: list[Row], *, dry_run: bool) -> None:
    wanted = tally.take(rows)
    async with importer.session() as (session, actor):
        if dry_run:
            done = await plan_customers(session, wanted)
        else:
            done = await put_customers(session, actor, wanted)
    tally.outcomes.update(one.outcome for one in done)


async def _record(importer: Importer, name: str, report: CustomerImport) -> None:
    counts = report.model_dump(include={"created", "updated", "unchanged", "rejected_count"})
    async with importer.session() as (session, actor):
        await record(session, "customers_imported", actor=actor, detail={"file": name, **counts})
