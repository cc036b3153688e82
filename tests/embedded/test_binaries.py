"""Programs are run where they lie, or from a copy that nobody else can have made."""

import os
import subprocess
from pathlib import Path

import pytest

from api.embedded import EngineError, binaries
from api.embedded.identity import Identity


class Elsewhere(Identity):
    """A user who is kept out of wherever the wheels are installed."""

    def can_run(self, path: Path) -> bool:
        return "site-packages" not in path.parts


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copies go to a folder of the test's own."""
    monkeypatch.setattr(binaries, "COPY_PLACES", (tmp_path,))
    return tmp_path


def test_reachable_programs_are_not_copied(places: Path) -> None:
    programs = binaries.postgres_programs(Identity())
    assert "site-packages" in programs.parts
    assert list(places.iterdir()) == []


def test_a_copy_works_and_is_made_once(places: Path) -> None:
    programs = binaries.postgres_programs(Elsewhere())
    assert programs.is_relative_to(places)
    for program in binaries.POSTGRES_PROGRAMS:
        ran = subprocess.run([programs / program, "--version"], capture_output=True, check=True)
        assert b"PostgreSQL) 18" in ran.stdout
    made = (programs / "postgres").stat()
    assert binaries.postgres_programs(Elsewhere()) == programs
    assert (programs / "postgres").stat().st_ino == made.st_ino
    assert len(list(places.iterdir())) == 1


def test_a_copy_that_others_may_change_is_not_used(places: Path) -> None:
    programs = binaries.postgres_programs(Elsewhere())
    (copy,) = places.iterdir()
    copy.chmod(0o777)
    with pytest.raises(EngineError, match="ordinary user"):
        binaries.postgres_programs(Elsewhere())
    copy.rename(places / "moved")
    copy.symlink_to(places / "moved")
    with pytest.raises(EngineError, match="ordinary user"):
        binaries.postgres_programs(Elsewhere())
    assert programs.exists()


def test_a_missing_wheel_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "POSTGRES_WHEEL", "no_such_wheel")
    with pytest.raises(EngineError, match=r"i-portal\[embedded\]"):
        binaries.postgres_programs(Identity())


def test_a_closed_folder_on_the_way_is_seen(tmp_path: Path) -> None:
    program = tmp_path / "closed" / "program"
    program.parent.mkdir(mode=0o700)
    program.touch(mode=0o755)
    somebody = Identity(uid=os.geteuid() + 1, gid=os.getegid() + 1)
    assert not somebody.can_run(program)
