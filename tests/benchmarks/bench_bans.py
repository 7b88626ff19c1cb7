"""How long after Confirm a banned category is gone: from search, cards and inline queries, and from the index."""

import asyncio
import sys
import time
from statistics import quantiles
from time import perf_counter

import orjson

from ops.settings import Settings, load
from ops.stack.directory import StackDirectory
from ops.stack.running import RunningStack
from tests.benchmarks.rows import Row
from tests.bot.world.market import LOOK_S, WITHIN_S, WORD, AdminMarket, market
from tests.bot.world.person import Seen
from tests.waiting import until

PRODUCTS, BANS = 500, 20
NAME = "ban_to_gone_p95_s"
# What issue B asks for.
ANSWERS_WITHIN_S, INDEX_WITHIN_S = 2.0, 5.0


async def run(settings: Settings, bans: int = BANS, products: int = PRODUCTS) -> list[Row]:
    """The rows ban_to_gone_p95_s (answers) and ban_to_unindexed_p95_s (index), and the way back after Undo."""
    stack = RunningStack(StackDirectory.at(settings.stack_dir))
    hidden: list[float] = []
    gone: list[float] = []
    back: list[float] = []
    async with market(stack, f"bench-{time.time_ns():x}", products) as goods, goods.running.service("bot"):
        await goods.until_shown(goods.person(1001), shown=True)
        for _ in range(bans):
            times = await _ban(goods)
            hidden.append(times[0])
            gone.append(times[1])
            back.append(times[2])
    return [
        _row(NAME, hidden, "issue B: gone from answers", ANSWERS_WITHIN_S),
        _row("ban_to_unindexed_p95_s", gone, "issue B: gone from the index", INDEX_WITHIN_S),
        _row("undo_to_offered_p95_s", back, "issue B: as fast as it went", INDEX_WITHIN_S),
    ]


async def _ban(goods: AdminMarket) -> tuple[float, float, float]:
    """Seconds until the answers had none of it, until the index had none, and until all was offered after Undo."""
    admin, customer, another = goods.person(2001), goods.person(1001), goods.person(1002)
    await customer.writes(f"{WORD} {goods.category}")
    listed = await customer.sees(goods.category, button="1")
    asked = await goods.ask(admin)
    pressed = asyncio.create_task(admin.presses(asked, asked.labels[-1]))
    hidden, gone = await asyncio.gather(_hidden(goods, listed), goods.until_indexed(0))
    await pressed
    banned = await admin.sees_change(asked, "Скрыт", button="↩️ Отменить")
    begun = perf_counter()
    await asyncio.gather(admin.presses(banned, "↩️ Отменить"), goods.until_indexed(goods.count))
    await goods.until_offered(another, offered=True)
    return hidden, gone, perf_counter() - begun


async def _hidden(goods: AdminMarket, listed: Seen) -> float:
    """Seconds until neither inline queries nor a card nor a search offered any of it: each is another person's."""
    inline, card = goods.person(1002), goods.person(1001)

    async def refused() -> bool:
        return (await card.presses(listed, "1")).alert

    return max(
        await asyncio.gather(
            goods.until_offered(inline, offered=False),
            until(refused, "the card refused", within_s=WITHIN_S, look_s=LOOK_S),
            goods.until_shown(goods.person(3001), shown=False),
        )
    )


def _row(name: str, seconds: list[float], target: str, within_s: float) -> Row:
    value = quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0]
    return Row(
        name=name,
        value=round(value, 3),
        unit="s",
        baseline=target,
        baseline_value=within_s,
        ratio=round(value / within_s, 3),
        repeats=len(seconds),
    )


async def _main() -> None:
    for row in await run(load(), *(int(word) for word in sys.argv[1:])):
        print(orjson.dumps(row.model_dump()).decode())  # noqa: T201 - the output of a script


if __name__ == "__main__":
    asyncio.run(_main())
