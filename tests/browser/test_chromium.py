"""How a browser is found, and what happens where there is none."""

import pytest

from ops.downloads import apt
from ops.downloads.report import Report
from ops.errors import StartupError
from tests.browser import chromium


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A machine without anything, and what is installed on it."""
    packages: list[str] = []

    def install(names: tuple[str, ...], report: Report, advice: str) -> None:
        packages.extend(names)

    monkeypatch.setattr(apt, "install", install)
    monkeypatch.setattr(chromium, "find", lambda: "/usr/bin/chromium" if "chromium" in packages else None)
    monkeypatch.setattr(chromium, "has_library", lambda: "libatomic1" in packages)
    monkeypatch.setattr(chromium, "has_emoji", lambda: "fonts-noto-color-emoji" in packages)
    return packages


def test_root_gets_a_browser_and_fonts_once(installed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apt, "can_install", lambda: True)
    for _ in range(2):
        assert chromium.fetch() == "/usr/bin/chromium"
    assert installed == ["chromium", "libatomic1", "fonts-liberation", "fonts-noto-color-emoji"]


def test_others_are_told_what_to_install(installed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apt, "can_install", lambda: False)
    with pytest.raises(StartupError, match=r"No Chromium: .*apt-get install chromium libatomic1 fonts-liberation"):
        chromium.fetch()
    assert installed == []


def test_a_browser_alone_is_not_enough(installed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apt, "can_install", lambda: False)
    installed.append("chromium")
    with pytest.raises(StartupError, match=r"No libatomic\.so\.1: "):
        chromium.fetch()
    installed.append("libatomic1")
    assert chromium.fetch() == "/usr/bin/chromium"
