"""Debian's packages for tests: installed where we may, else unpacked into the environment.

An ordinary user may download packages, but not install them: they are then unpacked into
`.venv/debian`, and each program gets a starter in `.venv/debian/starters` that finds its libraries.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

UNPACKED = Path(sys.prefix, "debian")
STARTERS = UNPACKED / "starters"
# Where a program that was unpacked looks for its libraries and fonts.
STARTER = r"""#!/bin/sh
here={root}
for folder in "$here"/lib/*-linux-gnu* "$here"/usr/lib/*-linux-gnu* \
	"$here"/usr/lib/*-linux-gnu*/pulseaudio; do
	LD_LIBRARY_PATH=${{LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}}$folder
done
export LD_LIBRARY_PATH
export FONTCONFIG_PATH="$here/etc/fonts"
export XDG_DATA_DIRS="$here/usr/share:${{XDG_DATA_DIRS:-/usr/local/share:/usr/share}}"
exec "{program}" "$@"
"""


def find(program: str) -> str | None:
    """The path of a program, or of its starter."""
    return shutil.which(program) or shutil.which(program, path=str(STARTERS))


def fetch(packages: Mapping[str, str]) -> None:
    """Install what is missing of the programs and their packages; does what it can, quietly."""
    missing = {name: package for name, package in packages.items() if not find(name)}
    if not missing or shutil.which("apt-get") is None:
        return
    wanted = sorted(set(missing.values()))
    sys.stdout.write(f"Fetching {', '.join(wanted)} for the tests ...\n")
    sys.stdout.flush()
    if os.geteuid() == 0:
        _apt("update")
        _apt("install", *wanted)
    else:
        _unpack(wanted)
        for name in missing:
            _make_starter(name)


def _apt(command: str, *arguments: str, options: tuple[str, ...] = ()) -> None:
    more = ("-y", "--no-install-recommends") if command == "install" else ()
    subprocess.run(
        ["apt-get", *options, "-qq", command, *more, *arguments],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        check=False,
        stdout=subprocess.DEVNULL,
    )


def _unpack(packages: list[str]) -> None:
    lists, cache = UNPACKED / "lists", UNPACKED / "cache"
    for folder in (lists / "partial", cache / "archives" / "partial"):
        folder.mkdir(parents=True, exist_ok=True)
    own = (f"Dir::State::lists={lists}", f"Dir::Cache={cache}", "Debug::NoLocking=true")
    options = tuple(word for option in own for word in ("-o", option))
    _apt("update", options=options)
    _apt("install", "--download-only", *packages, options=options)
    for archive in sorted((cache / "archives").glob("*.deb")):
        subprocess.run(["dpkg-deb", "--extract", archive, UNPACKED], check=True)
        archive.unlink()


def _make_starter(name: str) -> None:
    # Chromium's own starter asks for files of an installed package; its program does not.
    places = [UNPACKED / "usr" / "lib" / name / name, UNPACKED / "usr" / "bin" / name]
    program = next((place for place in places if place.exists()), None)
    if program is not None:
        STARTERS.mkdir(exist_ok=True)
        starter = STARTERS / name
        starter.write_text(STARTER.format(root=UNPACKED, program=program))
        starter.chmod(0o755)
