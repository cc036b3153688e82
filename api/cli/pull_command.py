"""The command line of `iportal pull`."""

import asyncio
import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

TOKEN_VARIABLE = "IPORTAL_TOKEN"  # noqa: S105
SHOWN_FAILURES = 20
notes = Console(stderr=True)


class Kind(StrEnum):
    """The files of a document."""

    PDF = "pdf"
    UBL = "ubl"
    CSV = "csv"


def pull(
    folder: Annotated[Path, typer.Argument(file_okay=False, help="Where the documents go")],
    url: Annotated[
        str | None,
        typer.Option(envvar="IPORTAL_PUBLIC_URL", help="The portal's address, if not on this host"),
    ] = None,
    token_file: Annotated[
        Path | None,
        typer.Option(dir_okay=False, help=f"A file with the API token, else {TOKEN_VARIABLE}"),
    ] = None,
    only: Annotated[
        list[Kind] | None, typer.Option(help="Which files; may be given several times")
    ] = None,
    quiet: Annotated[bool, typer.Option(help="Say nothing when all went well")] = False,
) -> None:
    """Mirror documents into a folder, and next time only what is new.

    The token needs the scope documents:read. Documents that were replaced or withdrawn, or that may
    no longer be seen, move to DIR/removed. Exit codes: 0 done, 1 some failed and are tried again
    next time, 2 usage, 3 token refused, 4 portal unreachable, 5 another run in this folder.
    """
    from api.cli.mirror import AlreadyRunning
    from api.cli.pull import Exit, PullFailed
    from api.cli.pull import pull as run

    try:
        token = _token(token_file)
        kinds = [kind.value for kind in only or list(Kind)]
        pulled = asyncio.run(run((url or _own_address()).rstrip("/"), token, folder, kinds))
    except AlreadyRunning as error:
        _end(Exit.ALREADY_RUNNING, str(error))
    except PullFailed as failed:
        _end(failed.code, str(failed))
    except OSError as error:
        _end(Exit.USAGE, f"{folder}: {error.strerror or error}")
    if not quiet or pulled.failed:
        counts = f"{pulled.fetched} fetched, {pulled.removed} removed, {len(pulled.failed)} failed"
        typer.echo(counts)
    for failure in pulled.failed[:SHOWN_FAILURES]:
        notes.print(failure, style="red", highlight=False)
    raise typer.Exit(pulled.code)


def _own_address() -> str:
    """The portal that is served on this machine, as its own settings say."""
    from api.core.settings import own_address

    host, port = (os.environ.get(f"IPORTAL_{name}", "") for name in ("HOST", "PORT"))
    return own_address(host or "127.0.0.1", port or "8000")


def _token(file: Path | None) -> str:
    from api.cli.pull import Exit, PullFailed

    token = file.read_text("utf-8") if file else os.environ.get(TOKEN_VARIABLE, "")
    if not token.strip():
        raise PullFailed(Exit.USAGE, f"no API token: set {TOKEN_VARIABLE} or give --token-file")
    return token.strip()


def _end(code: int, message: str) -> NoReturn:
    notes.print(message, style="red", highlight=False)
    raise typer.Exit(code)
