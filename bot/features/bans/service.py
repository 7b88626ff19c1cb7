"""Ban requests: asked, decided, carried out, and taken up again after a restart."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from elastic_transport import TransportError
from elasticsearch import ApiError

from bot.core.audit_log import AuditLog
from bot.core.locks import LocksByKey
from bot.features.bans.models import Admin, BanRequest, Place
from bot.features.bans.repository import BanRepository
from bot.features.bans.steps import OPEN, Notice, Step, TransitionContext, moved, overdue
from bot.products.catalog import Catalog
from bot.state.store import Store
from bot.ui.callback_ids import ban_mark
from ops.logs import get_logger
from pipeline.bans import Kind, parse_rule
from pipeline.contracts.messages import Ban
from pipeline.kafka.audit import Actor

log = get_logger(__name__)
ROLE = "admin"


@dataclass(frozen=True, slots=True)
class Pressed:
    """What came of a press: the request as it is now, and what to tell the person."""

    request_id: str
    request: BanRequest
    said: Notice
    changed: bool


class BanService:
    """Everything that changes ban requests goes through here, one change of a request at a time."""

    def __init__(
        self,
        requests: Store[BanRequest],
        book: BanRepository,
        catalog: Catalog,
        audit_log: AuditLog,
        clock: Callable[[], datetime],
        *,
        second_admin_above: int = 1_000,
        undo_s: int = 300,
    ) -> None:
        self.requests = requests
        self.book = book
        self.clock = clock
        self.undo_s = undo_s
        self.second_admin_above = second_admin_above
        self._catalog = catalog
        self._audit_log = audit_log
        self._locks = LocksByKey()

    def get(self, request_id: str) -> BanRequest | None:
        """The request as it is now."""
        return self.requests.get(request_id)

    async def ask(self, request_id: str, request: BanRequest) -> BanRequest:
        """Keep a new request; the one that is kept already when the same update comes again. Raises KafkaError."""
        async with self._locks.of(request_id):
            kept = self.requests.get(request_id)
            if kept is None:
                await self.requests.put(request_id, request)
            return kept or request

    async def count(self, rule_id: str) -> int | None:
        """How many products in the index the rule hits; None when the index does not say."""
        try:
            return await self._catalog.count(parse_rule(rule_id))
        except (ApiError, TransportError) as error:
            log.warning("hits_not_counted", rule=rule_id, error=str(error)[:200])
            return None

    async def change(self, request_id: str, who: Admin, **fields: object) -> BanRequest | None:
        """Set the reason or the end of a request that is not decided, by the admin who asked; None otherwise."""
        async with self._locks.of(request_id):
            request = self.requests.get(request_id)
            if request is None or request.action != "ban":
                return None
            if request.status != "asked" or request.by.id != who.id:
                return None
            if overdue(request, self.clock()):
                return None
            changed = request.model_copy(update=fields)
            await self.requests.put(request_id, changed)
            return changed

    async def press(self, request_id: str, step: Step, who: Admin, place: Place | None) -> Pressed | None:
        """Take a step. When this returns, its effect is in `audit` and in `bans`, and no answer goes against it.

        None for a request that nobody knows. Raises KafkaError; the step is then taken up again by `finish`.
        """
        async with self._locks.of(request_id):
            request = self.requests.get(request_id)
            if request is None:
                return None
            hits = request.hits
            if step is Step.CONFIRM and request.status in OPEN and request.action == "ban":
                hits = await self.count(request.rule)
            asked = request.model_copy(update={"hits": hits})
            move = moved(asked, step, who, self._circumstances(asked, step))
            changed = move.request.status != request.status
            after = self._placed(move.request, place) if changed else request
            if changed and after.status == "confirmed" and after.action == "ban":
                after = after.model_copy(update={"previous": self.book.get(request.rule)})
            if after != request:
                await self.requests.put(request_id, after)
            return Pressed(request_id, await self._apply(request_id, after), move.said, changed)

    def standing_ban(self, name: str) -> Ban | None:
        """The ban in force that a mark stands for."""
        return next((ban for _, ban in self.book.items() if ban_mark(ban) == name), None)

    async def add_place(self, request_id: str, place: Place) -> None:
        """Remember a message that shows the request."""
        await self._update(request_id, lambda request: self._placed(request, place))

    async def finish(self, request_id: str) -> BanRequest | None:
        """Carry out what was decided and not carried out, because Kafka or the bot went away. Raises KafkaError."""
        async with self._locks.of(request_id):
            request = self.requests.get(request_id)
            return None if request is None else await self._apply(request_id, request)

    async def expire(self, request_id: str) -> BanRequest | None:
        """End a request that nobody decided in time; None when it is decided or not overdue."""
        async with self._locks.of(request_id):
            request = self.requests.get(request_id)
            if request is None or not overdue(request, self.clock()):
                return None
            request = request.model_copy(update={"status": "expired"})
            await self.requests.put(request_id, request)
            return request

    async def note(self, request_id: str, **fields: object) -> BanRequest | None:
        """Keep what the progress has come to."""
        return await self._update(request_id, lambda request: request.model_copy(update=fields))

    async def end(self, request_id: str, status: str, *, left: int, took_s: float | None) -> BanRequest | None:
        """Keep how the progress ended, if the request still has that status."""

        def ended(request: BanRequest) -> BanRequest:
            if request.status != status or request.finished:
                return request
            return request.model_copy(update={"finished": True, "left": left, "took_s": took_s})

        return await self._update(request_id, ended)

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
        if request.applied or request.status not in {"confirmed", "undone"}:
            return request
        # One rule is changed by one request at a time.
        async with self._locks.of(f"rule:{request.rule}"):
            if request.takes_down:
                await self._put(request_id, request)
            else:
                await self._lift(request_id, request)
        applied = request.model_copy(update={"applied": True})
        await self.requests.put(request_id, applied)
        return applied

    async def _put(self, request_id: str, request: BanRequest) -> None:
        if request.action == "lift":
            if request.previous is not None:
                await self._put_back(request_id, request, request.previous)
            return
        entry_id = f"{request_id}:ban"
        # A ban of several products that two people confirmed names both.
        names = " + ".join(person.name or "?" for person in (request.by, request.second) if person is not None)
        ban = Ban(
            rule=request.rule, reason=request.reason, by=names, at=_moment(request.decided_at), until=request.until
        )
        actor = _actor(request.second or request.by)
        await self.book.put(ban, actor, entry_id=entry_id, announced=self._audit_log.has(entry_id))

    async def _lift(self, request_id: str, request: BanRequest) -> None:
        if request.action == "ban" and request.previous is not None:
            await self._put_back(request_id, request, request.previous)
            return
        if request.action == "lift" and self.book.get(request.rule) != request.previous:
            # Another request was faster, or we were killed after the rule had gone.
            return
        undone = request.status == "undone"
        entry_id = f"{request_id}:{'undo' if undone else 'lift'}"
        await self.book.lift(
            parse_rule(request.rule),
            _actor((request.undone_by if undone else request.second) or request.by),
            reason="undo" if undone else "",
            entry_id=entry_id,
            announced=self._audit_log.has(entry_id),
        )

    async def _put_back(self, request_id: str, request: BanRequest, ban: Ban) -> None:
        entry_id = f"{request_id}:undo"
        actor = _actor(request.undone_by or request.by)
        await self.book.put(ban, actor, entry_id=entry_id, announced=self._audit_log.has(entry_id))

    def _circumstances(self, request: BanRequest, step: Step) -> TransitionContext:
        alone = parse_rule(request.rule).kind is Kind.PRODUCT
        # The index says how many a ban hits, and an index that does not answer is a reason for care; what a lifting
        # brings back is counted in what the shops sent, and of a large market that is never told.
        known = request.hits if request.action == "ban" else request.hits or 0
        return TransitionContext(
            now=self.clock(),
            large=not alone and (known is None or known > self.second_admin_above),
            still_ours=self._still_ours(request, step),
            undo_s=self.undo_s,
        )

    def _still_ours(self, request: BanRequest, step: Step) -> bool:
        standing = self.book.get(request.rule)
        if request.action == "ban":
            return standing is not None and standing.at == request.decided_at
        return standing is None if step is Step.UNDO else standing == request.previous

    @staticmethod
    def _placed(request: BanRequest, place: Place | None) -> BanRequest:
        if place is None or any((kept.chat_id, kept.message_id) == (place.chat_id, place.message_id)
                                for kept in request.places):  # fmt: skip
            return request
        return request.model_copy(update={"places": (*request.places, place)})


def _actor(admin: Admin) -> Actor:
    return Actor(admin.id, admin.name, ROLE)


def _moment(moment: datetime | None) -> datetime:
    if moment is None:
        raise ValueError("a decided request has its moment")
    return moment
