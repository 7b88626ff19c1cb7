"""Packages for the whole machine, by an apt that only tells what it was asked."""

from pathlib import Path

import pytest

from ops.downloads import apt
from ops.downloads.report import quiet
from ops.errors import StartupError


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What apt-get was called with, a call on a line; it does not know the package `nothing`."""
    command, log = tmp_path / "apt-get", tmp_path / "asked"
    command.write_text(
        f'#!/bin/sh\necho "$*" >> {log}\n'
        'case "$*" in *nothing*) echo "E: Unable to locate package nothing" >&2; exit 100;; esac\n'
    )
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    return log


def test_lists_are_renewed_before_packages_are_installed(asked: Path) -> None:
    reported: list[str] = []
    apt.install(("chromium", "fonts-noto-color-emoji"), reported.append, "do it yourself")
    assert reported == ["installing chromium fonts-noto-color-emoji"]
    assert asked.read_text().splitlines() == [
        "update",
        "install --yes --no-install-recommends chromium fonts-noto-color-emoji",
    ]


@pytest.mark.usefixtures("asked")
def test_a_failure_is_said_in_apts_words_with_the_advice() -> None:
    with pytest.raises(StartupError, match=r"install nothing \(E: Unable to locate .*\): do it yourself"):
        apt.install(("nothing",), quiet, "do it yourself")
