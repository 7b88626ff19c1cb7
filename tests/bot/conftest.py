"""A bot in a sandbox, with everything behind it in memory."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from ops.sandbox.server import running
from tests.bot.world.operations import Operations
from tests.bot.world.world import World


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """A sandbox without a bot."""
    async with running() as sandbox, aiohttp.ClientSession() as session:
        yield World(sandbox, session)


@pytest.fixture
async def chat(world: World) -> AsyncIterator[World]:
    """A sandbox with a bot at work."""
    async with world.bot():
        yield world


@pytest.fixture
async def operations(world: World) -> AsyncIterator[Operations]:
    """An operators' group with cards in memory, and a bot at work."""
    made = Operations(world)
    async with made.bot():
        yield made
