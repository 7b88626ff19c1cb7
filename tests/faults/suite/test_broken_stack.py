"""A stack that can be broken: what its parts are launched with."""

from pathlib import Path

import pytest

from ops.stack.directory import StackDirectory
from ops.stack.part import Site
from ops.stack.parts import PARTS, choose
from tests.faults.suite.broken_stack import BROKEN, SERVICES, Breakage, BrokenBot, BrokenKafka, parts


@pytest.fixture
def site(tmp_path: Path) -> Site:
    directory = StackDirectory.at(tmp_path)
    directory.make()
    names = [port for part in parts() for port in part.ports]
    return Site(directory, {name: 20_000 + number for number, name in enumerate(names)}, ("kafka", "bot"))


def test_it_has_every_part_and_each_that_can_be_broken_is_one_of_ours() -> None:
    assert [part.name for part in parts()] == [part.name for part in PARTS]
    assert [part for part in choose(("all",), parts()) if part in BROKEN] == [
        part for part in parts() if part in BROKEN
    ]


def test_a_service_gets_what_the_breakage_says_at_each_launch(site: Site) -> None:
    before = BrokenBot().launch(site)
    Breakage(environment={"bot": {"FAKETIME": "+1h"}}, behind={"bot": ("unshare", "-m")}).write(site.directory.root)
    after = BrokenBot().launch(site)
    assert after.argv == ("unshare", "-m", *before.argv)
    assert after.environment == {**before.environment, "FAKETIME": "+1h"}
    Breakage().write(site.directory.root)
    assert BrokenBot().launch(site) == before


def test_each_service_has_a_listener_of_kafka_that_sends_it_to_its_proxy(site: Site) -> None:
    Breakage(listeners={name: 30_000 + number for number, name in enumerate(SERVICES)}).write(site.directory.root)
    config = BrokenKafka()._configure(site, site.directory.home("kafka"))
    lines = dict(line.split("=", 1) for line in config.read_text(encoding="utf-8").splitlines() if "=" in line)
    bound = [f"{name.upper()}://127.0.0.1:{site.port(f'kafka.{name}')}" for name in SERVICES]
    assert lines["listeners"].split(",")[2:] == bound
    assert lines["advertised.listeners"].split(",")[1:] == [
        "BOT://localhost:30000", "FILTER://localhost:30001", "INDEXER://localhost:30002",
    ]  # fmt: skip
    assert lines["listener.security.protocol.map"].endswith("BOT:SSL,FILTER:SSL,INDEXER:SSL"), "never in plaintext"
