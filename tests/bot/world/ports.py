"""What admins' features ask of servers, in memory."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import tzinfo

from aiokafka.errors import KafkaConnectionError

from bot.core.audit_log import AuditLog
from bot.features.bans.refused_products import Held, Returning, RuleHits
from bot.features.reports.alert_review import AlertReview
from bot.features.reports.figures import AlertFigures, DelayFigures, Report, SearchFigures
from bot.ui.span import Period, span_of
from ops.errors import ServerAway
from pipeline.bans import Rule, Rules, decide, parse_rule
from pipeline.contracts.messages import AuditEntry, Ban, DeadLetter, Product, encode
from pipeline.dead_letters.letter_index import KindCount
from pipeline.dead_letters.letters import Outcome, StoredLetter, refusal
from pipeline.dead_letters.settling import Action, LetterOrder, SettlingProgress
from pipeline.dead_letters.store import LetterSummary
from pipeline.kafka.audit import Actor
from tests.bot.world.away import Confirm, MemoryKafka, answers, at_once
from tests.bot.world.memory import Clock, MemoryBans, MemoryCatalog


class MemoryAudit:
    """The topic `audit`; it outlives the bot."""

    def __init__(self, confirm: Confirm = at_once) -> None:
        self._confirm = confirm
        self.written: list[AuditEntry] = []
        self._followed: list[AuditLog] = []

    async def write(self, entry: AuditEntry) -> None:
        await self._confirm()
        self.written.append(entry)
        for followed in self._followed:
            followed.recent.add(entry)

    def log(self, clock: Clock) -> AuditLog:
        """The audit log of a bot that starts now."""
        made = AuditLog(self.write, clock)
        for entry in self.written:
            made.recent.add(entry)
        self._followed = [made]
        return made

    def actions(self) -> list[tuple[str, str, str]]:
        """(who, what, which) of everything written, in order."""
        return [(entry.actor_name, entry.action, entry.target) for entry in self.written]


class MemoryBanRepository:
    """Bans that take products off the shelf, and bring them back, with the same lines in the audit as the real ones.

    `down` is a Kafka that takes nothing.
    `dies_before` is a step before which the bot is killed once: audit or ban.
    `elsewhere` is what another process has written, by rule (None: lifted), and this one has not read yet.
    """

    def __init__(self, bans: MemoryBans, catalog: MemoryCatalog, audit: MemoryAudit, clock: Clock) -> None:
        self._bans = bans
        self._catalog = catalog
        self._audit = audit
        self._clock = clock
        self._all = dict(catalog.shelf)
        self.down = False
        self.dies_before = ""
        self.elsewhere: dict[str, Ban | None] = {}
        # Whether the index follows at once.
        self.index_follows = True

    def get(self, rule_id: str) -> Ban | None:
        return self._bans.get(rule_id)

    def items(self) -> Iterator[tuple[str, Ban]]:
        return self._bans.items()

    async def refresh(self) -> None:
        while self.elsewhere:
            rule, ban = self.elsewhere.popitem()
            if ban is None:
                self._bans.unban(rule)
            else:
                self._bans.write(ban)
        self.settle()

    async def put(self, ban: Ban, actor: Actor, *, entry_id: str, announced: bool) -> None:
        until = f"until {ban.until:%Y-%m-%d %H:%M %Z}" if ban.until else ""
        detail = " · ".join(filter(None, (ban.reason, until)))
        await self._announce("ban", ban.rule, actor, entry_id, detail, announced=announced)
        self.elsewhere.pop(ban.rule, None)
        self._bans.write(ban)
        self.settle()

    async def lift(
        self, rule: Rule, actor: Actor, *, standing: Ban | None, reason: str, entry_id: str, announced: bool
    ) -> bool:
        if self._bans.get(rule.id) not in {standing, None}:
            return False
        await self._announce("unban", rule.id, actor, entry_id, reason, announced=announced)
        # What was written elsewhere is before this in the log.
        self.elsewhere.pop(rule.id, None)
        self._bans.unban(rule.id)
        self.settle()
        return True

    def settle(self, *, always: bool = False) -> None:
        """What filter and indexer do."""
        if not (self.index_follows or always):
            return
        rules = Rules((parse_rule(key), ban.until) for key, ban in self._bans.items())
        self._catalog.shelf = {
            name: product for name, product in self._all.items() if decide(product, rules, self._clock()).allowed
        }

    async def _announce(
        self, action: str, target: str, actor: Actor, entry_id: str, detail: str, *, announced: bool
    ) -> None:
        if self.down:
            raise KafkaConnectionError("no broker")
        if self._dies("audit"):
            raise KafkaConnectionError("killed before audit")
        if not announced:
            await self._audit.write(
                AuditEntry(
                    entry_id=entry_id,
                    actor=actor.id,
                    actor_name=actor.name,
                    role=actor.role,
                    action=action,
                    target=target,
                    detail=detail,
                    at=self._clock(),
                )
            )
        if self._dies("ban"):
            raise KafkaConnectionError("killed before the ban")

    def _dies(self, step: str) -> bool:
        if self.dies_before != step:
            return False
        self.dies_before = ""
        return True


class MemoryRefusedProducts:
    """Counts on what the shops sent, as long as `kafka` is there."""

    def __init__(self, products: Iterable[Product], clock: Clock, kafka: MemoryKafka) -> None:
        self._kafka = kafka
        self._products = tuple(products)
        self._clock = clock

    async def hits(self, rules: Iterable[Rule]) -> Mapping[str, int] | None:
        if self._kafka.fault:
            return None
        return {
            rule.id: sum(not decide(each, Rules([(rule, None)]), self._clock()).allowed for each in self._products)
            for rule in rules
        }

    async def held(self, rules: Mapping[Rule, Rules]) -> Mapping[str, Held] | None:
        if self._kafka.fault:
            return None
        counted = RuleHits(rules, self._clock())
        counted.take((each.offer_id, encode(each)) for each in self._products)
        return {rule.id: counted.held(rule) for rule in rules}

    async def returning(self, rule: Rule, others: Rules) -> Returning | None:
        if self._kafka.fault:
            return None
        counted = RuleHits({rule: others}, self._clock())
        counted.take((each.offer_id, encode(each)) for each in self._products)
        return counted.returning(rule)


class MemoryReporter:
    """Reports of what a test says was searched."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.searches = SearchFigures()
        self.before: SearchFigures | None = None
        self.alerts = AlertFigures()
        self.review: AlertReview | None = None

    async def report(self, period: Period, zone: tzinfo) -> Report:
        span = span_of(period, self._clock(), zone)
        delay = DelayFigures(0.8, 2.1, 4.6, 210)
        return Report(span, self.searches, (("brand:Acme", 31),), delay, self.alerts, self.before)

    async def alert_review(self, zone: tzinfo) -> AlertReview | None:
        return self.review


