"""The `iportal` command line.

Each command imports what it needs: `run` starts two more of these processes, and all the parts
together take seconds to import.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated

import typer
import uvloop
from pydantic import ValidationError

from api.cli.demo import demo
from api.cli.import_command import import_customers
from api.cli.pull_command import pull
from api.cli.refusal import CommandRefused
from api.cli.showing import note, notes, progress, report
from api.cli.validate_command import validate
from api.core.log import log_to_stderr
from api.core.scopes import Scope
from api.core.settings import Settings, WeakSettingError

DRAIN_SECONDS = 25

app = typer.Typer(
    name="iportal",
    help="A self-hosted portal for sealed PDF and Peppol UBL invoices.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)

app.command()(demo)
app.command("import-customers")(import_customers)
app.command()(pull)
app.command()(validate)


@app.command()
def run(
    tied: Annotated[bool, typer.Option(help="Stop when the process that started us ends")] = False,
) -> None:
    """Run everything in one terminal: engines that are not configured, API and worker."""
    from api.cli.supervisor import run_everything

    raise typer.Exit(run_everything(note, tied=tied))


@app.command()
def serve() -> None:
    """Serve the API and the SPA."""
    import uvicorn

    from api.app import create_app
    from api.cli.portal import portal
    from api.cli.wire import protocol_of
    from api.core.memory import return_large_blocks, settle

    return_large_blocks()
    with portal(note) as settings:
        application = create_app(settings)
        settle()
        uvicorn.run(
            application,
            http=protocol_of(settings),
            ws="none",
            host=settings.host,
            port=settings.port,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            log_config=None,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=DRAIN_SECONDS,
        )


@app.command()
def worker() -> None:
    """Do background work: mails and archives."""
    from api.cli.portal import portal
    from api.worker import run_worker

    with portal(note) as settings:
        raise typer.Exit(run_worker(settings))


@app.command()
def bounce() -> None:
    """Read a mail that came back from standard input, for a return path that is piped here."""
    import sys

    from api.cli.portal import portal
    from api.cli.returned import record_returned

    with portal(note) as settings:
        recorded = asyncio.run(record_returned(settings, sys.stdin.buffer.read()))
    note("recorded" if recorded else "not a refusal of one of our mails")


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    from api.cli.portal import migrate as migrate_database
    from api.cli.portal import portal

    with portal(note) as settings:
        migrate_database(settings)


@app.command()
def purge() -> None:
    """Delete the documents, files too, that are over their time; the worker does so hourly."""
    from api.cli.portal import portal
    from api.cli.purging import purge_now

    with portal(note) as settings:
        typer.echo(f"{asyncio.run(purge_now(settings))} purged")


@app.command()
def doctor() -> None:
    """Check engines, schema, certificate and settings; exits with 1 when something is wrong."""
    from api.cli.portal import portal
    from api.core.log import configure_logging

    with portal(note) as settings:
        configure_logging(settings)
        wrong = asyncio.run(_examined(settings))
    if wrong:
        raise typer.Exit(1)


async def _examined(settings: Settings) -> bool:
    from api.cli.doctor import examine

    wrong = False
    async for result in examine(settings):
        typer.echo(f"{result.state:8}{result.name:12}{result.advice}")
        wrong |= result.state == "wrong"
    return wrong


@app.command()
def openapi() -> None:
    """Print the OpenAPI document."""
    from api.app import create_app, openapi_of

    placeholder = "not-used-to-print-the-contract-0123456789"
    settings = Settings(
        database_url="postgresql+asyncpg://localhost/none",
        redis_url="redis://localhost",
        s3_endpoint_url="http://localhost",
        s3_access_key_id="",
        s3_secret_access_key=placeholder,
        smtp_host="localhost",
        secret_key=placeholder,
        cookie_secure=True,
    )
    document = openapi_of(create_app(settings))
    sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


@app.command("create-staff")
def create_staff(email: Annotated[str, typer.Argument(help="Their e-mail address")]) -> None:
    """Make a staff member and print the link by which they choose their password."""
    from api.cli import people
    from api.cli.portal import portal

    with portal(note) as settings:
        typer.echo(asyncio.run(people.create_staff(settings, email)))


@app.command("create-token")
def create_token(
    email: Annotated[str, typer.Argument(help="The user for whom programs will act")],
    scope: Annotated[list[Scope], typer.Option(help="May be given several times")],
    name: Annotated[str, typer.Option(help="What the token is for")] = "command line",
    days: Annotated[int, typer.Option(min=1, max=3650, help="How long it is good for")] = 365,
) -> None:
    """Make an API token and print it, once."""
    from api.cli import people
    from api.cli.portal import portal

    with portal(note) as settings:
        typer.echo(asyncio.run(people.create_token(settings, email, scope, name, days)))


@app.command("ingest")
def ingest_folder(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False)],
    customer: Annotated[str | None, typer.Option(help="The customer number of all of them")] = None,
) -> None:
    """Publish every document of a folder: x.xml, x.pdf and x.json belong together.

    Exits with 1 when a document was rejected, else with 75 when one has to be tried again.
    """
    from api.cli.ingest import bundles_of, ingest
    from api.cli.portal import portal
    from api.core.log import configure_logging
    from api.core.processes.priority import stand_back

    bundles = bundles_of(folder)
    stand_back()
    with portal(note) as settings, progress() as bar:
        configure_logging(settings)  # away from what the command prints
        task = bar.add_task("publishing", total=len(bundles))
        outcome = uvloop.run(ingest(settings, bundles, customer, lambda: bar.advance(task)))
    report(outcome)
    raise typer.Exit(outcome.exit_code)


def main() -> None:
    """Run the command; what an operator can put right is one line, not a traceback."""
    log_to_stderr()
    try:
        app()
    except CommandRefused as refused:
        notes.print(str(refused), style="red")
        sys.exit(1)
    except WeakSettingError as weak:
        notes.print(str(weak), style="red", highlight=False)
        sys.exit(2)
    except ValidationError as invalid:
        for failure in invalid.errors(include_input=False, include_url=False):
            name = "_".join(str(part) for part in failure["loc"]).upper()
            notes.print(f"IPORTAL_{name}: {failure['msg']}", style="red", highlight=False)
        sys.exit(2)
