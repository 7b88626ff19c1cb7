"""Products in memory are never older than those in the index, in whatever order the news arrive."""

import asyncio
from collections.abc import Callable, Iterable

from hypothesis import given
from hypothesis import strategies as st

from bot.products.known_products import KnownProducts
from pipeline.contracts.messages import Product
from tests.bot.world.memory import product

IDS = ("a", "b", "c")


class Market:
    """A topic, an index that lags behind it, and a reader that lags too. A product's price is its offset."""

    def __init__(self, kept: int = 2) -> None:
        self.topic: list[tuple[str, Product | None]] = []
        self.index: dict[str, tuple[Product, int]] = {}
        self.indexed_to = self.learnt_to = self.asked = 0
        self.meanwhile: Callable[[], None] = lambda: None
        self.known = KnownProducts(self, kept)
        self.newest: dict[str, int] = {}
        self.known.trust(self.newest.get)

    async def indexed(self, offer_ids: Iterable[str]) -> dict[str, tuple[Product, int]]:
        self.asked += 1
        found = {offer_id: self.index[offer_id] for offer_id in offer_ids if offer_id in self.index}
        self.meanwhile()
        return found

    def offer(self, offer_id: str, *, gone: bool = False) -> None:
        self.topic.append((offer_id, None if gone else product(offer_id, "Чайник", float(len(self.topic)))))

    def index_next(self) -> None:
        for offer_id, offer in self.topic[self.indexed_to : self.indexed_to + 1]:
            self.index.pop(offer_id, None)
            if offer is not None:
                self.index[offer_id] = (offer, self.indexed_to)
            self.indexed_to += 1

    def learn_next(self) -> None:
        for offer_id, offer in self.topic[self.learnt_to : self.learnt_to + 1]:
            self.newest[offer_id] = self.learnt_to
            self.known.learn(offer_id, offer)
            self.learnt_to += 1

    def last(self, offer_id: str, until: int) -> int:
        """The offset of the product's last record before this one, be it a tombstone; -1 if there is none."""
        return max((at for at, (key, _) in enumerate(self.topic[:until]) if key == offer_id), default=-1)


Step = tuple[str, str]
KINDS = st.sampled_from(("offer", "withdraw", "index", "learn", "ask", "forget"))
STEPS = st.lists(st.tuples(KINDS, st.sampled_from(IDS)))


def _do(market: Market, step: Step) -> None:
    name, offer_id = step
    match name:
        case "offer" | "withdraw":
            market.offer(offer_id, gone=name == "withdraw")
        case "index":
            market.index_next()
        case "learn":
            market.learn_next()
        case "forget":
            market.known.forget()
            market.newest.clear()
            market.learnt_to = 0
            while market.learnt_to < len(market.topic):
                market.learn_next()
            market.known.trust(market.newest.get)


@given(STEPS, STEPS)
def test_an_answer_is_never_older_than_what_reader_and_index_both_had(steps: list[Step], meanwhile: list[Step]) -> None:
    market = Market()

    pending = [step for step in meanwhile if step[0] != "ask"]

    def on_its_way() -> None:
        for step in pending[:2]:
            _do(market, step)
        del pending[:2]

    market.meanwhile = on_its_way

    async def live() -> None:
        for step in steps:
            if step[0] != "ask":
                _do(market, step)
                continue
            sure = min(market.indexed_to, market.learnt_to)
            for offer_id, found in (await market.known.products(IDS)).items():
                assert found.price.amount >= market.last(offer_id, sure)

    asyncio.run(live())


async def test_what_is_known_is_not_asked_again_and_a_new_version_replaces_it() -> None:
    market = Market()
    market.offer("a")
    market.index_next()
    market.learn_next()
    assert (await market.known.products(["a"]))["a"].price.amount == 0
    market.offer("a")
    market.learn_next()
    assert (await market.known.products(["a"]))["a"].price.amount == 1, "the index still has the former one"
    assert market.asked == 1
    market.offer("a", gone=True)
    market.learn_next()
    market.index_next()
    market.index_next()
    assert await market.known.product("a") is None


async def test_an_answer_that_was_overtaken_on_its_way_is_not_kept() -> None:
    market = Market()
    market.offer("a")
    market.index_next()
    market.learn_next()

    def sold_out() -> None:
        market.offer("a")
        market.learn_next()

    market.meanwhile = sold_out
    await market.known.products(["a"])
    market.meanwhile = lambda: None
    market.index_next()
    assert (await market.known.products(["a"]))["a"].price.amount == 1


async def test_nothing_is_kept_while_the_topic_is_not_followed_and_no_more_than_there_is_room_for() -> None:
    market = Market(kept=1)
    for offer_id in IDS:
        market.offer(offer_id)
        market.index_next()
        market.learn_next()
    await market.known.products(IDS)
    await market.known.products(["c"])
    assert market.asked == 1
    await market.known.products(["a"])
    assert market.asked == 2
    market.known.forget()
    for asked in (3, 4):
        await market.known.products(["a"])
        assert market.asked == asked