class MemoryDeadLetters:
    """Open letters by their offset in a topic of `kafka`. They outlive the bot, as what became of a job's letters does.

    `batch` are settled at once; while `goes_on` is not set, nothing is settled after the first batch.
    """

    def __init__(self, audit: MemoryAudit, kafka: MemoryKafka) -> None:
        self._kafka = kafka
        self._audit = audit
        self._put = 0
        self._jobs: dict[str, Counter[Outcome]] = {}
        self.open: dict[int, DeadLetter] = {}
        self.sent: list[str] = []
        self.overtaken: set[str] = set()
        self.behind = 0
        self.batch = 3
        self.goes_on = asyncio.Event()
        self.goes_on.set()

    def put(self, letter: DeadLetter) -> None:
        for offset in [offset for offset, one in self.open.items() if one.source == letter.source]:
            del self.open[offset]
        self.open[self._put] = letter
        self._put += 1

    async def run(self) -> None:
        await asyncio.Event().wait()

    async def summary(self) -> LetterSummary:
        await self._answers()
        kinds = Counter((letter.reason, letter.topic, letter.service) for letter in self.open.values())
        return LetterSummary(tuple(KindCount(*kind, number) for kind, number in kinds.most_common()), self.behind)

    async def page(self, reason: str, skip: int, size: int) -> list[StoredLetter]:
        await self._answers()
        return self._of(reason)[skip : skip + size]

    async def letter(self, offset: int) -> StoredLetter | None:
        await self._answers()
        return StoredLetter(offset, self.open[offset]) if offset in self.open else None

    async def last(self, reason: str) -> int:
        return max((one.offset for one in self._of(reason)), default=-1)

    async def open_upto(self, reason: str, upto: int) -> int:
        return sum(one.offset <= upto for one in self._of(reason))

    async def settle(
        self, order: LetterOrder, letters: int, told: Callable[[SettlingProgress], None], stopped: Callable[[], bool]
    ) -> SettlingProgress:
        await self._answers()
        await self._announce(order, letters)
        outcomes = self._jobs.setdefault(order.job, Counter())
        chosen = [one for one in self._of(order.reason) if one.offset <= order.upto]
        chosen += [StoredLetter(offset, self.open[offset]) for offset in order.offsets if offset in self.open]
        refused = 0
        for first in range(0, len(chosen), self.batch):
            for stored in chosen[first : first + self.batch]:
                if order.action is Action.REPLAY and refusal(stored.letter) is not None:
                    refused += 1
                else:
                    outcomes[self._settle(order.action, stored)] += 1
            told(SettlingProgress(dict(outcomes), refused))
            await self.goes_on.wait()
            if stopped():
                break
        return SettlingProgress(dict(outcomes), refused)

    def _settle(self, action: Action, stored: StoredLetter) -> Outcome:
        source = stored.letter.source
        del self.open[stored.offset]
        if action is Action.DISCARD:
            return Outcome.DISCARDED
        self.sent.append(source)
        return Outcome.OVERTAKEN if source in self.overtaken else Outcome.REPLAYED

    def _of(self, reason: str) -> list[StoredLetter]:
        return [StoredLetter(offset, letter) for offset, letter in self.open.items() if letter.reason == reason]

    async def _answers(self) -> None:
        await answers(self._kafka.fault, ServerAway("Kafka cannot be reached"))

    async def _announce(self, order: LetterOrder, letters: int) -> None:
        if any(entry.entry_id == order.job for entry in self._audit.written):
            return
        await self._audit.write(
            AuditEntry(
                entry_id=order.job,
                actor=order.by.id,
                actor_name=order.by.name,
                action=f"dead_letters:{order.action}",
                target=str(letters),
            )
        )
