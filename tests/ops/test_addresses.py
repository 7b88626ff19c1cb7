"""Addresses of servers in settings, IPv6 too."""

import asyncio
import socket
from pathlib import Path

import aiohttp
import pytest

from ops.addresses import host_and_port, shown
from ops.errors import StartupError
from ops.kafka import Kafka
from ops.private_files import write_private
from ops.service import running
from ops.settings import load
from ops.shown_certificates import servers
from ops.stack import doctor
from ops.tls import Authority


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("kafka:9092", ("kafka", 9092)),
        (" 10.0.0.1:1 ", ("10.0.0.1", 1)),
        ("[::1]:9092", ("::1", 9092)),
        ("[fe80::1%eth0]:9092", ("fe80::1%eth0", 9092)),
    ],
)
def test_a_place_has_a_host_and_a_port(place: str, expected: tuple[str, int]) -> None:
    assert host_and_port(place) == expected
    assert shown(*expected) == place.strip()


@pytest.mark.parametrize("place", ["kafka", ":9092", "kafka:", "kafka:ninety", "[]:1", "", "::1:9092"])
def test_what_has_none_is_refused(place: str) -> None:
    with pytest.raises(ValueError, match=r"no host and port|stands in brackets"):
        host_and_port(place)


def test_servers_by_their_addresses_are_looked_at() -> None:
    settings = load(
        {
            "YARMARKA_STACK_DIR": "/nonexistent",
            "YARMARKA_KAFKA__BOOTSTRAP": "[::1]:9092,kafka:9093,nothing",
            "YARMARKA_ELASTICSEARCH__URL": "https://[fd00::2]:9200",
        }
    )
    assert list(servers(settings)) == [
        ("broker", "::1", 9092),
        ("broker", "kafka", 9093),
        ("elasticsearch", "fd00::2", 9200),
    ]


def free_port() -> int:
    with socket.socket(socket.AF_INET6) as probe:
        probe.bind(("::1", 0))
        port: int = probe.getsockname()[1]
        return port


async def test_a_server_at_an_address_of_ipv6_is_really_asked(tmp_path: Path) -> None:
    authority = Authority.create("test")
    write_private(tmp_path / "credentials" / "ca.pem", authority.pem())
    write_private(tmp_path / "credentials" / "cli" / "client.pem", authority.issue("cli"))
    write_private(tmp_path / "credentials" / "cli" / "elasticsearch.password", b"word")
    port = free_port()
    settings = load(
        {
            "YARMARKA_STACK_DIR": str(tmp_path),
            "YARMARKA_KAFKA__BOOTSTRAP": f"[::1]:{port}",
            "YARMARKA_ELASTICSEARCH__URL": f"https://[::1]:{port}",
        }
    )
    with pytest.raises(
        StartupError, match=rf"^Kafka at \[::1\]:{port} \(YARMARKA_KAFKA__BOOTSTRAP\) cannot be reached .*failed"
    ):
        await Kafka(settings, "cli").verify()
    assert (await doctor.sign_in(settings, "cli")).fault == f"nothing listens on [::1]:{port}"
    server = await asyncio.start_server(lambda _, writer: writer.close(), "::1", port)
    async with server:
        with pytest.raises(StartupError, match=rf"^Kafka at \[::1\]:{port}"):
            await Kafka(settings, "cli").verify()


async def test_a_service_at_an_address_of_ipv6_says_where_it_is(tmp_path: Path) -> None:
    settings = load({"YARMARKA_STACK_DIR": str(tmp_path), "YARMARKA_HTTP__HOST": "::1"})
    async with running("one", settings), aiohttp.ClientSession() as session:
        [entry] = (tmp_path / "run").glob("one.*.json")
        address = entry.read_text().partition('"http":"')[2].partition('"')[0]
        async with session.get(f"{address}/health/live") as answer:
            assert answer.status == 200
