"""The messages that show a ban request: where it was asked for, and the other admins' cards, each in its language."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial

from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.core.decision_cards import DecisionCards, Question
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
from ops.logs import get_logger
from pipeline.bans import parse_rule
from pipeline.contracts.messages import Ban

log = get_logger(__name__)


class RequestMessages:
    """Shows requests as they stand, by the outbox: nobody's press waits for another admin's chat.

    One that waits is a question to the other admins. What Telegram refuses is logged: the decision stands without its
    message.
    """

    def __init__(self, bot: Bot, outbox: Outbox, service: BanService, previews: Previews, cards: DecisionCards) -> None:
        self._bot = bot
        self._outbox = outbox
        self._service = service
        self._previews = previews
        self._persons = cards.persons
        self._admins = cards.admins
        # How many products are to go yet, as the progress knows it; after a restart it counts anew.
        self._left: dict[str, int] = {}
        self.cards = cards.of("ban_request", self)

    def waiting(self) -> Iterator[Question]:
        """The requests that wait for another admin than who asked; see `Questions`."""
        entries = self._service.requests.entries()
        return (self._question(name, request) for name, request in entries if request.status == "waiting")

    def get(self, subject: str) -> Question | None:
        """A request by its id."""
        request = self._service.get(subject)
        return self._question(subject, request) if request is not None else None

    async def card(self, subject: str, words: Texts, chat_id: int) -> Reply | None:
        """The request as it stands."""
        request = self._service.get(subject)
        if request is None:
            return None
        return self._card(subject, request, await self._preview(request), words, self._left.get(subject))

    async def drawn(self, request_id: str, request: BanRequest, words: Texts) -> Reply:
        """The request in these words, with a preview while nobody has decided."""
        return self._card(request_id, request, await self._preview(request), words)

    async def show(
        self, request_id: str, request: BanRequest, left: int | None = None, but: Place | None = None
    ) -> None:
        """Have every message that shows the request brought up to date, except `but`; `left` products are to go."""
        if left is None:
            self._left.pop(request_id, None)
        else:
            self._left[request_id] = left
        self.cards.look()
        for place in request.places:
            if but is None or not same_message(place, but):
                key = f"{place.message_id}"
                self._outbox.enqueue(
                    _Telling(place.chat_id, f"ban:{key}", partial(self._bring, place, request_id, left))
                )

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

    def _question(self, request_id: str, request: BanRequest) -> Question:
        pseudonyms, asker = self._persons.pseudonyms, request.by.id
        others = {one: language for one, language in self._admins().items() if pseudonyms.of(one) != asker}
        progress = (request.applied, request.finished, request.closed, request.left, self._left.get(request_id))
        return Question(request_id, f"{request.status}:{progress}", others, is_over=request.is_over)

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

    async def _send(self, chat_id: int, reply: Reply) -> None:
        try:
            await self._bot.send_message(
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
