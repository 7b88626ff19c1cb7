"""Certificates and secrets of a stack: issued once, renewed in time, private."""

import re
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import bcrypt
import pytest

from ops.stack import credentials
from ops.stack.directory import StackDirectory
from ops.stack.identities import IDENTITIES
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


def test_each_stack_has_a_token_of_its_own_for_its_sandbox(directory: StackDirectory, tmp_path: Path) -> None:
    other = StackDirectory.at(tmp_path / "other")
    for one in (directory, other):
        one.make()
        credentials.issue(one)
    tokens = {credentials.sandbox_token(one.credentials) for one in (directory, other)}
    assert len(tokens) == 2
    assert all(re.fullmatch(r"7000000001:[A-Za-z0-9_-]{43}", token) for token in tokens)
    credentials.issue(directory, renew=True)
    assert credentials.sandbox_token(directory.credentials) in tokens


def test_expiries_begin_with_the_authority(directory: StackDirectory) -> None:
    credentials.issue(directory)
    found = credentials.expiries(directory)
    assert [one.identity for one in found] == ["authority", *(one.name for one in IDENTITIES)]
    assert found[0].ends > found[1].ends
