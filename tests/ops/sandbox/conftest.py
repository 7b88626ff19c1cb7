"""A running sandbox and people in it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from ops.sandbox.server import Sandbox, running
from tests.ops.sandbox.people import Caller


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with running(answer_deadline=0.3) as started:
        yield started


@pytest.fixture
async def caller(sandbox: Sandbox) -> AsyncIterator[Caller]:
    """1001 has written to the bot already, and the bot has not read it."""
    async with aiohttp.ClientSession(sandbox.url) as session:
        people = Caller(session, sandbox.world.token)
        await people.say(1001, "hello")
        yield people
