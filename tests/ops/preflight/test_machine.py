"""The machine and the servers elsewhere, each fault made on purpose."""

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from typer.testing import CliRunner

from ops.__main__ import cli
from ops.preflight import machine
from ops.preflight.plan import consistency, of_deployment, planned
from ops.preflight.servers import named, out_of_date, servers
from ops.stack.doctor import Finding
from ops.tls import Authority, split_pem
from tests.deploy.compose_file import resolved

NOW = datetime(2026, 3, 1, tzinfo=UTC)
EVERYTHING = frozenset(machine.MEMORY)
TOKEN = "TELEGRAM_TOKEN=123456789:planted-canary-planted-canary-planted"


def written(place: Path, *lines: str) -> Path:
    path = place / ".env"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    path.chmod(0o600)
    return path


def faults(*findings: Finding) -> list[str]:
    return [str(one) for one in findings if one.fault]


def test_a_small_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert faults(machine.disk(tmp_path / "not" / "there")) == []
    monkeypatch.setattr(machine, "DISK", 1 << 60)
    [said] = faults(machine.disk(tmp_path / "not" / "there"))
    assert said.startswith(f"disk at {tmp_path}: ") and "make room" in said


@pytest.mark.parametrize(
    ("profiles", "gib", "enough"), [(EVERYTHING, 7.8, True), (EVERYTHING, 4, False), (frozenset({"core"}), 2, True)]
)
def test_a_small_machine(profiles: frozenset[str], gib: float, enough: bool) -> None:
    found = machine.memory(profiles, int(gib * machine.GIB))
    assert (not found.fault) is enough
    assert enough or "`servers` is the largest" in found.cure


def test_ports_are_those_that_compose_publishes() -> None:
    published = {
        str(port["published"])
        for one in resolved()["services"].values()
        for port in one.get("ports", [])  # type: ignore[attr-defined]
    }
    assert {str(default) for _, default in machine.PUBLISHED.values()} == published


def test_a_port_that_is_taken_and_one_that_is_named_twice() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = str(other.getsockname()[1])
        found = machine.ports(frozenset({"monitoring"}), {"GRAFANA_PORT": taken, "KIBANA_PORT": taken})
        said = faults(*(one for one in found if taken in one.subject))
    assert said[0].startswith(f"port {taken} (GRAFANA_PORT): another program listens there; stop it")
    assert said[1] == f"port {taken}: GRAFANA_PORT and KIBANA_PORT both take it; give KIBANA_PORT another in .env"


def test_ports_of_profiles_that_are_not_started_are_nobodys() -> None:
    assert list(machine.ports(frozenset({"core", "servers"}), {})) == []


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("COMPOSE_PROFILES=core,sandbox",), []),
        (("COMPOSE_PROFILES=core",), ["chat: there is none; set TELEGRAM_TOKEN"]),
        (("COMPOSE_PROFILES=core", TOKEN), ["admins: there is none"]),
        (("COMPOSE_PROFILES=core,monitoring", TOKEN, "YARMARKA_BOT__ADMINS=1"), ["alerts: no chat is named"]),
        (("COMPOSE_PROFILES=core,sandbox", TOKEN, "YARMARKA_BOT__ADMINS=1"), ["chat page: the bot does not serve it"]),
    ],
)
def test_what_does_not_fit_together(tmp_path: Path, lines: tuple[str, ...], said: list[str]) -> None:
    path = written(tmp_path, *lines)
    found = faults(*consistency(of_deployment(path), path))
    assert len(found) == len(said)
    assert all(one.startswith(words) for one, words in zip(found, said, strict=True))


def test_a_token_that_others_may_read(tmp_path: Path) -> None:
    path = written(tmp_path, "COMPOSE_PROFILES=core", TOKEN, "YARMARKA_BOT__ADMINS=1")
    path.chmod(0o644)
    [said] = faults(*consistency(of_deployment(path), path))
    assert said.endswith(f"chmod 600 {path}") and "canary" not in said


def test_a_file_with_a_fault_is_no_plan(tmp_path: Path) -> None:
    plan, said = planned(written(tmp_path, "COMPOSE_PROFILES=cores"), {})
    assert plan is None and "COMPOSE_PROFILES (from .env)" in said.fault
    plan, said = planned(tmp_path / "none", {"YARMARKA_HTTP__PORT": "x", "YARMARKA_STACK_DIR": str(tmp_path)})
    assert plan is None and said.cure.endswith("the environment")


async def test_servers_elsewhere(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as plain:
        port = plain.getsockname()[1]
        path = written(
            tmp_path,
            "COMPOSE_PROFILES=core,sandbox",
            "YARMARKA_KAFKA__BOOTSTRAP=nowhere.invalid:9092,127.0.0.1:9,kafka",
            f"YARMARKA_HDFS__WEB_URL=http://127.0.0.1:{port}",
        )
        found = [str(one) async for one in servers(of_deployment(path), NOW)]
    assert found[0].startswith("nowhere.invalid:9092 (YARMARKA_KAFKA__BOOTSTRAP): the name cannot be resolved")
    assert "nothing listens there" in found[1]
    assert found[2].endswith("give it as host:port")
    assert found[3] == f"127.0.0.1:{port} (YARMARKA_HDFS__WEB_URL)"


def test_addresses_of_ipv6_keep_their_brackets(tmp_path: Path) -> None:
    lines = ("COMPOSE_PROFILES=core,sandbox", "YARMARKA_ELASTICSEARCH__URL=https://[fd00::2]:9200")
    plan = of_deployment(written(tmp_path, *lines))
    assert list(named(plan.settings)) == [("YARMARKA_ELASTICSEARCH__URL", "[fd00::2]:9200", True)]


@pytest.mark.parametrize(
    ("begun", "life", "said"),
    [
        (timedelta(days=-9), timedelta(days=90), None),
        (timedelta(days=-9), timedelta(days=12), "ends on 2026-03-04"),
        (timedelta(days=-9), timedelta(days=5), "ended on 2026-02-25"),
        (timedelta(days=9), timedelta(days=90), "is not valid yet"),
    ],
)
def test_a_certificate_that_is_not_good_today(begun: timedelta, life: timedelta, said: str | None) -> None:
    pem = split_pem(Authority.create("test", now=NOW + begun).issue("broker", now=NOW + begun, life=life))[1]
    fault = out_of_date(x509.load_pem_x509_certificate(pem), NOW)
    assert (fault is None) is (said is None)
    assert said is None or (fault and said in fault[0])


def test_the_command_says_everything_and_ends_with_1(tmp_path: Path) -> None:
    path = written(tmp_path, "COMPOSE_PROFILES=core", "YARMARKA_KAFKA__BOOTSTRAP=127.0.0.1:9")
    done = CliRunner().invoke(cli, ["check", "--env-file", str(path)])
    assert done.exit_code == 1
    assert "✓ settings of" in done.output
    assert "✗ 127.0.0.1:9 (YARMARKA_KAFKA__BOOTSTRAP): nothing listens there; start the server" in done.output
    assert "✗ chat: there is none" in done.output
    assert done.output.strip().endswith("2 faults")
