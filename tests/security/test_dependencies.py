"""What the portal is built from is locked, hashed and listed (X10)."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from api.core.settings import ROOT

PYPI = {"registry": "https://pypi.org/simple"}


@pytest.fixture(scope="module")
def locked() -> list[dict[str, Any]]:
    """The Python packages of the lock, without the portal itself."""
    packages = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))["package"]
    return [package for package in packages if package["source"] != {"editable": "."}]


def test_sec_X10_every_file_of_every_python_package_has_its_hash(
    locked: list[dict[str, Any]],
) -> None:
    assert len(locked) > 50
    for package in locked:
        assert package["source"] == PYPI, package["name"]
        files = [*package.get("wheels", ()), *filter(None, [package.get("sdist")])]
        assert files, package["name"]
        assert all(file["hash"].startswith("sha256:") for file in files), package["name"]


def test_sec_X10_every_installed_npm_package_has_its_hash() -> None:
    lock = json.loads((ROOT / "frontend" / "package-lock.json").read_text("utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert len(packages) > 50
    for name, entry in packages.items():
        # Builds for other machines are never installed here, and installing them checks nothing.
        if not entry.get("optional"):
            assert entry["integrity"].startswith("sha512-"), name


def test_sec_X10_the_bill_of_materials_names_all_that_runs(locked: list[dict[str, Any]]) -> None:
    uv = Path(sys.executable).with_name("uv")
    options = ["--quiet", "--offline", "--locked", "--no-dev", "--format", "cyclonedx1.5"]
    made = subprocess.run(
        [str(uv), "export", *options], cwd=ROOT, capture_output=True, text=True, check=True
    )
    bill = json.loads(made.stdout)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    versions = {(package["name"], package["version"]) for package in locked}
    listed = {(part["name"], part["version"]) for part in bill["components"]}
    assert listed <= versions
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = {name.partition(">")[0].partition("[")[0] for name in project["dependencies"]}
    assert wanted <= {name for name, _ in listed}
