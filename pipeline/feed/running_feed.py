"""A feed that is going on: whose it is, what it is of its shops' offers, and what has come of it so far."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pipeline.contracts.feeds import FeedRun, FeedScope, FeedState, RefusedRow, Shop, moment_of, new_run_id
from pipeline.contracts.messages import now
from pipeline.feed.planning import Planned, Step
from pipeline.feed.rows import Refusal
from pipeline.feed.summary import Summary

MOST_SHOPS = 1_000
"""Shops of one file whose runs are told; a shop's own file has one."""
REASONS_TOLD = 20
EXAMPLE_BYTES = 300
"""Bytes of a refused row that its run shows."""
TOLD_EVERY_S = 2.0
MOST_NAMED = 10_000
"""Ids of refused rows that are kept until the shop of the file is known."""

ShopLookup = Callable[[str], Shop | None]


@dataclass(frozen=True, slots=True)
class FeedOrigin:
    """Who feeds, how, and what they say of the file. `shop`: whose it is, when that is known before it is read."""

    channel: Literal["folder", "chat", "address", "terminal"] = "terminal"
    by: str = ""
    by_name: str = ""
    scope: FeedScope | None = None
    shop: str = ""
    id_prefix: str = ""


@dataclass(frozen=True, slots=True)
class Ending:
    """How the run of a shop stands, and what came of the offers that a whole feed no longer has."""

    state: FeedState
    reason: str = ""
    offers: int = 0
    missing: int = 0
    withdrawn: int = 0


@dataclass(slots=True)
class ShopPart:
    """What has come of one shop's rows."""

    scope: FeedScope
    steps: Counter[Step] = field(default_factory=Counter)


@dataclass(slots=True, eq=False)
class RunningFeed:
    """One file; its mark, and so its id, says which of two feeds is the later one."""

    name: str
    origin: FeedOrigin
    shop_of: ShopLookup
    summary: Summary = field(default_factory=Summary)
    run_id: str = field(default_factory=new_run_id)
    life: int = 0
    """Of the store, when the feed began: its marks mean nothing in another one."""
    whole: bool = False
    """What the file is by its format."""
    shops: dict[str, ShopPart] = field(default_factory=dict)
    began: datetime = field(default_factory=now)
    _since: float = field(default_factory=time.monotonic)
    _unplaced: list[str] = field(default_factory=list)
    _told: float = field(default_factory=time.monotonic)

    @property
    def mark(self) -> int:
        return moment_of(self.run_id)

    def is_to_be_told(self) -> bool:
        """Whether those who wait for the feed are to be told how far it is; then not again for a while."""
        if time.monotonic() - self._told < TOLD_EVERY_S:
            return False
        self._told = time.monotonic()
        return True

    def part(self, store: str) -> ShopPart:
        """The shop's part, begun when the shop is met first."""
        found = self.shops.get(store)
        if found is None:
            found = self.shops[store] = ShopPart(self._scope(store))
        return found

    def count(self, planned: Planned) -> None:
        """Count a row that was dealt with."""
        summary, step = self.summary, planned.step
        self.part(planned.row.store).steps[step] += 1
        summary.sent += step in {Step.NEW, Step.CHANGED}
        summary.unchanged += step is Step.UNCHANGED
        summary.superseded += step is Step.PASSED_OVER
        summary.not_for_sale += step in {Step.WITHDRAWN, Step.NOT_THERE}
        if planned.again:
            summary.repeat(planned.row.product)

    def named_by(self, refusals: Iterable[Refusal]) -> dict[str, list[str]]:
        """The ids that refused rows have, by shop: these offers are in the file, and stay.

        A row that names no shop is of the file's; its id waits until that is known. What a shop's own file says of
        another shop counts for nothing.
        """
        named: dict[str, list[str]] = {}
        for refusal in refusals:
            if not refusal.product:
                continue
            product = f"{self.origin.id_prefix}{refusal.product}"
            if not refusal.store:
                self._unplaced += [product] if len(self._unplaced) < MOST_NAMED else []
            elif self.origin.channel == "terminal" or refusal.store == self.origin.shop:
                named.setdefault(refusal.store, []).append(product)
        if self._unplaced and (store := self.only_shop()):
            named.setdefault(store, []).extend(self._unplaced)
            self._unplaced = []
        return named

    def only_shop(self) -> str:
        """The file's shop; empty when it is not known, or not one."""
        stores = self.shops.keys() | ({self.origin.shop} if self.origin.shop else set())
        return next(iter(stores)) if len(stores) == 1 else ""

    def runs(self) -> list[str]:
        """The shops that the file is of, as far as they are told."""
        stores = list(self.shops) or ([self.origin.shop] if self.origin.shop else [])
        return stores[:MOST_SHOPS]

    def run_of(self, store: str, ending: Ending) -> FeedRun:
        """The run of one shop as it is now."""
        part, summary = self.part(store), self.summary
        told = summary.reasons.most_common(REASONS_TOLD)
        return FeedRun(
            run_id=self.run_id,
            store_id=store,
            file=self.name,
            by=self.origin.by,
            by_name=self.origin.by_name,
            channel=self.origin.channel,
            scope=part.scope,
            state=ending.state,
            reason=ending.reason,
            began=self.began,
            seconds=round(time.monotonic() - self._since, 3),
            ended=None if ending.state is FeedState.RUNNING else now(),
            sent=part.steps[Step.NEW] + part.steps[Step.CHANGED],
            changed=part.steps[Step.CHANGED],
            unchanged=part.steps[Step.UNCHANGED],
            passed_over=part.steps[Step.PASSED_OVER],
            refused=summary.refused,
            reasons=dict(told),
            lines={reason: tuple(summary.lines[reason]) for reason, _ in told},
            faults={name: summary.faults[name] for name, _ in told if name in summary.faults},
            examples=tuple(map(_example, summary.sample)),
            offers=ending.offers,
            missing=ending.missing,
            withdrawn=part.steps[Step.WITHDRAWN] + ending.withdrawn,
        )

    def _scope(self, store: str) -> FeedScope:
        """What the person says, else what the shop's setting says, else what the format says."""
        shop = self.shop_of(store)
        by_format = FeedScope.WHOLE if self.whole else FeedScope.PARTIAL
        return self.origin.scope or (shop.scope if shop is not None else None) or by_format


def _example(refusal: Refusal) -> RefusedRow:
    row = refusal.raw[:EXAMPLE_BYTES].decode("utf-8", "replace")
    return RefusedRow(line=refusal.line, reason=refusal.reason, fault=refusal.fault, row=row)


def ended_run(run: FeedRun, state: FeedState, *, decided_by: str = "", withdrawn: int = 0) -> FeedRun:
    """A run that waited, as it has ended."""
    changes = {"state": state, "decided_by": decided_by, "withdrawn": run.withdrawn + withdrawn, "ended": now()}
    return FeedRun.model_validate(run.model_dump() | changes)
