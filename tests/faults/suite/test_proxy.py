"""The bad network really is bad, in each of its ways, and good again afterwards."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine

import pytest

from tests.faults.suite import proxy as module
from tests.faults.suite.proxy import Proxy, Trouble

SOON_S = 0.3


@pytest.fixture
async def network(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Proxy]:
    """A proxy before a server that says everything once more."""
    monkeypatch.setattr(module, "LATENCY_S", SOON_S)

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while block := await reader.read(100):
            writer.write(block)
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    address = server.sockets[0].getsockname()
    async with Proxy(lambda: address).open() as proxy:
        yield proxy
    server.close()


async def connect(proxy: Proxy) -> Callable[[bytes], Coroutine[object, object, bytes]]:
    """Say something, and get the answer; b"" when the server has closed its side."""
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)

    async def say(text: bytes) -> bytes:
        writer.write(text)
        await writer.drain()
        return await reader.read(100)

    return say


async def test_what_is_said_arrives_when_nothing_is_wrong(network: Proxy) -> None:
    say = await connect(network)
    assert [await say(b"one"), await say(b"two")] == [b"one", b"two"]


async def test_latency_delays_each_direction_and_loses_nothing(network: Proxy) -> None:
    say = await connect(network)
    network.become(Trouble.LATENCY)
    loop = asyncio.get_running_loop()
    begun = loop.time()
    assert await say(b"one") == b"one"
    assert loop.time() - begun >= 2 * SOON_S
    network.become(Trouble.NONE)
    assert await say(b"two") == b"two"


async def test_a_reset_ends_old_and_new_connections(network: Proxy) -> None:
    old = await connect(network)
    assert await old(b"one") == b"one"
    network.become(Trouble.RESET)
    with pytest.raises(ConnectionResetError):
        await old(b"two")
    with pytest.raises(ConnectionError):
        assert await (await connect(network))(b"three"), "closed in good order"
        raise ConnectionError
    network.become(Trouble.NONE)
    assert await (await connect(network))(b"four") == b"four"


@pytest.mark.parametrize("early", [True, False], ids=["connected before", "connected meanwhile"])
async def test_a_blackhole_answers_nobody_and_keeps_what_was_sent(network: Proxy, early: bool) -> None:
    say = await connect(network) if early else None
    if say is not None:
        assert await say(b"one") == b"one"
    network.become(Trouble.BLACKHOLE)
    say = say or await connect(network)
    waiting = asyncio.create_task(say(b"two"))
    done, _ = await asyncio.wait([waiting], timeout=SOON_S)
    assert not done
    network.become(Trouble.NONE)
    assert await waiting == b"two"


async def test_a_half_closed_connection_says_that_it_ended_and_loses_what_is_still_sent(network: Proxy) -> None:
    old = await connect(network)
    assert await old(b"one") == b"one"
    network.become(Trouble.HALF_CLOSED)
    assert await old(b"two") == b""
    network.become(Trouble.NONE)
    assert await old(b"three") == b"", "an end is no pause"
    assert await (await connect(network))(b"four") == b"four"
