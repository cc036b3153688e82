"""Nobody else gets in: passwords are asked, ports are on loopback, secrets are closed."""

import grp
import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import asyncpg
import pytest
import redis
from botocore.exceptions import ClientError

from api.embedded import EngineAddresses, running_engines
from tests.embedded.rig import ALL, Command, alive, family, listening, plain, s3_client, state

LOOPBACK = "0100007F"


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("var")


@pytest.fixture(scope="module")
def addresses(data_dir: Path) -> Iterator[EngineAddresses]:
    with running_engines(data_dir, ALL, durable=False) as found:
        yield found


async def test_postgres_asks_for_the_password(addresses: EngineAddresses) -> None:
    url = plain(addresses.database_url)
    wrong = url.replace(url.split(":")[2].split("@")[0], "wrong")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(wrong)
    owner = await asyncpg.connect(plain(addresses.owner_database_url))
    rules = await owner.fetch("SELECT type, auth_method FROM pg_hba_file_rules")
    assert {rule["auth_method"] for rule in rules} == {"scram-sha-256"}
    await owner.close()


async def test_the_app_role_is_powerless(addresses: EngineAddresses) -> None:
    app = await asyncpg.connect(plain(addresses.database_url))
    role = await app.fetchrow("SELECT * FROM pg_roles WHERE rolname = current_user")
    assert role["rolname"] == "iportal_app"
    for power in ("rolsuper", "rolbypassrls", "rolcreatedb", "rolcreaterole", "rolreplication"):
        assert role[power] is False
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app.execute("CREATE TABLE mine (id int)")
    owned = "SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole"
    assert await app.fetchval(owned) == 0
    await app.close()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(plain(addresses.database_url).removesuffix("iportal") + "postgres")


async def test_the_database_collates_by_the_builtin_provider(addresses: EngineAddresses) -> None:
    app = await asyncpg.connect(plain(addresses.database_url))
    row = await app.fetchrow(
        "SELECT datlocprovider::text, datlocale, pg_encoding_to_char(encoding) AS encoding,"
        " current_setting('server_version_num')::int AS version"
        " FROM pg_database WHERE datname = current_database()"
    )
    await app.close()
    assert (row["datlocprovider"], row["datlocale"], row["encoding"]) == ("b", "C.UTF-8", "UTF8")
    assert row["version"] >= 180000


def test_valkey_asks_for_the_password(addresses: EngineAddresses) -> None:
    url = addresses.redis_url or ""
    for wrong in (
        url.replace(url.split(":")[2].split("@")[0], "wrong"),
        f"redis://{url.split('@')[1]}",
    ):
        with redis.Redis.from_url(wrong) as valkey, pytest.raises(redis.AuthenticationError):
            valkey.ping()
    with redis.Redis.from_url(url) as valkey:
        assert valkey.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert valkey.config_get("appendonly") == {"appendonly": "yes"}


def test_s3_checks_signatures(addresses: EngineAddresses) -> None:
    client = s3_client(addresses)
    client.put_object(Bucket=addresses.s3_bucket, Key="secret", Body=b"content")
    intruder = s3_client(addresses, secret="0" * 48)
    for attempt, arguments in (
        (intruder.get_object, {"Key": "secret"}),
        (intruder.put_object, {"Key": "secret", "Body": b"other"}),
        (intruder.list_objects_v2, {}),
    ):
        with pytest.raises(ClientError) as refused:
            attempt(Bucket=addresses.s3_bucket, **arguments)
        assert refused.value.response["Error"]["Code"] == "SignatureDoesNotMatch"
    assert client.get_object(Bucket=addresses.s3_bucket, Key="secret")["Body"].read() == b"content"
    client.close()
    intruder.close()


def test_no_port_serves_an_object_without_a_signature(
    addresses: EngineAddresses, data_dir: Path
) -> None:
    client = s3_client(addresses)
    client.put_object(Bucket=addresses.s3_bucket, Key="closed", Body=b"canary" * 1000)
    client.close()
    pid = state(data_dir)["engines"]["s3"]
    ports = listening({pid: None})[LOOPBACK]
    for port in ports:
        for path in ("/iportal/closed", "/buckets/iportal/closed", "/1,01", "/"):
            try:
                with urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                    assert b"canary" not in answer.read()
            except (OSError, HTTPError, ValueError) as error:
                if isinstance(error, HTTPError):
                    error.close()


def test_everything_listens_on_loopback_only(addresses: EngineAddresses, data_dir: Path) -> None:
    ports = listening(family(data_dir))
    assert set(ports) == {LOOPBACK}
    assert addresses.smtp_port in ports[LOOPBACK]
    assert len(ports[LOOPBACK]) == 14  # ten of them SeaweedFS's


def test_secrets_are_closed_to_others(addresses: EngineAddresses, data_dir: Path) -> None:
    for name in ("engine-secrets.json", "run/engines.json", "s3/identities.json"):
        assert stat.S_IMODE((data_dir / name).stat().st_mode) == 0o600
    for name in ("postgres", "postgres/data", "valkey", "s3", "s3/data", "mail", "run"):
        assert stat.S_IMODE((data_dir / name).stat().st_mode) == 0o700
    assert not list((data_dir / "postgres").glob("password"))


def test_passwords_show_in_no_process_list(addresses: EngineAddresses, data_dir: Path) -> None:
    secrets = [addresses.s3_secret_access_key or "", (addresses.redis_url or "").split(":")[2][:40]]
    for pid in family(data_dir):
        shown = (Path("/proc") / str(pid) / "cmdline").read_text()
        assert not any(secret in shown for secret in secrets)


def test_no_engine_runs_as_root(addresses: EngineAddresses, data_dir: Path) -> None:
    engines = state(data_dir)["engines"]
    for name in ("postgres", "valkey", "s3"):
        assert (Path("/proc") / str(engines[name])).stat().st_uid != 0


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that an unprivileged user owns and can reach: pytest's own are closed."""
    folder = Path(tempfile.mkdtemp())
    yield folder
    shutil.rmtree(folder)


def test_an_ordinary_user_can_run_them(open_folder: Path) -> None:
    prefix: tuple[str, ...] = ()
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        group = grp.getgrgid(nobody.pw_gid).gr_gid
        os.chown(open_folder, nobody.pw_uid, group)
        prefix = ("setpriv", f"--reuid={nobody.pw_uid}", f"--regid={group}", "--clear-groups")
        # The Python of a virtual environment may lie in a home that is closed to everybody else;
        # this one capability opens it, and nothing else changes for the user.
        caps = ("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")
        reaches = "import os, sys; sys.exit(not os.access(sys.executable, os.X_OK))"
        probe = [*prefix, sys.executable, "-c", reaches]
        if subprocess.run(probe, capture_output=True, check=False).returncode != 0:
            prefix = (*prefix, *caps)
    it = Command(open_folder, ALL, prefix=prefix)
    try:
        found = it.addresses()
        assert found.database_url
        processes = family(open_folder)
        owners = {(Path("/proc") / str(pid)).stat().st_uid for pid in processes}
        assert owners == {open_folder.stat().st_uid}
        it.end()
        assert alive(processes) == []
    finally:
        it.clean()
