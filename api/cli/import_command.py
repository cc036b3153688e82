"""`iportal import-customers`: create or change the customer numbers of a CSV file."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from api.cli.refusal import CommandRefused
from api.cli.showing import note, progress, show_table

if TYPE_CHECKING:
    from api.cli.customer_import import Advance
    from api.core.settings import Settings
    from api.issuer.customer_schemas import CustomerImport
    from api.issuer.importing import ImportOptions


def import_customers(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, metavar="FILE.csv")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would happen")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Import all rows or none")] = False,
) -> None:
    """Create or change the customer numbers of a CSV file; exits with 1 when rows were rejected.

    The columns, in any order: number, name, vat_number, language, channel, email, first_name,
    last_name. An import that was interrupted is started again.
    """
    from api.cli.portal import portal
    from api.core.log import configure_logging
    from api.issuer.importing import ImportOptions

    with portal(note) as settings, progress() as bar:
        configure_logging(settings)  # away from what the command prints
        task = bar.add_task("checking" if dry_run else "importing", total=None)

        def advance(done: int, count: int) -> None:
            bar.update(task, advance=done, total=count)

        report = _imported(settings, file, ImportOptions(dry_run, strict), advance)
    typer.echo(
        f"{report.created} created, {report.updated} updated, {report.unchanged} unchanged, "
        f"{report.rejected_count} rejected"
    )
    if report.rejected_count:
        _show_rejects(row.model_dump() for row in report.rejected)
        raise typer.Exit(1)


def _imported(
    settings: "Settings", file: Path, options: "ImportOptions", advance: "Advance"
) -> "CustomerImport":
    from api.cli.customer_import import import_file
    from api.core.errors import Problem
    from api.issuer.bundles import reason_of

    try:
        return asyncio.run(import_file(settings, file, options, advance))
    except Problem as problem:
        _show_rejects(problem.members.get("rejected", ()))
        raise CommandRefused(reason_of(problem)) from problem


def _show_rejects(rejects: Iterable[dict[str, Any]]) -> None:
    table = Table("line", "number", "column", "code", "message")
    for row in rejects:
        for error in row["errors"]:
            where = str(row["line"]), row["number"]
            table.add_row(*where, error["pointer"], error["code"], error["message"])
    if table.row_count:
        show_table(table)
