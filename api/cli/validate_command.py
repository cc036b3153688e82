"""`iportal validate`: check UBL files as publishing does, without publishing them."""

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from api.cli.exits import INVALID, SECONDS_IN_LINE, TRY_AGAIN

if TYPE_CHECKING:
    from api.einvoice.validate import Validation

REPORT_WIDTH = 160
# One for each file; None for a file that could not be checked.
Reports = list[tuple[Path, "Validation | None"]]


def validate(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, metavar="FILE...")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the reports as JSON")] = False,
    release: Annotated[
        str | None,
        typer.Option(help="A release of the Peppol rules instead of the one in force"),
    ] = None,
) -> None:
    """Check UBL files by schema, EN 16931 and Peppol rules.

    Exits with 1 when a file is invalid, else with 75 when one could not be checked.
    """
    reports = asyncio.run(_check(files, release))
    if as_json:
        document = [_document(path, report) for path, report in reports]
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        _show(reports)
    if any(report is not None and not report.valid for _, report in reports):
        raise typer.Exit(INVALID)
    if any(report is None for _, report in reports):
        raise typer.Exit(TRY_AGAIN)


async def _check(files: list[Path], release: str | None) -> Reports:
    from datetime import UTC, datetime

    from api.cli.refusal import CommandRefused
    from api.core.processes import Processes, Unfinished, available_cores
    from api.einvoice.peppol import names
    from api.einvoice.validate import chosen_release, warm_up
    from api.issuer.checking import Checks
    from api.issuer.reading import MOST_PROCESSES
    from api.issuer.reports import validation_of

    try:
        checks = Checks(chosen_release(release, datetime.now(UTC).date()).name)
    except KeyError as error:
        known = ", ".join(names())
        raise CommandRefused(f"There is no release {release}; there are {known}.") from error
    count = min(MOST_PROCESSES, available_cores(), len(files))
    queue = iter(files)
    reports: dict[Path, Validation | None] = {}
    async with Processes(count, prepare=warm_up, seconds_in_line=SECONDS_IN_LINE) as processes:

        async def work() -> None:
            for path in queue:
                data = await asyncio.to_thread(path.read_bytes)
                try:
                    reports[path] = await validation_of(processes, data, checks)
                except Unfinished:
                    reports[path] = None

        await asyncio.gather(*(work() for _ in range(count)))
    return [(path, reports[path]) for path in files]


def _document(path: Path, report: "Validation | None") -> dict[str, Any]:
    if report is None:
        unknown: dict[str, Any] = {"profile": None, "layers": [], "valid": None, "findings": []}
        return {"file": str(path), "checked": False, **unknown}
    return {
        "file": str(path),
        "checked": True,
        "profile": report.profile,
        "layers": list(report.layers),
        "valid": report.valid,
        "findings": [
            {
                "rule": finding.rule,
                "severity": finding.severity,
                "location": finding.location,
                "line": finding.line,
                "message": finding.message,
            }
            for finding in report.findings
        ],
    }


def _show(reports: Reports) -> None:
    console = Console(width=None if sys.stdout.isatty() else REPORT_WIDTH, markup=False)
    for path, report in reports:
        if report is None:
            typer.echo(f"{path}: NOT CHECKED, try again")
            continue
        verdict = "valid" if report.valid else "INVALID"
        typer.echo(f"{path}: {verdict} ({report.profile or 'no UBL'})")
        if not report.findings:
            continue
        table = Table("line", "rule", "severity", "place", "message")
        for finding in report.findings:
            line = "" if finding.line is None else str(finding.line)
            table.add_row(line, finding.rule, finding.severity, finding.location, finding.message)
        console.print(table)
