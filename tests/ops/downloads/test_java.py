"""A Java is taken when it is new enough."""

from pathlib import Path

import pytest

from ops.downloads import java


@pytest.mark.parametrize(("said", "number"), [('openjdk version "17.0.15" 2025', 17), ('java version "1.8.0_1"', 1)])
def test_the_version_of_a_java(said: str, number: int, tmp_path: Path) -> None:
    command = tmp_path / "java"
    command.write_text(f"#!/bin/sh\necho '{said}' >&2\n")
    command.chmod(0o755)
    assert java.version(command) == number


def test_an_old_java_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for home, version in (("old", "11.0.2"), ("new", "21.0.1")):
        command = tmp_path / home / "bin" / "java"
        command.parent.mkdir(parents=True)
        command.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
        command.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "old"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'new' / 'bin'}:/bin")
    assert java.find_java() == tmp_path / "new"
