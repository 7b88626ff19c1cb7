"""Refused products: how many the rules hold back. They are not in the index, so what the shops sent is read."""

import asyncio
import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from aiokafka.errors import KafkaError

from bot.features.bans.naming import label_of
from ops.errors import StartupError, UnprocessableMessage
from ops.kafka import Kafka
from ops.logs import get_logger
from pipeline.bans import Rule, Rules, decide
from pipeline.contracts.messages import Product, decode
from pipeline.contracts.topics import PRODUCTS
from pipeline.kafka.read_to_end import partitions_of, read_to_end

log = get_logger(__name__)
WITHIN_S = 8.0
EXAMPLES = 3
AT_ONCE = 1_000

SentProduct: TypeAlias = tuple[str, bytes | None]


class RefusedProducts(Protocol):
    """Counts, by rule id; None when it would take too long, or Kafka does not answer."""

    async def hits(self, rules: Iterable[Rule]) -> Mapping[str, int] | None:
        """How many products each rule hits, whatever other rules do."""

    async def held(self, rules: Mapping[Rule, Rules]) -> "Mapping[str, Held] | None":
        """What each rule hides, beside the other rules that stand behind it."""

    async def returning(self, rule: Rule, others: Rules) -> "Returning | None":
        """The products that only this rule holds back."""


@dataclass(frozen=True, slots=True)
class Held:
    """How many products a rule alone hides, how many others hide too, and what the shops call what it names."""

    alone: int
    shared: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Returning:
    """How many products come back when a rule is lifted, names of some, and what the shops call what it names."""

    count: int
    names: tuple[str, ...]
    label: str = ""


class KafkaRefusedProducts:
    """`RefusedProducts` by reading the topic of products from end to end, the deciding in a thread."""

    def __init__(self, kafka: Kafka, clock: Callable[[], datetime]) -> None:
        self._kafka = kafka
        self._clock = clock

    async def hits(self, rules: Iterable[Rule]) -> Mapping[str, int] | None:
        rule_hits = RuleHits(dict.fromkeys(rules, Rules()), self._clock())
        return rule_hits.hits() if await self._read(rule_hits) else None

    async def held(self, rules: Mapping[Rule, Rules]) -> Mapping[str, Held] | None:
        rule_hits = RuleHits(rules, self._clock())
        return {rule.id: rule_hits.held(rule) for rule in rules} if await self._read(rule_hits) else None

    async def returning(self, rule: Rule, others: Rules) -> Returning | None:
        rule_hits = RuleHits({rule: others}, self._clock())
        return rule_hits.returning(rule) if await self._read(rule_hits) else None

    async def _read(self, rule_hits: "RuleHits") -> bool:
        try:
            async with asyncio.timeout(WITHIN_S), self._kafka.consumer(max_poll_records=AT_ONCE) as consumer:
                partitions = await partitions_of(self._kafka, consumer, PRODUCTS.name)
                async for records in read_to_end(consumer, partitions, at_once=AT_ONCE):
                    products = [((one.key or b"").decode("utf-8", "replace"), one.value) for one in records]
                    await asyncio.to_thread(rule_hits.take, products)
        except (KafkaError, StartupError, TimeoutError) as error:
            log.warning("refused_products_not_counted", error=f"{type(error).__name__}: {error}"[:200])
            return False
        return True


class RuleHits:
    """The products that some rules hit, as far as the records were read; the latest version of each counts.

    Behind each rule stand the others that may hit the same products.
    """

    def __init__(self, rules: Mapping[Rule, Rules], now: datetime) -> None:
        self._rules = {rule: (Rules([(rule, None)]), others) for rule, others in rules.items()}
        self._now = now
        self._hit: dict[Rule, set[str]] = {rule: set() for rule in rules}
        self._free: dict[Rule, dict[str, str]] = {rule: {} for rule in rules}
        self._labels: dict[Rule, str] = {}

    def take(self, records: Iterable[SentProduct]) -> None:
        """Take in more records, in their order."""
        for key, value in records:
            for rule in self._rules:
                self._hit[rule].discard(key)
                self._free[rule].pop(key, None)
            try:
                product = decode(Product, value)
            except UnprocessableMessage:
                continue
            for rule, (alone, others) in self._rules.items():
                if not decide(product, alone, self._now).allowed:
                    self._hit[rule].add(key)
                    if not self._labels.get(rule):
                        self._labels[rule] = label_of(rule, product)
                    if decide(product, others, self._now).allowed:
                        self._free[rule][key] = product.name

    def hits(self) -> dict[str, int]:
        """How many products each rule hits, by its id."""
        return {rule.id: len(products) for rule, products in self._hit.items()}

    def held(self, rule: Rule) -> Held:
        """What the rule hides alone and with others."""
        alone = len(self._free[rule])
        return Held(alone, len(self._hit[rule]) - alone, self._labels.get(rule, ""))

    def returning(self, rule: Rule) -> Returning:
        """Products that none of the others stops."""
        free = self._free[rule]
        return Returning(len(free), tuple(itertools.islice(free.values(), EXAMPLES)), self._labels.get(rule, ""))
