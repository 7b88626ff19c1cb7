"""An operators' group with a bot at work."""

from collections.abc import AsyncIterator

import pytest

from tests.bot.alerts.room import Operations
from tests.bot.conftest import World


@pytest.fixture
async def operations(world: World) -> AsyncIterator[Operations]:
    """Cards in memory, a real sandbox, and a bot at work."""
    made = Operations(world)
    async with made.bot():
        yield made
