"""The rules of bans, as of now, before everything that the bot shows or touches."""

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Protocol

from bot.products.gone_lately import GoneLately
from ops.logs import get_logger
from pipeline.bans import Kind, Rule, RuleError, Rules, decide, parse_rule
from pipeline.catalog.request import SearchRequest
from pipeline.contracts.messages import Ban, Product, parts_of_offer_id

log = get_logger(__name__)
# So long the index may still have what a new rule stops, and as many new rules a search can leave out by itself.
FRESH = timedelta(minutes=1)
FRESH_RULES = 20
FRESH_GONE = 100


class BansView(Protocol):
    """The part of a live view that the policy needs."""

    @property
    def offset(self) -> int:
        """Grows with every change."""

    def items(self) -> "BanEntries": ...


class BanEntries(Protocol):
    """The items of a mapping from rule id to ban."""

    def __iter__(self) -> Iterator[tuple[str, Ban]]: ...


class VisibilityPolicy:
    """Compiles the rules anew when the view has moved; a decision costs a few dictionary look-ups."""

    def __init__(self, bans: BansView, clock: Callable[[], datetime], gone: GoneLately | None = None) -> None:
        self.gone = gone or GoneLately(clock)
        self._bans = bans
        self._clock = clock
        self._compiled_at = -1
        self._rules = Rules()
        self._newest: list[tuple[datetime, Rule]] = []
        self._moved_at: datetime | None = None

    def allows(self, product: Product) -> bool:
        """Whether the product may be shown at this moment: no rule stops it, and it was not taken back."""
        return not self.gone.has(product.offer_id) and not self.stops(product)

    def stops(self, product: Product) -> bool:
        """Whether a rule of this moment stops the product."""
        return not decide(product, self.rules(), self._clock()).allowed

    def rule_of(self, product: Product) -> Rule | None:
        """The rule that stops the product at this moment, if one does."""
        return decide(product, self.rules(), self._clock()).rule

    def moving(self) -> bool:
        """Whether a rule came or went so lately that the index may not have followed: no answer is worth keeping."""
        self.rules()
        return self._moved_at is not None and self._clock() - self._moved_at < FRESH

    def narrowed(self, request: SearchRequest) -> SearchRequest:
        """The request without what the newest rules stop, and without what went last: until the index has followed, it
        would still be counted.

        Products of older rules that are in the index all the same are turned down by `allows`, one by one.
        """
        rules, now = self.rules(), self._clock()
        fresh = tuple(rule for at, rule in self._newest if now - at < FRESH and rules.active(rule, now))
        fresh += tuple(Rule(Kind.PRODUCT, offer_id) for offer_id in self.gone.newest(FRESH_GONE))
        return request.model_copy(update={"without": fresh}) if fresh else request

    def names(self, offer_id: str) -> bool:
        """Whether an active rule names this very offer; the answer for one that is no longer in the catalogue."""
        own = Rule(Kind.PRODUCT, offer_id), Rule(Kind.PRODUCT, parts_of_offer_id(offer_id)[1])
        rules, now = self.rules(), self._clock()
        return rules.active(own[0], now) or (own[1].lacks_shop and rules.active(own[1], now))

    def ban_naming(self, offer_id: str) -> Ban | None:
        """The ban in force that names this very offer, or its shop."""
        store_id, product_id = parts_of_offer_id(offer_id)
        bans, now = dict(self._bans.items()), self._clock()
        own = (Rule(Kind.PRODUCT, offer_id), Rule(Kind.PRODUCT, product_id), Rule(Kind.SELLER, store_id))
        naming = (bans.get(rule.id) for rule in own if self.rules().active(rule, now))
        return next(filter(None, naming), None)

    def rules(self) -> Rules:
        """All rules of this moment, compiled for decisions."""
        offset = self._bans.offset
        if offset != self._compiled_at:
            parsed = list(_parsed(self._bans.items()))
            self._rules = Rules((rule, ban.until) for rule, ban in parsed)
            newest = heapq.nlargest(FRESH_RULES, parsed, key=lambda each: each[1].at)
            self._newest = [(ban.at, rule) for rule, ban in newest]
            self._moved_at = self._clock() if self._compiled_at >= 0 else None
            self._compiled_at = offset
        return self._rules


def _parsed(entries: BanEntries) -> Iterator[tuple[Rule, Ban]]:
    for key, ban in entries:
        try:
            yield parse_rule(key), ban
        except RuleError as error:
            log.error("rule_not_understood", rule=key, error=str(error), next_step="lift it with `pipeline unban`")
