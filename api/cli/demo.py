"""`iportal demo`: the demo itself, or any number of invented documents to measure on."""

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from api.cli.refusal import CommandRefused

if TYPE_CHECKING:
    from api.core.settings import Settings

DOCUMENTS_EACH = 50
MAX_WITH_FILES = 15_000
notes = Console(stderr=True)


def _note(message: str) -> None:
    notes.print(message, style="dim", highlight=False)


def demo(
    documents: Annotated[
        int | None, typer.Option(min=1, help="So many invented documents, to measure on")
    ] = None,
    customers: Annotated[
        int | None, typer.Option(min=1, help="For so many customers; else one for 50 documents")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=10**6, help="Other documents")] = 1,
    no_files: Annotated[
        bool, typer.Option("--no-files", help="Rows only, for millions of them")
    ] = False,
    known_passwords: Annotated[
        bool,
        typer.Option("--known-passwords", help="Even where others can reach the portal"),
    ] = False,
) -> None:
    """Fill an empty portal with the demo, or with any number of invented documents."""
    from api.cli.portal import portal
    from api.demo.refusal import DemoRefused

    with portal(_note) as settings:
        try:
            if documents is None:
                lines = _seed(settings, exposed=known_passwords)
            else:
                count = customers or max(1, documents // DOCUMENTS_EACH)
                fill = _fill_rows if no_files else _publish
                lines = fill(settings, documents, count, seed, exposed=known_passwords)
        except DemoRefused as refused:
            raise CommandRefused(str(refused)) from refused
    for line in lines:
        typer.echo(line)


def _seed(settings: "Settings", *, exposed: bool) -> list[str]:
    from api.demo.seed import seed_demo, sign_ins

    asyncio.run(seed_demo(settings, _note, exposed=exposed))
    return sign_ins()


def _fill_rows(
    settings: "Settings", documents: int, customers: int, seed: int, *, exposed: bool
) -> list[str]:
    from api.demo.bulk import fill
    from api.demo.crowd import Wanted, sign_ins

    wanted = Wanted(documents, customers, seed, datetime.now(UTC).date())
    asyncio.run(fill(settings, wanted, _note, exposed=exposed))
    return sign_ins()


def _publish(
    settings: "Settings", documents: int, customers: int, seed: int, *, exposed: bool
) -> list[str]:
    from api.demo.crowd import Wanted, sign_ins
    from api.demo.populate import publish_crowd

    if customers > MAX_WITH_FILES:
        raise CommandRefused(f"with files at most {MAX_WITH_FILES} customers; or use --no-files")
    wanted = Wanted(documents, customers, seed, datetime.now(UTC).date())
    asyncio.run(publish_crowd(settings, wanted, _note, exposed=exposed))
    return sign_ins()
