"""Watching on real servers: one message for one change, whoever is killed when."""

import os
import signal

import pytest

from ops.kafka import Kafka
from ops.stack.running import RunningStack
from pipeline.contracts.messages import HEADERS, Product, encode
from pipeline.contracts.topics import FILTERED_PRODUCTS
from tests.bot.test_system import Running, market
from tests.bot.world.memory import product
from tests.bot.world.person import Person
from tests.waiting import until

__all__ = ["market"]
pytestmark = pytest.mark.system
REPEAT = "🔁 возможно, повтор"


async def _offer(stack: RunningStack, *offers: Product) -> None:
    async with Kafka(stack.settings, "filter").producer() as producer:
        for offer in offers:
            key = offer.offer_id.encode()
            await producer.send_and_wait(FILTERED_PRODUCTS.name, encode(offer), key=key, headers=HEADERS)


async def _found(person: Person, word: str) -> None:
    async def found() -> bool:
        return word in (await (await person.writes(word)).sees()).text.partition("\n")[2]

    await until(found, f"{word} is found", within_s=120, look_s=0.2)


async def _told(person: Person) -> list[str]:
    """What was told. A try that a kill cut off is made again and says so; it repeats nothing but what was told."""
    said = [message.text for message in await person.history() if message.from_bot and message.text[:1] in "📉🆕"]
    told = [text for text in said if REPEAT not in text]
    assert all(text.partition(REPEAT)[0].rstrip() in told for text in said if REPEAT in text), said
    return told


async def test_prices_and_searches_are_told_once_though_the_bot_is_killed(market: Running, unique: str) -> None:
    word = "щмыг" + "".join(chr(ord("а") + int(digit, 16)) for digit in unique[-6:])
    first, second = f"{unique}-1", f"{unique}-2"
    await _offer(market.stack, product(first, f"{word} первый", 1000.0))
    anna = market.person(1001)
    async with market.service("bot") as bot:
        await _found(anna, f"{word} первый")
        found = await anna.sees(button="🔔 Следить за запросом")
        await anna.presses(found, "🔔 Следить за запросом")
        await anna.writes(f"/start p_{first}")
        await anna.presses(await anna.sees(button="🔔 Следить"), "🔔 Следить")
        asked = await anna.sees("Сообщить при цене", button="Любое снижение")
        await anna.presses(asked, "Любое снижение")
        await anna.sees_change(asked, "Слежу за ценой")
        await _offer(market.stack, product(first, f"{word} первый", 900.0))
        await anna.sees("📉", "1 000 ₽ → 900 ₽")
        os.kill(bot.pid, signal.SIGKILL)
        await bot.wait()
    # While nobody watches, the price falls further and something new comes.
    await _offer(market.stack, product(first, f"{word} первый", 800.0), product(second, f"{word} первый новый", 500.0))
    async with market.service("bot") as bot:
        await _until_told(anna, 3)
        os.kill(bot.pid, signal.SIGKILL)
        await bot.wait()
    async with market.service("bot"):
        await _offer(market.stack, product(first, f"{word} первый", 800.0), product(first, f"{word} первый", 700.0))
        await _until_told(anna, 4)
    told = await _told(anna)
    assert [text for text in told if "🆕" in text and "новый" in text and "500 ₽" in text], told
    assert sorted(text.partition("→ ")[2].partition(" ₽")[0] for text in told if "📉" in text) == ["700", "800", "900"]


async def _until_told(person: Person, count: int) -> None:
    told: list[str] = []

    async def enough() -> bool:
        told[:] = await _told(person)
        return len(told) >= count

    await until(enough, f"{count} messages", within_s=120, saw=lambda: told)
    assert len(told) == count
