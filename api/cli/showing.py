"""What commands show beside their answer: notes, progress and tables."""

import sys

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

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
