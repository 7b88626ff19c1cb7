"""The small pieces of a stack, each by itself."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import bcrypt
import pytest

from ops.errors import StartupError
from ops.stack import credentials, java, parts
from ops.stack.directory import StackDirectory
from ops.stack.identities import IDENTITIES
from ops.stack.part import Group
from ops.stack.parts.elasticsearch import roles
from ops.stack.ports import RANGE, Ports
from ops.stack.server_arguments import server_arguments
from ops.tls import read_certificate


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StackDirectory:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    made = StackDirectory.at(tmp_path / "stack")
    made.make()
    return made


def test_what_is_missing_is_issued_once(directory: StackDirectory) -> None:
    assert set(credentials.issue(directory)) == {one.name for one in IDENTITIES}
    before = {path: path.read_bytes() for path in directory.credentials.rglob("*") if path.is_file()}
    assert credentials.issue(directory) == ()
    assert {path: path.read_bytes() for path in before} == before


def test_a_renewal_makes_new_certificates_and_keeps_the_secrets(directory: StackDirectory) -> None:
    credentials.issue(directory)
    bot = directory.credentials / "bot"
    serial, secret = read_certificate(bot / "client.pem").serial_number, (bot / "user-hash.key").read_bytes()
    credentials.issue(directory, renew=True)
    assert read_certificate(bot / "client.pem").serial_number != serial
    assert (bot / "user-hash.key").read_bytes() == secret


def test_certificates_that_end_soon_are_renewed_at_a_start(directory: StackDirectory) -> None:
    credentials.issue(directory)
    assert credentials.issue(directory, now=datetime.now(UTC) + timedelta(days=300)) == ()
    assert len(credentials.issue(directory, now=datetime.now(UTC) + timedelta(days=340))) == len(IDENTITIES)


def test_every_secret_is_private_and_every_hash_fits_its_password(directory: StackDirectory) -> None:
    credentials.issue(directory)
    for path in directory.credentials.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    password = (directory.credentials / "cli" / "elasticsearch.password").read_bytes()
    assert bcrypt.checkpw(password, credentials.password_hash(directory.credentials, "cli").encode())


def test_expiries_begin_with_the_authority(directory: StackDirectory) -> None:
    credentials.issue(directory)
    found = credentials.expiries(directory)
    assert [one.identity for one in found] == ["authority", *(one.name for one in IDENTITIES)]
    assert found[0].ends > found[1].ends


def test_ports_are_kept_and_new_names_get_new_ones(directory: StackDirectory) -> None:
    first = Ports(directory.ports).assign(("kafka", "elasticsearch"))
    second = Ports(directory.ports).assign(("kafka", "elasticsearch", "bot"))
    assert first.items() < second.items()
    assert len(set(second.values())) == 3
    assert all(port in RANGE for port in second.values())


def test_two_stacks_never_get_the_same_port(directory: StackDirectory, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    names = tuple(f"part{number}" for number in range(200))
    ours, theirs = Ports(directory.ports).assign(names), Ports(tmp_path / "other" / "ports.json").assign(names)
    assert not set(ours.values()) & set(theirs.values())


def test_parts_are_chosen_with_all_that_they_need(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TELEGRAM_TOKEN", raising=False)

    def names(*given: str) -> set[str]:
        return {part.name for part in parts.choose(given)}

    assert names("servers") == {"kafka", "elasticsearch"}
    assert names("topics") == {"kafka", "topics"}
    assert names("bot") == {"kafka", "elasticsearch", "topics", "sandbox", "bot"}
    assert {"filter", "indexer"} < names("catalogue")
    assert names("all") == {part.name for part in parts.PARTS}
    monkeypatch.setenv("TELEGRAM_TOKEN", "1:real")
    assert "sandbox" not in names("bot")


def test_the_first_answer_waits_for_these_and_no_others() -> None:
    needed = {
        "kafka",
        "elasticsearch",
        "topics",
        "sandbox",
        "filter",
        "indexer",
        "requests",
        "bans",
        "catalogue",
        "bot",
    }
    assert {part.name for part in parts.PARTS if not part.after} == needed


def test_an_unknown_part_is_told_which_there_are() -> None:
    with pytest.raises(StartupError, match=r"no part `kafak`; choose from servers, .*, kafka,"):
        parts.choose(("kafak",))


def test_every_part_is_described_whole() -> None:
    known = {part.name for part in parts.PARTS}
    for part in parts.PARTS:
        assert {*part.requires, *part.beside, *part.after} <= known
        assert part.group in Group
        assert all(port == part.name or port.startswith(f"{part.name}.") for port in part.ports)
    ports = [port for part in parts.PARTS for port in part.ports]
    assert len(ports) == len(set(ports))


def test_each_identity_of_elasticsearch_has_a_role_of_its_own() -> None:
    text = roles()
    assert "bot:\n  cluster: []\n  indices:\n    - names: ['products*']\n      privileges: [read" in text
    assert "filter:" not in text


def test_the_arguments_of_a_server_are_the_bytes_that_its_launcher_would_send() -> None:
    stream = server_arguments({"node.name": "é" * 100}, Path("/c"), Path("/l"))
    begin = b"\0\0\0\x31org.elasticsearch.common.settings.KeyStoreWrapper\0\0\0\x07\0\0\0\0"
    assert stream == begin + b"\x01\x09node.name\0\x64" + "é".encode() * 100 + b"\x02/c\x02/l"
    assert b"\x80\x02" + b"x" * 256 in server_arguments({"a": "x" * 256}, Path("/c"), Path("/l"))


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
