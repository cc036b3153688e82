"""Finds the system's tools that tests need; `python -m tests.support.tools` installs them.

They are other people's readers of what the portal makes, for which there are no wheels: poppler's
`pdfsig` checks seals, SoftHSM is a PKCS#11 module without hardware, `oathtool` tells codes as an
authenticator app does, and `curl` is what the examples call.
"""

import os
import sys
from pathlib import Path

from tests.support import debian

PACKAGES = {
    "curl": "curl",
    "oathtool": "oathtool",
    "pdfsig": "poppler-utils",
    "softhsm2-util": "softhsm2",
}
MODULES = ("lib", "lib64", "local/lib", "lib/x86_64-linux-gnu", "lib/aarch64-linux-gnu")


def tool(name: str) -> str:
    """The path of a tool; AssertionError tells which package has it."""
    path = debian.find(name)
    assert path, f"{name} is missing: install {PACKAGES[name]} (Debian), or run make tools"
    return path


def softhsm_module() -> str:
    """SoftHSM's PKCS#11 library."""
    named = os.environ.get("SOFTHSM2_MODULE")
    places = [
        root / "usr" / folder / "softhsm" / "libsofthsm2.so"
        for root in (Path("/"), debian.UNPACKED)
        for folder in MODULES
    ]
    found = named or next((str(path) for path in places if path.exists()), None)
    assert found, "libsofthsm2.so is missing: install softhsm2, or name it in SOFTHSM2_MODULE"
    return found


def main() -> None:
    """Make sure that they are there."""
    debian.fetch(PACKAGES)
    missing = sorted({package for name, package in PACKAGES.items() if not debian.find(name)})
    if missing:
        sys.exit(f"the tests need {', '.join(missing)}: install them with the system's packages")


if __name__ == "__main__":
    main()
