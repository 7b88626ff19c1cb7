"""The list of parts: each is described whole, and is chosen with what it needs."""

import pytest

from ops.errors import StartupError
from ops.stack import parts
from ops.stack.part import PartGroup


def test_parts_are_chosen_with_all_that_they_need(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TELEGRAM_TOKEN", raising=False)

    def names(*given: str) -> set[str]:
        return {part.name for part in parts.choose(given)}

    assert names("servers") == {"kafka", "elasticsearch"}
    assert names("topics") == {"kafka", "topics"}
    assert names("bot") == {"kafka", "elasticsearch", "topics", "sandbox", "bot"}
    assert {"filter", "indexer"} < names("catalogue")
    assert names("namenode") == names("datanode") == {"namenode", "datanode"}
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
        assert part.group in PartGroup
        assert all(port == part.name or port.startswith(f"{part.name}.") for port in part.ports)
    ports = [port for part in parts.PARTS for port in part.ports]
    assert len(ports) == len(set(ports))


def test_no_part_waits_for_one_that_cannot_be_ready_without_it() -> None:
    known = {part.name: part for part in parts.PARTS}

    def awaited(name: str) -> set[str]:
        first = {*known[name].requires, *known[name].after}
        return first.union(*(awaited(other) for other in first))

    circular = [(part.name, other) for part in parts.PARTS for other in part.beside if part.name in awaited(other)]
    assert circular == []
