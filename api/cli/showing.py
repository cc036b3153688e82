"""What commands show beside their answer: notes, progress and tables."""

import sys
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

if TYPE_CHECKING:
    from api.cli.ingest import Outcome

REPORT_WIDTH = 160
notes = Console(stderr=True)


def note(message: str) -> None:
    """Tell in passing what happens, apart from what the command prints."""
    notes.print(message, style="dim", highlight=False)


def progress() -> Progress:
    """A bar with what is done, what is to do and how long that will take."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=notes,
    )


def show_table(table: Table) -> None:
    """Print a table, as wide as the terminal or else wide enough to be searched line by line."""
    width = None if sys.stdout.isatty() else REPORT_WIDTH
    Console(width=width, markup=False).print(table)


def report(outcome: "Outcome") -> None:
    """Print what became of a folder, and why some of it was not published."""
    typer.echo(
        f"{outcome.published} published, {outcome.unchanged} unchanged, "
        f"{len(outcome.rejects)} rejected"
        + (f", {len(outcome.unfinished)} to be tried again" if outcome.unfinished else "")
    )
    left = outcome.rejects + outcome.unfinished
    if not left:
        return
    table = Table("document", "code", "reason")
    for document in left:
        table.add_row(*document)
    show_table(table)
