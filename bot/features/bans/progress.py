"""Ban requests outside of anybody's turn: progress, other admins told, ends of requests and of bans, restarts."""

import asyncio
from datetime import timedelta
from time import monotonic

from aiokafka.errors import KafkaError
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from bot.core.access import Access
from bot.core.audit_log import AuditLog
from bot.core.people import People
from bot.core.pseudonyms import Pseudonyms
from bot.features.bans.list_replies import ban_over
from bot.features.bans.models import BanRequest, Place
from bot.features.bans.preview import Preview, preview
from bot.features.bans.replies import Standing
from bot.features.bans.request_card import request_card
from bot.features.bans.service import BanService
from bot.products.catalog import Catalog
from bot.roles import Role
from bot.telegram.framework import Bot
from bot.telegram.keyboard import NO_PREVIEW, keyboard
from bot.ui.callback_ids import ban_mark
from bot.ui.locale import Language, texts
from bot.ui.reply import Reply
from ops.logs import get_logger
from pipeline.bans import RuleError, parse_rule
from pipeline.contracts.messages import Ban
from pipeline.kafka.audit import Actor

log = get_logger(__name__)
TICK_S = 2.0
LOOK_S = 0.25
EDIT_EVERY_S = 1.0
GIVEN_UP_AFTER_S = 120.0
KEPT = timedelta(days=2)
BOT = Actor("bot", "bot", "bot")


