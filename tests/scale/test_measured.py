"""What the parts of the measurement do, on a market that obeys at once."""

from collections.abc import Iterable
from typing import cast

import pytest

from ops.stack.running import RunningStack
from pipeline.bans import Decidable, Rules, parse_rule
from pipeline.contracts.messages import now
from pipeline.filter.reading import read_product
from tests.scale import measured
from tests.scale.market_model import MarketModel
from tests.scale.measured import PARTS
from tests.scale.trial_market import TrialMarket


class PromptMarket(TrialMarket):
    """Its index shows at once what was sent, and hides what is banned, forty offers a look and single ones first."""

    def __init__(self, offers: int) -> None:
        super().__init__(cast(RunningStack, None), MarketModel(offers))
        self.patience_s = 10.0
        self._offers: dict[bytes, Decidable] = {}
        self._bans: set[str] = set()
        self._shown: set[bytes] = set()
        self.killed: list[str] = []

    async def send(self, offers: Iterable[tuple[bytes, bytes]]) -> int:
        found = {key: read_product(key, value) for key, value in offers}
        self._offers |= found
        self._shown |= found.keys()
        return len(found)

    async def ban(self, rule: str) -> None:
        self._bans.add(rule)

    async def lift(self, rule: str) -> None:
        self._bans.discard(rule)

    async def hit(self, rule: str) -> int:
        banned = _hit(self._offers, self._bans)
        hidden = sorted(banned & self._shown, key=lambda key: (f"product:{key.decode()}" not in self._bans, key))
        self._shown = (self._shown - set(hidden[:40])) | (self._offers.keys() - banned)
        return len(_hit(self._offers, {rule}) & self._shown)

    async def until_indexed(self, count: int) -> float:
        assert len(self._offers) == count
        return 0.0

    async def search(self, text: str) -> None:
        assert text

    def kill(self, part: str) -> None:
        self.killed.append(part)

    async def until_ready(self, part: str) -> None:
        assert part in self.killed

    def rss_mb(self, part: str) -> float:
        return 100.0

    def disk_mb(self) -> dict[str, float]:
        return {"kafka": 10.0, "logs": 0.1}


def _hit(offers: dict[bytes, Decidable], names: Iterable[str]) -> set[bytes]:
    rules = Rules((parse_rule(name), None) for name in names)
    return {key for key, offer in offers.items() if rules.stopping(offer, now()) is not None}


async def test_every_part_gives_its_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.scale.trial_market.LOOK_S", 0.001)
    monkeypatch.setattr(measured, "SAMPLED_EVERY_S", 0.001)
    market = PromptMarket(600)
    figures: dict[str, float] = {}
    for part in PARTS.values():
        figures |= await part(market)
    assert (figures["ban_offer_hits"], figures["ban_shop_hits"], figures["ban_word_hits"]) == (1, 300, 1)
    assert figures["huge_hits"] == pytest.approx(240, abs=40)
    assert 0 < figures["urgent_while_left"] < figures["huge_hits"], "the urgent ban was given while the huge one ran"
    assert (figures["nightly_offers"], figures["huge_filter_rss_mb"], figures["disk_kafka_mb"]) == (6, 100.0, 10.0)
    assert {"search_1_p50_ms", "search_8_p95_ms", "search_32_per_s", "killed_ban_s", "lift_brand_s"} <= figures.keys()
    assert market.killed == ["filter"]
