"""The bot as it is put together, where Telegram can be reached through a proxy alone."""

from bot.application.framework import build
from bot.telegram.pace import Pace
from ops.sandbox.server import DEMO_TOKEN
from tests.bot.world.world import FREELY, World
from tests.http_proxy import running_proxy


async def test_calls_and_polling_go_through_the_proxy(world: World) -> None:
    async with running_proxy(int(world.sandbox.url.rpartition(":")[2])) as proxy:
        application, source = build(
            DEMO_TOKEN, "http://telegram.example", pace=Pace(FREELY), proxy=f"http://127.0.0.1:{proxy.port}"
        )
        await world.person(1001).writes("умные часы")
        async with application:
            [update] = await source(0, 10, 0)
            await application.bot.send_message(1001, "нашлось")
        assert "умные часы" in str(update)
        await world.person(1001).sees("нашлось")
        asked = {head.split()[1].rpartition("/")[2] for head in proxy.asked}
        assert {"getMe", "getUpdates", "sendMessage"} <= asked