class BanProgress:
    """Needs the bot that sends, so it is told when there is one."""

    def __init__(
        self,
        desk: BanService,
        catalog: Catalog,
        audit_log: AuditLog,
        *,
        access: Access,
        people: People,
        pseudonyms: Pseudonyms,
    ) -> None:
        self._desk = desk
        self._catalog = catalog
        self._audit_log = audit_log
        self._access = access
        self._people = people
        self._pseudonyms = pseudonyms
        self._following: dict[tuple[str, str], asyncio.Task[None]] = {}

    def standing(self, left: int | None = None) -> Standing:
        """What every card needs."""
        return Standing(self._desk.clock(), self._desk.undo_s, self._desk.second_admin_above, left)

    async def preview(self, request: BanRequest) -> Preview:
        """What the ban would stop now; of a lifting, what was counted when it was asked for."""
        if request.action == "lift":
            return Preview(request.hits)
        return await preview(self._catalog, parse_rule(request.rule))

    async def run(self, bot: Bot) -> None:
        """Take up what was left behind, and watch over requests and bans; cancel to stop."""
        try:
            while True:
                try:
                    await self.tick(bot)
                except KafkaError as error:
                    log.warning("bans_wait_for_kafka", error=str(error))
                await asyncio.sleep(TICK_S)
        finally:
            for task in self._following.values():
                task.cancel()
            await asyncio.gather(*self._following.values(), return_exceptions=True)

    async def tick(self, bot: Bot) -> None:
        """Everything that is due now. Raises KafkaError."""
        for request_id, request in list(self._desk.requests.entries()):
            await self._mind(bot, request_id, request)
        await self._lift_what_is_over(bot)

    def follow(self, bot: Bot, request_id: str, request: BanRequest) -> None:
        """Show the progress of an applied request until its last product has gone, or come back."""
        key = (request_id, request.status)
        running = self._following.get(key)
        if request.applied and not request.finished and (running is None or running.done()):
            self._following[key] = asyncio.create_task(self._progress(bot, request_id, request.status))

    async def show(
        self, bot: Bot, request_id: str, request: BanRequest, left: int | None = None, but: Place | None = None
    ) -> None:
        """Bring every message that shows the request up to date."""
        shown = Preview()
        if request.status in {"asked", "waiting"}:
            shown = await self.preview(request)
        for place in request.places:
            if but is not None and (place.chat_id, place.message_id) == (but.chat_id, but.message_id):
                continue
            card = request_card(request_id, request, shown, self.standing(left), texts(place.language))
            await _edit(bot, place, card)

    async def tell_admins(self, bot: Bot, request_id: str, request: BanRequest) -> None:
        """Show a waiting request to the other admins, in their private chats."""
        shown = await self.preview(request)
        for user_id, role in self._access.people().items():
            if role is not Role.ADMIN or self._pseudonyms.of(user_id) == request.by.id:
                continue
            language = self._language(user_id)
            card = request_card(request_id, request, shown, self.standing(), texts(language))
            message_id = await _send(bot, user_id, card)
            if message_id is not None:
                place = Place(chat_id=user_id, message_id=message_id, language=language)
                await self._desk.add_place(request_id, place)

    async def _mind(self, bot: Bot, request_id: str, request: BanRequest) -> None:
        now = self._desk.clock()
        if not request.applied and request.status in {"confirmed", "undone"}:
            finished = await self._desk.finish(request_id)
            if finished is not None:
                log.info("ban_request_taken_up", request=request_id, status=finished.status)
                await self.show(bot, request_id, finished)
                self.follow(bot, request_id, finished)
        elif request.applied and not request.finished:
            self.follow(bot, request_id, request)
        elif (expired := await self._desk.expire(request_id)) is not None:
            await self.show(bot, request_id, expired)
        elif request.status == "confirmed" and not request.closed and request.decided_at is not None:
            if now - request.decided_at >= timedelta(seconds=self._desk.undo_s):
                closed = await self._desk.note(request_id, closed=True)
                if closed is not None:
                    await self.show(bot, request_id, closed)
        elif now - request.at > KEPT and not self._in_force(request):
            await self._desk.requests.put(request_id, None)

    def _in_force(self, request: BanRequest) -> bool:
        standing = self._desk.book.get(request.rule)
        return standing is not None and standing.at == request.decided_at

    async def _progress(self, bot: Bot, request_id: str, status: str) -> None:
        begun, edited, seen = monotonic(), 0.0, -1
        while True:
            request = self._desk.get(request_id)
            if request is None or request.status != status or request.finished:
                return
            left = await self._left(request)
            elapsed = monotonic() - begun
            if left == 0 or elapsed > GIVEN_UP_AFTER_S:
                await self._end(bot, request_id, request, left)
                return
            if left is not None and left != seen and monotonic() - edited > EDIT_EVERY_S and elapsed > EDIT_EVERY_S:
                edited, seen = monotonic(), left
                await self.show(bot, request_id, request, left)
            await asyncio.sleep(LOOK_S if elapsed < 10 else 2 * LOOK_S + elapsed / 60)

    async def _left(self, request: BanRequest) -> int | None:
        count = await self._desk.count(request.rule)
        if count is None:
            return None
        return count if request.takes_down else max((request.hits or 0) - count, 0)

    async def _end(self, bot: Bot, request_id: str, request: BanRequest, left: int | None) -> None:
        since = request.undone_at if request.status == "undone" else request.decided_at
        took_s = (self._desk.clock() - since).total_seconds() if since is not None else None
        try:
            ended = await self._desk.end(request_id, request.status, left=left or 0, took_s=took_s)
        except KafkaError as error:
            log.warning("progress_not_kept", request=request_id, error=str(error))
            return
        if ended is not None:
            await self.show(bot, request_id, ended)

    async def _lift_what_is_over(self, bot: Bot) -> None:
        now = self._desk.clock()
        over = [ban for _, ban in self._desk.book.items() if ban.until is not None and ban.until <= now]
        for ban in over:
            try:
                rule = parse_rule(ban.rule)
            except RuleError:
                # The gate has said so; nobody else can read the rule either.
                continue
            entry_id = f"over:{ban_mark(ban)}"
            announced = self._audit_log.has(entry_id)
            if self._desk.book.get(ban.rule) != ban:
                continue
            await self._desk.book.lift(rule, BOT, reason="its time is over", entry_id=entry_id, announced=announced)
            log.info("ban_is_over", rule=ban.rule)
            await self._tell_author(bot, ban)

    async def _tell_author(self, bot: Bot, ban: Ban) -> None:
        for _, request in list(self._desk.requests.entries()):
            if request.rule == ban.rule and request.decided_at == ban.at:
                language = self._language(request.by_user)
                await _send(bot, request.by_user, ban_over(parse_rule(ban.rule), ban, texts(language)))

    def _language(self, user_id: int) -> Language:
        return self._people.language(self._pseudonyms.of(user_id), None)


async def _send(bot: Bot, chat_id: int, reply: Reply) -> int | None:
    try:
        sent = await bot.send_message(
            chat_id, reply.text, parse_mode=ParseMode.HTML, reply_markup=keyboard(reply.buttons),
            link_preview_options=NO_PREVIEW,
        )  # fmt: skip
    except TelegramError as error:
        # An admin who never wrote to the bot has no chat with it.
        log.info("admin_not_told", error=str(error))
        return None
    return sent.message_id


async def _edit(bot: Bot, place: Place, reply: Reply) -> None:
    try:
        await bot.edit_message_text(
            reply.text, chat_id=place.chat_id, message_id=place.message_id, parse_mode=ParseMode.HTML,
            reply_markup=keyboard(reply.buttons), link_preview_options=NO_PREVIEW,
        )  # fmt: skip
    except BadRequest as error:
        if "not modified" not in str(error):
            log.info("ban_card_not_changed", error=str(error))
    except TelegramError as error:
        log.warning("ban_card_not_changed", error=str(error))
