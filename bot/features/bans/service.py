"""Ban requests: asked, decided, carried out, and taken up again after a restart."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from elastic_transport import TransportError
from elasticsearch import ApiError

from bot.core.audit_log import AuditLog
from bot.core.place import Place
from bot.features.bans.effects import BanEffects
from bot.features.bans.models import Admin, BanRequest, Status
from bot.features.bans.repository import BanRepository
from bot.features.bans.steps import Notice, Step, TransitionContext, overdue, transition
from bot.products.buttons import ban_mark
from bot.products.catalog import Catalog
from bot.state.store import Store
from bot.telegram.locks import LocksByKey
from ops.logs import get_logger
from pipeline.bans import Kind, parse_rule
from pipeline.contracts.messages import AuditEntry, Ban

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pressed:
    """What came of a press: the request as it is now, and what to tell the person."""

    request: BanRequest
    notice: Notice
    changed: bool


class BanService:
    """Everything that changes ban requests goes through here, one change of a request at a time."""

    def __init__(
        self,
        requests: Store[BanRequest],
        repository: BanRepository,
        catalog: Catalog,
        audit_log: AuditLog,
        clock: Callable[[], datetime],
        *,
        second_admin_above: int = 1_000,
        undo_s: int = 300,
    ) -> None:
        self.requests = requests
        self.repository = repository
        self.clock = clock
        self.undo_s = undo_s
        self.second_admin_above = second_admin_above
        self._catalog = catalog
        self._audit_log = audit_log
        self._effects = BanEffects(repository, audit_log)
        self._locks = LocksByKey()

    def get(self, request_id: str) -> BanRequest | None:
        """The request as it is now."""
        return self.requests.get(request_id)

    def waiting_for(self, person: str) -> tuple[str, ...]:
        """The requests that wait for another admin than who asked, the oldest first."""
        waiting = (
            (request.at, name)
            for name, request in self.requests.entries()
            if request.status == "waiting" and request.by.id != person
        )
        return tuple(name for _, name in sorted(waiting))

    def in_force(self) -> tuple[Ban, ...]:
        """The bans that count now, the newest first."""
        now = self.clock()
        active = (ban for _, ban in self.repository.items() if ban.until is None or now < ban.until)
        return tuple(sorted(active, key=lambda ban: ban.at, reverse=True))

    def standing_ban(self, name: str) -> Ban | None:
        """The ban in force that a button stands for."""
        return next((ban for _, ban in self.repository.items() if ban_mark(ban) == name), None)

    def labels(self) -> dict[tuple[str, datetime], str]:
        """What bans that were made in the chat name, as it was called then, by rule and moment."""
        return {
            (one.rule, one.decided_at): one.label
            for _, one in self.requests.entries()
            if one.label and one.decided_at is not None
        }

    def terminal_bans(self) -> frozenset[tuple[str, str]]:
        """Rules that were last banned in a terminal, each with the name that the machine gives to who did."""
        newest: dict[str, AuditEntry] = {}
        for entry in self._audit_log.newest():
            if entry.action == "ban":
                newest.setdefault(entry.target, entry)
        return frozenset((rule, entry.actor_name) for rule, entry in newest.items() if entry.role == "terminal")

    async def count(self, rule_id: str) -> int | None:
        """How many products in the index the rule hits; None when the index does not say."""
        try:
            return await self._catalog.count(parse_rule(rule_id))
        except (ApiError, TransportError) as error:
            log.warning("hits_not_counted", rule=rule_id, error=str(error)[:200])
            return None

    async def ask(self, request_id: str, request: BanRequest) -> BanRequest:
        """Keep a new request; the one that is kept already when the same update comes again. Raises KafkaError."""
        async with self._locks.of(request_id):
            kept = self.requests.get(request_id)
            if kept is None:
                await self.requests.put(request_id, request)
            return kept or request

    async def set_reason(self, request_id: str, who: Admin, reason: str) -> BanRequest | None:
        """Set the reason of a ban that is not decided, by the admin who asked; None otherwise."""
        return await self._edit(request_id, who, lambda request: request.with_reason(reason))

    async def set_end(self, request_id: str, who: Admin, until: datetime | None, chosen: str) -> BanRequest | None:
        """Set the end of a ban that is not decided, by the admin who asked; None otherwise."""
        return await self._edit(request_id, who, lambda request: request.with_end(until, chosen))

    async def mean_future(self, request_id: str, who: Admin) -> BanRequest | None:
        """Have a ban that hits nothing meant for what will be on sale, by the admin who asked; None otherwise."""
        return await self._edit(request_id, who, BanRequest.for_future)

    async def choose(self, request_id: str, who: Admin, place: int) -> BanRequest | None:
        """Settle what a ban that is not decided means, by the admin who asked; None otherwise."""
        request = self.requests.get(request_id)
        if request is None or not 0 <= place < len(request.options):
            return None
        option = request.options[place]
        return await self._edit(request_id, who, lambda kept: kept.with_option(option) if kept.options else kept)

    async def press(self, request_id: str, step: Step, who: Admin, place: Place | None) -> Pressed | None:
        """Take a step. When this returns, its effect is in `audit` and in `bans`, and no answer goes against it.

        None for a request that nobody knows. Raises KafkaError; the step is then taken up again by `finish`.
        """
        async with self._locks.of(request_id):
            request = self.requests.get(request_id)
            if request is None:
                return None
            counted = request
            if step is Step.CONFIRM and request.is_open and request.action == "ban":
                counted = await self._seen(request.with_hits(await self.count(request.rule)))
            # The rule as it is now, not as the view had it, and nobody changes it until this is carried out.
            async with self._effects.alone(request.rule):
                led = transition(counted, step, who, self._transition_context(counted, step))
                changed = led.request.status != request.status
                after = led.request.with_place(place) if changed else request
                if after != request:
                    await self.requests.put(request_id, after)
                applied = await self._apply(request_id, after)
                overtaken = changed and applied.status != after.status
                return Pressed(applied, Notice.SUPERSEDED if overtaken else led.notice, changed)

    async def finish(self, request_id: str) -> BanRequest | None:
        """Carry out what was decided and not carried out, because Kafka or the bot went away. Raises KafkaError."""
        async with self._locks.of(request_id):
            request = self.requests.get(request_id)
            if request is None:
                return None
            async with self._effects.alone(request.rule):
                return await self._apply(request_id, request)

    async def expire(self, request_id: str) -> BanRequest | None:
        """End a request that nobody decided in time; None when it is decided or not overdue."""
        async with self._locks.of(request_id):
            request = self.requests.get(request_id)
            if request is None or not overdue(request, self.clock()):
                return None
            await self.requests.put(request_id, expired := request.expired())
            return expired

    async def close(self, request_id: str) -> BanRequest | None:
        """Keep that the time for Undo is over."""
        return await self._update(request_id, BanRequest.as_closed)

    async def end(self, request_id: str, status: Status, *, left: int, took_s: float | None) -> BanRequest | None:
        """Keep how the progress ended, if the request still has that status."""

        def ended(request: BanRequest) -> BanRequest:
            if request.status != status or request.finished:
                return request
            return request.as_finished(left=left, took_s=took_s)

        return await self._update(request_id, ended)

    async def lift_over(self, ban: Ban) -> bool:
        """Lift a ban whose time is over; False when the rule was changed since. Raises KafkaError."""
        return await self._effects.end(ban)

    async def _seen(self, request: BanRequest) -> BanRequest:
        """The request with what is known of its product as long as it is on sale."""
        rule = parse_rule(request.rule)
        if rule.kind is not Kind.PRODUCT:
            return request
        try:
            product = await self._catalog.product(rule.value)
        except (ApiError, TransportError) as error:
            log.warning("product_not_seen", rule=rule.id, error=str(error)[:200])
            return request
        return request if product is None else request.of_product(product)

    async def _edit(self, request_id: str, who: Admin, change: Callable[[BanRequest], BanRequest]) -> BanRequest | None:
        async with self._locks.of(request_id):
            request = self.requests.get(request_id)
            if request is None or (request.action, request.status, request.by.id) != ("ban", "asked", who.id):
                return None
            if overdue(request, self.clock()):
                return None
            changed = change(request)
            await self.requests.put(request_id, changed)
            return changed

    async def _update(self, request_id: str, change: Callable[[BanRequest], BanRequest]) -> BanRequest | None:
        async with self._locks.of(request_id):
            request = self.requests.get(request_id)
            if request is None:
                return None
            after = change(request)
            if after != request:
                await self.requests.put(request_id, after)
            return after

    async def _apply(self, request_id: str, request: BanRequest) -> BanRequest:
        if request.applied or not request.has_effect:
            return request
        done = await self._effects.carry_out(request_id, request)
        applied = request.as_applied() if done else request.superseded()
        await self.requests.put(request_id, applied)
        return applied

    def _transition_context(self, request: BanRequest, step: Step) -> TransitionContext:
        of_one_product = parse_rule(request.rule).kind is Kind.PRODUCT
        # The index says how many a ban hits, and an index that does not answer is a reason for care; what a lifting
        # brings back is counted in what the shops sent, and of a large market that is never told.
        known = request.hits if request.action == "ban" else request.hits or 0
        standing = self.repository.get(request.rule)
        return TransitionContext(
            now=self.clock(),
            large=not of_one_product and (known is None or known > self.second_admin_above),
            still_ours=_still_ours(request, step, standing),
            undo_s=self.undo_s,
            standing=standing,
        )


def _still_ours(request: BanRequest, step: Step, standing: Ban | None) -> bool:
    if request.action == "ban":
        return standing is not None and standing.at == request.decided_at
    return standing is None if step is Step.UNDO else standing == request.previous
