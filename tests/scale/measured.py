"""What is measured, a function a part; each returns figures by name."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from statistics import median, quantiles

from tests.scale.market_model import HUGE_BRAND, LARGE_BRAND
from tests.scale.trial_market import SERVICES, TrialMarket

Figures = dict[str, float]
REPEATS = 5
ASKED = ("умные часы", "чёрный рюкзак", "наушники", "лампа подарок", "кроссовки бег", "чайник сталь", "палатка")
SEARCHES = 280
SAMPLED_EVERY_S = 0.5


async def feed(market: TrialMarket) -> Figures:
    """All offers → filter → index."""
    begun = time.monotonic()
    count = await market.send(market.model.made(range(market.model.offers)))
    sent = time.monotonic() - begun
    await market.until_indexed(count)
    shown = time.monotonic() - begun
    return {"written_per_s": count / sent, "searchable_per_s": count / shown} | _held(market)


async def nightly(market: TrialMarket) -> Figures:
    """One offer in a hundred has changed."""
    begun = time.monotonic()
    count = await market.send(market.model.made(market.model.changed(1), night=1))
    await market.until("keyword:ночь1", lambda seen: seen == count)
    took = time.monotonic() - begun
    return {"nightly_offers": count, "nightly_s": took, "nightly_per_s": count / took}


async def bans(market: TrialMarket) -> Figures:
    """Bans that hit one offer, a shop, a rare word, a brand: seconds until the index has none of it, and all again."""
    model = market.model
    kinds = {
        "offer": [f"product:{model.key(number * 7 + 3)}" for number in range(REPEATS)],
        "shop": [f"seller:shop-{number % model.shops}" for number in range(1, 1 + REPEATS)],
        "word": [f"keyword:{model.rare_word(number + 11)}" for number in range(REPEATS)],
        "brand": [f"brand:{LARGE_BRAND}"] * 2,
    }
    found: Figures = {}
    for name, rules in kinds.items():
        times = [await _ban(market, rule) for rule in rules]
        found[f"ban_{name}_hits"] = median(hits for hits, _, _ in times)
        found[f"ban_{name}_s"] = max(gone for _, gone, _ in times)
        found[f"lift_{name}_s"] = max(back for _, _, back in times)
    return found


async def huge(market: TrialMarket) -> Figures:
    """A ban that hits two offers in five, and an urgent one of another's offer while it runs."""
    rule = f"brand:{HUGE_BRAND}"
    hits = await market.hit(rule)
    model = market.model
    other = next(number for number in range(model.offers) if model.brand(number) != HUGE_BRAND)
    urgent = f"product:{model.key(other)}"
    held = [market.rss_mb("filter")]
    watched = asyncio.create_task(_watch(market, held))
    begun = time.monotonic()
    await market.ban(rule)
    await market.until(rule, lambda seen: 0 <= seen < hits)
    await market.ban(urgent)
    urgent_s = await market.until(urgent, lambda seen: seen == 0)
    left = await market.hit(rule)
    await market.until(rule, lambda seen: seen == 0)
    took = time.monotonic() - begun
    watched.cancel()
    await asyncio.wait([watched])
    begun = time.monotonic()
    await asyncio.gather(market.lift(rule), market.lift(urgent))
    await market.until(rule, lambda seen: seen >= hits)
    back = time.monotonic() - begun
    return {"huge_hits": hits, "huge_s": took, "huge_per_s": hits / took, "huge_filter_rss_mb": max(held),
            "huge_lift_per_s": hits / back, "urgent_s": urgent_s, "urgent_while_left": left}  # fmt: skip


async def searches(market: TrialMarket) -> Figures:
    """Searches of 1, 8 and 32 people at once."""
    found: Figures = {}
    for at_once in (1, 8, 32):
        times: list[float] = []
        begun = time.monotonic()
        await asyncio.gather(*(_asks(market, SEARCHES // at_once, first, times) for first in range(at_once)))
        found[f"search_{at_once}_per_s"] = len(times) / (time.monotonic() - begun)
        found[f"search_{at_once}_p50_ms"] = median(times)
        found[f"search_{at_once}_p95_ms"] = quantiles(times, n=20)[-1]
    return found


async def restart(market: TrialMarket) -> Figures:
    """The filter is killed: seconds until a ban that came meanwhile has left the index."""
    rule = f"product:{market.model.key(5)}"
    market.kill("filter")
    begun = time.monotonic()
    await market.ban(rule)
    await market.until(rule, lambda seen: seen == 0)
    gone = time.monotonic() - begun
    await market.until_ready("filter")
    await market.lift(rule)
    await market.until(rule, lambda seen: seen == 1)
    return {"killed_ban_s": gone} | _held(market)


PARTS: Mapping[str, Callable[[TrialMarket], Awaitable[Figures]]] = {
    "feed": feed,
    "nightly": nightly,
    "bans": bans,
    "huge": huge,
    "searches": searches,
    "restart": restart,
}
"""In the order in which they run; `feed` is what the others stand on."""


async def _ban(market: TrialMarket, rule: str) -> tuple[int, float, float]:
    hits = await market.hit(rule)
    begun = time.monotonic()
    await market.ban(rule)
    await market.until(rule, lambda seen: seen == 0)
    gone = time.monotonic() - begun
    begun = time.monotonic()
    await market.lift(rule)
    await market.until(rule, lambda seen: seen >= hits)
    return hits, gone, time.monotonic() - begun


async def _watch(market: TrialMarket, held: list[float]) -> None:
    while True:
        await asyncio.sleep(SAMPLED_EVERY_S)
        held.append(market.rss_mb("filter"))


async def _asks(market: TrialMarket, count: int, first: int, times: list[float]) -> None:
    for number in range(first, first + count):
        begun = time.perf_counter()
        await market.search(ASKED[number % len(ASKED)])
        times.append((time.perf_counter() - begun) * 1e3)


def _held(market: TrialMarket) -> Figures:
    rss = {f"rss_{part}_mb": market.rss_mb(part) for part in SERVICES}
    return rss | {f"disk_{name}_mb": size for name, size in market.disk_mb().items() if size >= 1}
