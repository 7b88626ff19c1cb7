"""What features find of each other, by its type."""

from dataclasses import dataclass

import pytest

from bot.core.shared import Shared


@dataclass(frozen=True)
class Ports:
    name: str


class MorePorts(Ports):
    """Another type, though it is one of those too."""


def test_a_thing_is_found_by_exactly_its_type() -> None:
    shared, ports, more = Shared(), Ports("a"), MorePorts("b")
    shared.add(more)
    with pytest.raises(LookupError):
        shared.get(Ports)
    shared.add(ports)
    assert shared.get(Ports) is ports
    assert shared.get(MorePorts) is more


def test_a_second_of_a_type_is_refused_and_the_first_stays() -> None:
    shared, first = Shared(), Ports("first")
    shared.add(first)
    with pytest.raises(ValueError, match="there is a Ports already"):
        shared.add(Ports("second"))
    assert shared.get(Ports) is first


def test_what_nobody_made_is_told_with_what_to_do() -> None:
    with pytest.raises(LookupError, match="no Ports yet; its feature must stand before"):
        Shared().get(Ports)
