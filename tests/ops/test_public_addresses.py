"""Which addresses are of the public internet."""

import socket

import pytest

from ops.public_addresses import NotPublic, PublicResolver, is_private_literal, is_public

PUBLIC = ("8.8.8.8", "93.184.216.34", "2a00:1450:4010:c0a::71", "::ffff:8.8.8.8", "[2a00:1450::1]", "64:ff9b::808:808")
PRIVATE = (
    "127.0.0.1", "127.8.8.8", "0.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "100.127.255.254", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1",
    "239.1.1.1", "240.0.0.1", "255.255.255.255", "::", "::1", "[::1]", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1",
    "fec0::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "::127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1", "2001:0:0:0:0:0:80ff:fffe",
)  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_public(address: str) -> None:
    assert is_public(address)
    assert not is_private_literal(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_private(address: str) -> None:
    assert not is_public(address)
    assert is_private_literal(address)


@pytest.mark.parametrize("name", ["example.ru", "localhost", "", "127.1", "0x7f000001", "1.2.3.4.5"])
def test_a_name_is_neither_before_it_is_resolved(name: str) -> None:
    assert not is_public(name)
    assert not is_private_literal(name)


@pytest.mark.parametrize("name", ["localhost", "127.1", "2130706433", "0x7f.1", "0177.0.0.1"])
async def test_what_resolves_to_this_machine_is_refused(name: str) -> None:
    with pytest.raises(NotPublic):
        await PublicResolver().resolve(name, 80)


async def test_of_several_answers_the_public_ones_alone_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    def answers(*_: object, **__: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in ("10.0.0.1", "8.8.8.8")]

    monkeypatch.setattr(socket, "getaddrinfo", answers)
    found = await PublicResolver().resolve("shop.example", 80)
    assert [each["host"] for each in found] == ["8.8.8.8"]
