"""Finds the system's tools that tests need; `python -m tests.support.tools` installs them.

They are other people's readers of what the portal makes: poppler's `pdfsig` checks seals and
`pdftoppm` draws pages, SoftHSM is a PKCS#11 module without hardware.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

PACKAGES = {"pdfsig": "poppler-utils", "pdftoppm": "poppler-utils", "softhsm2-util": "softhsm2"}
MODULES = ("lib", "lib64", "local/lib", "lib/x86_64-linux-gnu", "lib/aarch64-linux-gnu")


def tool(name: str) -> str:
    """The path of an installed tool; AssertionError tells which package has it."""
    path = shutil.which(name)
    assert path, f"{name} is missing: install {PACKAGES[name]} (Debian), or run make tools"
    return path


def softhsm_module() -> str:
    """SoftHSM's PKCS#11 library."""
    named = os.environ.get("SOFTHSM2_MODULE")
    places = [Path("/usr", folder, "softhsm", "libsofthsm2.so") for folder in MODULES]
    found = named or next((str(path) for path in places if path.exists()), None)
    assert found, "libsofthsm2.so is missing: install softhsm2, or name it in SOFTHSM2_MODULE"
    return found


def _missing() -> list[str]:
    return sorted({package for name, package in PACKAGES.items() if not shutil.which(name)})


def main() -> None:
    """Make sure that they are there."""
    missing = _missing()
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        sys.stdout.write(f"Installing {', '.join(missing)} for the tests ...\n")
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (
            ["update", "-qq"],
            ["install", "-y", "-qq", "--no-install-recommends", *missing],
        ):
            subprocess.run(
                ["apt-get", *command], env=environment, check=False, stdout=subprocess.DEVNULL
            )
        missing = _missing()
    if missing:
        sys.exit(f"the tests need {', '.join(missing)}: install them with the system's packages")


if __name__ == "__main__":
    main()
