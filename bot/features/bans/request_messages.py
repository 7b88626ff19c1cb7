"""The messages that show a ban request: where it was asked for, and with the other admins, each in its language."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.core.persons import Persons
from bot.core.place import Place
from bot.features.bans.course_replies import CardContext
from bot.features.bans.list_replies import ban_over
from bot.features.bans.models import BanRequest, rule_of, same_message
from bot.features.bans.preview import Preview, Previews
from bot.features.bans.replies import request_card
from bot.features.bans.service import BanService
from bot.telegram.edit import edit_text
from bot.telegram.framework import Bot
from bot.telegram.keyboard import NO_PREVIEW, keyboard
from bot.telegram.outbox import Outbox
from bot.telegram.outbox_item import Urgency
from bot.ui.locale import Texts, texts
from bot.ui.reply import Reply
from bot.ui.roles import Role
from ops.logs import get_logger
from pipeline.bans import parse_rule
from pipeline.contracts.messages import Ban

log = get_logger(__name__)


class RequestMessages:
    """Shows requests as they stand, by the outbox: nobody's press waits for another admin's chat.

    What Telegram refuses is logged: the decision stands without its message.
    """

    def __init__(self, bot: Bot, outbox: Outbox, service: BanService, previews: Previews, persons: Persons) -> None:
        self._bot = bot
        self._outbox = outbox
        self._service = service
        self._previews = previews
        self._persons = persons

    async def card(self, request_id: str, request: BanRequest, words: Texts) -> Reply:
        """The request in these words, with a preview while nobody has decided."""
        return self._card(request_id, request, await self._preview(request), words)

    async def show(
        self, request_id: str, request: BanRequest, left: int | None = None, but: Place | None = None
    ) -> None:
        """Have every message that shows the request brought up to date, except `but`; `left` products are to go."""
        for place in request.places:
            if but is None or not same_message(place, but):
                key = f"{place.message_id}"
                self._outbox.enqueue(
                    _Telling(place.chat_id, f"ban:{key}", partial(self._bring, place, request_id, left))
                )

    async def tell_admins(self, request_id: str, request: BanRequest) -> None:
        """Have a waiting request shown to the other admins, in their private chats."""
        for user_id, role in self._persons.access.people().items():
            if role is Role.ADMIN and self._persons.pseudonyms.of(user_id) != request.by.id:
                tell = partial(self._tell_admin, user_id, request_id)
                self._outbox.enqueue(_Telling(user_id, f"ban request:{request_id}", tell))

    async def tell_author(self, ban: Ban) -> None:
        """Have the admin who asked for a ban told that its time is over."""
        rule = rule_of(ban)
        for request_id, request in list(self._service.requests.entries()):
            if rule is not None and request.rule == ban.rule and request.decided_at == ban.at:
                words = self._persons.texts(request.by_user, request.language)
                reply = ban_over(rule, ban, request.label, self._service.clock(), words)
                tell = partial(self._send, request.by_user, reply)
                self._outbox.enqueue(_Telling(request.by_user, f"ban over:{request_id}", tell))

    async def _bring(self, place: Place, request_id: str, left: int | None) -> None:
        request = self._service.get(request_id)
        if request is not None:
            shown = await self._preview(request)
            await self._edit(place, self._card(request_id, request, shown, self._words(place), left))

    def _words(self, place: Place) -> Texts:
        """The language in which the message was written, on the clock of whom it was written to."""
        return texts(place.language, self._persons.texts(place.chat_id).zone)

    async def _tell_admin(self, user_id: int, request_id: str) -> None:
        request = self._service.get(request_id)
        if request is None or not request.is_open:
            return
        words = self._persons.texts(user_id)
        message_id = await self._send(user_id, self._card(request_id, request, await self._preview(request), words))
        if message_id is not None:
            place = Place(chat_id=user_id, message_id=message_id, language=words.language)
            await self._service.add_place(request_id, place)

    async def _preview(self, request: BanRequest) -> Preview:
        if not request.is_open:
            return Preview()
        if request.action == "lift":
            # What a lifting brings back was counted when it was asked for.
            return Preview(request.hits)
        return await self._previews.of(parse_rule(request.rule))

    def _card(
        self, request_id: str, request: BanRequest, shown: Preview, words: Texts, left: int | None = None
    ) -> Reply:
        service = self._service
        standing = request.previous if request.action == "lift" else service.repository.get(request.rule)
        terminal = standing is not None and (standing.rule, standing.by) in service.terminal_bans()
        at = CardContext(service.clock(), service.undo_s, service.second_admin_above, left, standing, terminal)
        return request_card(request_id, request, shown, at, words)

    async def _send(self, chat_id: int, reply: Reply) -> int | None:
        try:
            sent = await self._bot.send_message(
                chat_id,
                reply.text,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard(reply.buttons),
                link_preview_options=NO_PREVIEW,
            )
        except RetryAfter:
            raise
        except TelegramError as error:
            # An admin who never wrote to the bot has no chat with it.
            log.info("admin_not_told", error=str(error))
            return None
        return sent.message_id

    async def _edit(self, place: Place, reply: Reply) -> None:
        try:
            await edit_text(self._bot, place.chat_id, place.message_id, reply)
        except (BadRequest, Forbidden) as error:
            log.info("ban_card_not_changed", error=str(error))


@dataclass(frozen=True, slots=True)
class _Telling:
    chat_id: int
    key: str
    tell: Callable[[], Awaitable[object]]
    urgency: Urgency = Urgency.URGENT

    async def deliver(self) -> None:
        await self.tell()
