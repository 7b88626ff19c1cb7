"""Each fault that the doctor knows, made on purpose: it is named, with its cure."""

import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ops.private_files import write_private
from ops.stack import credentials, doctor
from ops.stack.directory import StackDirectory
from ops.stack.doctor import Finding, examine
from ops.stack.ports import Ports
from ops.stack.running import RunningStack
from ops.tls import Authority


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StackDirectory:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    made = StackDirectory.at(tmp_path / "stack")
    made.make()
    credentials.issue(made)
    return made


def test_a_stack_in_order_has_no_fault_but_that_it_does_not_run(directory: StackDirectory) -> None:
    assert [str(one) for one in faults(directory)] == []


def open_key(directory: StackDirectory) -> None:
    (directory.credentials / "bot" / "client.pem").chmod(0o644)


def lose_certificate(directory: StackDirectory) -> None:
    (directory.credentials / "bot" / "client.pem").unlink()


def foreign_certificate(directory: StackDirectory) -> None:
    write_private(directory.credentials / "bot" / "client.pem", Authority.create("other").issue("bot"))


def expired_certificate(directory: StackDirectory) -> None:
    authority = Authority.load(directory.authority_key, directory.authority_certificate)
    past = datetime.now(UTC) - timedelta(days=3)
    leaf = authority.issue("bot", now=past, life=timedelta(days=2))
    write_private(directory.credentials / "bot" / "client.pem", leaf)


def ending_certificate(directory: StackDirectory) -> None:
    authority = Authority.load(directory.authority_key, directory.authority_certificate)
    write_private(directory.credentials / "bot" / "client.pem", authority.issue("bot", life=timedelta(days=3)))


def lose_authority(directory: StackDirectory) -> None:
    directory.authority_key.unlink()


@pytest.mark.parametrize(
    ("spoil", "fault", "cure"),
    [
        (open_key, "others may use it (mode 644)", "chmod go= "),
        (lose_certificate, "is missing or damaged", "python -m ops certs issue"),
        (foreign_certificate, "another authority signed it", "python -m ops certs rotate"),
        (expired_certificate, "expired on ", "python -m ops certs rotate"),
        (ending_certificate, "expires on ", "python -m ops certs rotate"),
        (lose_authority, "cannot be used", "python -m ops certs issue"),
    ],
)
def test_a_fault_is_named_with_its_cure(
    spoil: Callable[[StackDirectory], None], fault: str, cure: str, directory: StackDirectory
) -> None:
    spoil(directory)
    (found,) = faults(directory)
    assert fault in found.fault
    assert cure in found.cure


def test_a_port_that_somebody_took_is_named_with_who_did(directory: StackDirectory) -> None:
    port = Ports(directory.ports).assign(("kafka",))["kafka"]
    with socket.create_server(("127.0.0.1", port)):
        (found,) = doctor.ports(directory)
    assert found.subject == f"port {port} of kafka"
    assert found.fault.startswith("is in use by process")


def test_no_java_is_said_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "/nonexistent")
    assert "install Java 17 or newer" in str(doctor.java())


def test_a_full_disk_is_a_fault(directory: StackDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "DISK_NEEDED", 1 << 60)
    disk = next(one for one in doctor.resources(directory.root) if one.subject.startswith("disk"))
    assert "make room" in disk.cure


async def test_servers_that_are_not_there_are_named_with_the_reason(directory: StackDirectory) -> None:
    directory.environment.write_text(
        f"YARMARKA_KAFKA__BOOTSTRAP=localhost:1\nYARMARKA_ELASTICSEARCH__URL=https://localhost:1\n"
        f"YARMARKA_CREDENTIALS={directory.credentials}\n"
    )
    found = [one async for one in doctor.connections(RunningStack(directory).settings)]
    assert all(one.fault for one in found)
    assert "cannot be reached" in found[0].fault
    assert found[-1].fault == "nothing listens on localhost:1"


async def test_an_empty_place_is_told_how_to_begin(tmp_path: Path) -> None:
    found = [one async for one in examine(StackDirectory.at(tmp_path / "nothing"))]
    assert found[-1].cure == "start one: python -m ops up"


@pytest.mark.system
async def test_a_running_stack_is_well(stack: RunningStack) -> None:
    found = [one async for one in examine(stack.directory)]
    assert [str(one) for one in found if one.fault] == []
    assert {"Kafka as exporter", "Elasticsearch as bot"} <= {one.subject for one in found}


@pytest.mark.system
async def test_a_wrong_password_is_named(stack: RunningStack, tmp_path: Path) -> None:
    home = tmp_path / "credentials"
    write_private(home / "ca.pem", (stack.directory.credentials / "ca.pem").read_bytes())
    write_private(home / "bot" / "elasticsearch.password", b"guess")
    found = await doctor.sign_in(stack.settings.model_copy(update={"credentials": home}), "bot")
    assert found.fault == "does not know the user or the password"


def faults(directory: StackDirectory) -> list[Finding]:
    checks = (*doctor.secrets(directory), *doctor.certificates(directory, datetime.now(UTC)), *doctor.ports(directory))
    return [one for one in checks if one.fault]
